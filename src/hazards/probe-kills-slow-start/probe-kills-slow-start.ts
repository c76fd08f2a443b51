/**
 * Liveness gives up before the process can have started: the kill budget (delay + period × threshold) is shorter than the start
 * that was measured, or than the wait that the readiness probe itself grants. The container is then restarted for ever, most
 * often on the day when it starts a little slower.
 */

import type { Probe } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { conditionOf, type PodObject } from '../../model/kube/workload.ts'
import type { View } from '../../model/view.ts'
import { auditContainers, containerText, WORKLOAD_KINDS, type AuditedContainer } from '../shared/templates.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditContainers(cluster, (item) => [...budgetTooShort(cluster, item), ...answersTooSlow(item)])
}

function budgetTooShort(view: View, item: AuditedContainer): Omit<AuditFinding, 'of'>[] {
  const { livenessProbe, readinessProbe, startupProbe } = item.container
  if (livenessProbe === undefined) return []
  const name = startupProbe === undefined ? 'livenessProbe' : 'startupProbe'
  const budget = killBudgetSeconds(startupProbe ?? livenessProbe)
  const measured = measuredStartSeconds(view, item)
  const granted = startupProbe === undefined ? (readinessProbe?.initialDelaySeconds ?? 0) : 0
  const needed = measured ?? granted
  if (needed < budget) return []
  const why = measured === undefined ? `readiness waits ${granted} s before it even asks` : `it took ${Math.round(measured)} s to become ready`
  return [{ path: [...item.path, name], summary: `${containerText(item)} is killed after ${budget} s without an answer, and ${why}`, advice: 'Add a startupProbe whose period × failureThreshold is well above the slowest start; liveness then begins after it.', cause: 'the start takes longer than the patience' }]
}

/** With the defaults of the API: it counts from the start of the container to the failure that kills. */
function killBudgetSeconds({ initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 }: Probe): number {
  return initialDelaySeconds + periodSeconds * failureThreshold
}

/** The slowest start among pods that run now, from the state of the container to the condition of the pod. */
function measuredStartSeconds(view: View, { template, container }: AuditedContainer): number | undefined {
  const starts = view.podsOf(template.owner).map((pod) => startSeconds(pod, container.name)).filter((seconds) => seconds !== undefined)
  return starts.length === 0 ? undefined : Math.max(...starts)
}

/** A restart leaves the condition of a later time, so only a first run tells. */
function startSeconds(pod: PodObject, container: string): number | undefined {
  const status = pod.status?.containerStatuses?.find(({ name }) => name === container)
  const ready = conditionOf(pod, 'Ready')
  const [startedMs, readyMs] = [parseTimeMs(status?.state?.running?.startedAt), parseTimeMs(ready?.lastTransitionTime)]
  if (status?.restartCount !== 0 || ready?.status !== 'True' || startedMs === undefined || readyMs === undefined || readyMs < startedMs) return undefined
  const hourMs = 3_600_000
  return readyMs - startedMs > hourMs ? undefined : (readyMs - startedMs) / 1000
}

/** One answer may take longer than the time to the next question. */
function answersTooSlow(item: AuditedContainer): Omit<AuditFinding, 'of'>[] {
  return (['livenessProbe', 'readinessProbe'] as const).flatMap((name) => {
    const { timeoutSeconds = 1, periodSeconds = 10 } = item.container[name] ?? {}
    if (timeoutSeconds <= periodSeconds) return []
    return [{ path: [...item.path, name, 'timeoutSeconds'], summary: `the ${name} of ${containerText(item)} may take ${timeoutSeconds} s, and asks every ${periodSeconds} s`, advice: 'Keep timeoutSeconds at or below periodSeconds.', cause: 'a probe that overlaps itself', severity: 4 }]
  })
}

export const probeKillsSlowStart: AuditRule = {
  id: 'probe-kills-slow-start',
  title: 'A liveness probe gives up before the process has started',
  severity: 2,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['a startup probe that holds liveness back', 'a pod that became ready late because of a restart or of something it waited for for hours', 'readiness that waits less than liveness'],
  prevention: 'Measure the slowest start, and give it to a startup probe.',
  sources: [{ title: 'Protect slow starting containers with startup probes', url: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#define-startup-probes' }],
  reviewBy: '2027-06-30',
}
