/**
 * Pods are put off their nodes again and again. The kubelet writes why into each pod: the node was short of something,
 * or the pod used more scratch space than it may.
 *
 * One eviction is the node helping itself; the pod is made anew elsewhere. Several within the hour are a fault: of the
 * workload where its own limit was passed or it uses far more than it asked for.
 */

import { parseTimeMs } from '../../kernel/clock.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { refOf, subjectOf, subjectText } from '../../model/kube-object.ts'
import { isPod, type PodObject } from '../../model/kube/workload.ts'
import { isReady } from '../../model/kube/workload.ts'
import { runsDifferently } from '../../model/topology/history.ts'
import type { Plan } from '../../model/plan.ts'
import { uniqueSubjects } from '../../model/topology/find-object.ts'
import { keyOf, livePodsOf, workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { findingOf, workloadOfFinding } from '../shared/finding.ts'
import { askPlan } from '../shared/plan-parts.ts'
import { waysBack } from '../shared/ways-back.ts'

const ID = 'pods-evicted'
const RECENT_MS = 60 * 60_000
const REPEATED = 2
/** The kubelet admits no such pod (pkg/kubelet/lifecycle, pkg/kubelet/sysctl): no node like this one ever will. */
const REFUSED = new Set(['SysctlForbidden', 'AppArmor', 'UnexpectedAdmissionError', 'TopologyAffinityError', 'PodOSNotSupported'])
/** Words of pkg/kubelet/eviction/helpers.go. */
const SHORT_OF = /The node was low on resource: ([\w-]+)/i
const OWN_LIMIT = /ephemeral local storage usage exceeds|exceeded its local ephemeral storage limit|Usage of EmptyDir volume|exceeds the limit/i

function detect(view: View): Finding[] {
  const evicted = view.list('', 'Pod').filter(isPod).filter((pod) => pod.status?.phase === 'Failed' && (pod.status.reason === 'Evicted' || REFUSED.has(pod.status.reason ?? '')) && view.nowMs - (evictedMs(pod) ?? view.nowMs) < RECENT_MS)
  return [...Map.groupBy(evicted, (pod) => keyOf(workloadOf(view, pod))).values()].flatMap((pods) => findingFrom(view, pods))
}

function evictedMs(pod: PodObject): number | undefined {
  const times = (pod.status?.conditions ?? []).map((condition) => parseTimeMs(condition.lastTransitionTime)).filter((time) => time !== undefined)
  return times.length === 0 ? parseTimeMs(pod.status?.startTime ?? pod.metadata.creationTimestamp) : Math.max(...times)
}

function findingFrom(view: View, pods: readonly PodObject[]): Finding[] {
  const [first] = pods
  if (first === undefined) return []
  const workload = workloadOf(view, first)
  const message = first.status?.message ?? ''
  const refused = REFUSED.has(first.status?.reason ?? '')
  const own = refused || OWN_LIMIT.test(message)
  const short = SHORT_OF.exec(message)?.[1]
  const live = livePodsOf(view, workload).filter((pod) => pod.status?.phase !== 'Failed')
  if (pods.length < REPEATED && live.some(isReady)) return []
  const nodes = new Set(pods.map((pod) => pod.spec?.nodeName))
  const why = refused ? `their node admits no such pod (${first.status?.reason ?? ''}: ${message.trim().slice(0, 160)})` : own ? 'they use more scratch space than they may' : short === undefined ? 'their node was short of something' : `their node was short of ${short}`
  return [
    findingOf({
      hazard: ID,
      subject: workload,
      symptoms: uniqueSubjects([subjectOf(workload), ...pods.map(subjectOf), ...view.list('', 'Node').filter((node) => nodes.has(node.metadata.name)).map(subjectOf)]),
      summary: `${pods.length} pod${pods.length === 1 ? '' : 's'} of ${subjectText(subjectOf(workload))} ${pods.length === 1 ? 'was' : 'were'} ${refused ? 'refused' : 'evicted'} within the hour: ${why}`,
      evidence: pods.slice(0, 4).map((pod) => objectEvidence(pod, 'status.message', `${subjectText(subjectOf(pod))} was ${refused ? 'refused' : 'evicted'}: ${pod.status?.message ?? ''}`)),
      confidence: own ? 0.92 : 0.8,
      sinceMs: Math.min(...pods.map((pod) => evictedMs(pod) ?? view.nowMs)),
      explains: ['rollout-stuck', 'service-without-endpoints', 'dependency-unreachable', 'failed-job'],
      facts: { own, refused, short: short ?? null, dependent: !own },
    }),
  ]
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  if (workload === undefined) return []
  const back = waysBack({ hazard: ID, view, workload, differs: runsDifferently, sinceMs: finding.sinceMs })
  if (back.length > 0 || finding.facts['refused'] === true) return back
  const resource = String(finding.facts['short'] ?? 'ephemeral-storage')
  return [
    askPlan({
      hazard: ID,
      workload,
      goal: `${subjectText(subjectOf(workload))} stays where it is placed`,
      rationale: `How much ${resource} it needs is not recorded in the cluster.`,
      needsInput: [{ name: resource, question: `How much ${resource} should the pods of ${subjectText(subjectOf(workload))} request, and at most use?`, target: refOf(workload) }],
    }),
  ]
}

export const podsEvicted: Hazard = {
  id: ID,
  title: 'Pods are evicted or refused by their nodes again and again',
  severity: 2,
  family: 'start-up',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Give the pods requests that fit what they use, or the nodes more room.`,
  lookAlikes: ['one eviction after which the pod runs elsewhere', 'evictions of a drain, which leave no failed pods', 'a preemption by a pod of higher priority', 'evicted pods of last week that nobody has cleaned up'],
  prevention: 'Set requests and limits for memory and ephemeral storage, and write logs to standard output.',
  sources: [{ title: 'Node-pressure eviction', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/' }],
  reviewBy: '2027-06-30',
}
