/**
 * The probe is wrong and the application is not: it asks at a path or a port where nobody answers, or gives up before
 * the application can have started.
 *
 * 404 is an answer of a healthy server about a wrong path. A refused connection is a wrong port only when another port
 * is known to be the right one. 5xx is the application's own word and belongs to `application-unhealthy`.
 */

import type { Container, PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { jsonEqual, type JsonValue } from '../../kernel/json.ts'
import { podTemplateOf } from '../../model/kube/workload.ts'
import { eventEvidence, objectEvidence, type Evidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import type { Plan } from '../../model/plan.ts'
import { containerNamed, historyOf, runsDifferently } from '../../model/topology/history.ts'
import { livePodsOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { earliest, findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { lineEvidence, linesOf, type LogLine } from '../shared/logs.ts'
import { canChangeTemplate, containerPath, patchWorkloadPlan } from '../shared/plan-parts.ts'
import { isWrongPathStatus, type ProbeFailure, type ProbeKind } from '../shared/probe-events.ts'
import { isTooFresh } from '../shared/patience.ts'
import { listensOn, patienceMs, probeTarget } from '../shared/probe-target.ts'
import { waysBack } from '../shared/ways-back.ts'
import { probeField, probeOf, unreadyContainers, type Unready } from '../shared/unready.ts'

const ID = 'bad-probe'

interface Wrong {
  readonly what: 'path' | 'port' | 'timing' | 'command'
  readonly why: string
  /** The right value where the cluster shows one. */
  readonly right?: { readonly value: string | number; readonly from: string }
  readonly line?: LogLine
}

function detect(view: View): Finding[] {
  const groups = Map.groupBy(unreadyContainers(view), (row) => `${subjectText(subjectOf(row.workload))}|${row.container.name}`)
  return [...groups.values()].flatMap((group) => {
    const row = group[0] as Unready
    const wrong = judge(view, row)
    return wrong === undefined ? [] : [findingFrom(group, row, wrong)]
  })
}

function judge(view: View, row: Unready): Wrong | undefined {
  const failure = row.failures.find((candidate) => candidate.probe === row.probe)
  const changed = probeChange(view, row) && !mayStillStart(view, row)
  if (failure === undefined) return wrongPort(view, row, false)
  if (failure.status !== undefined) return wrongPath(view, row, failure, changed)
  if (failure.how === 'refused' || unresolvedName(row)) return wrongPort(view, row, changed) ?? tooEarly(row, changed) ?? killedWhileStarting(row)
  if (failure.how === 'timeout') return changed ? { what: 'timing', why: 'it times out since the last rollout changed it' } : killedWhileStarting(row)
  return changed ? { what: 'command', why: 'it fails since the last rollout changed it' } : wrongCommand(row, failure)
}

/** Its own start-up probe gives it more time than it has had, and nothing was killed. */
function mayStillStart(view: View, { probe, pod, container, restarts }: Unready): boolean {
  const startedMs = parseTimeMs(pod.status?.containerStatuses?.find((row) => row.name === container.name)?.state?.running?.startedAt)
  return probe === 'startup' && restarts === 0 && container.startupProbe !== undefined && isTooFresh(view, startedMs, patienceMs(container.startupProbe))
}

/** Did the last rollout change this probe, and not the program it asks? */
function probeChange(view: View, row: Unready): boolean {
  const history = historyOf(view, row.workload)
  const before = containerNamed(history?.earlier[0]?.template, row.container.name)
  const now = containerNamed(history?.current.template, row.container.name)
  return before !== undefined && now !== undefined && !jsonEqual(probeOf(before, row.probe), probeOf(now, row.probe))
}

function wrongPath(view: View, row: Unready, failure: ProbeFailure, changed: boolean): Wrong | undefined {
  if (!isWrongPathStatus(failure.status)) return undefined
  const path = probeTarget(row.container, probeOf(row.container, row.probe) ?? {}).path
  const other = answeringProbe(row)?.path ?? siblingPath(view, row)
  const why = `the application answers ${failure.status} at ${path ?? '/'}${changed ? ', and the last rollout changed the probe' : ''}`
  return { what: 'path', why, ...(other === undefined || other === path ? {} : { right: { value: other, from: 'another probe of the container that is answered well' } }) }
}

/** A probe of the same container, on the same port, that does not fail. */
function answeringProbe(row: Unready): { readonly path: string | undefined; readonly port: number | undefined; readonly written: number | string | undefined } | undefined {
  for (const kind of ['readiness', 'liveness', 'startup'] as const) {
    const probe = probeOf(row.container, kind)
    if (kind === row.probe || probe === undefined || row.failures.some((failure) => failure.probe === kind)) continue
    const target = probeTarget(row.container, probe)
    if (target.type !== 'exec') return { path: target.path, port: target.number, written: target.port }
  }
  return undefined
}

/** The probe that ready pods of another revision of this workload still use. */
function siblingPath(view: View, row: Unready): string | undefined {
  const ready = livePodsOf(view, row.workload).find((pod) => pod.status?.containerStatuses?.some((status) => status.name === row.container.name && status.ready))
  const probe = probeOf(ready?.spec?.containers?.find((container) => container.name === row.container.name), row.probe)
  return probe?.httpGet?.path
}

function unresolvedName(row: Unready): boolean {
  const target = probeTarget(row.container, probeOf(row.container, row.probe) ?? {})
  return target.port !== undefined && target.number === undefined
}

function wrongPort(view: View, row: Unready, changed: boolean): Wrong | undefined {
  const target = probeTarget(row.container, probeOf(row.container, row.probe) ?? {})
  if (target.type === 'exec') return undefined
  const answered = answeringProbe(row)
  const heard = listensOn(linesOf(view, row.pod, row.container.name).filter((line) => !line.previous)).find((item) => item.port !== target.number)
  const saysOwnPort = listensOn(linesOf(view, row.pod, row.container.name)).some((item) => item.port === target.number)
  const declared = row.container.ports ?? []
  const undeclared = declared.length > 0 && !declared.some((port) => port.containerPort === target.number)
  const asked = `nobody listens on port ${target.port ?? ''}`
  if (saysOwnPort) return undefined
  if (answered?.port !== undefined && answered.port !== target.number) return { what: 'port', why: asked, right: { value: answered.written ?? answered.port, from: 'another probe of the container that is answered' } }
  if (heard !== undefined) return { what: 'port', why: asked, right: { value: heard.port, from: 'the log of the container' }, line: heard.line }
  if (undeclared) return { what: 'port', why: `${asked}, and the container declares another`, ...(declared.length === 1 ? { right: { value: declared[0]?.containerPort ?? 0, from: 'the only port the container declares' } } : {}) }
  return changed ? { what: 'port', why: `${asked} since the last rollout changed the probe` } : undefined
}

/** Killed while it still starts: liveness without a start-up probe and with less patience than the log shows the start takes. */
function tooEarly(row: Unready, changed: boolean): Wrong | undefined {
  if (row.probe === 'readiness') return changed ? { what: 'timing', why: 'it fails since the last rollout changed it' } : undefined
  const probe = probeOf(row.container, row.probe)
  const patience = (probe?.initialDelaySeconds ?? 0) + (probe?.failureThreshold ?? 3) * (probe?.periodSeconds ?? 10)
  if (changed) return { what: 'timing', why: `the last rollout changed it, and it gives up after ${patience} s` }
  return undefined
}

/** Between the last failed probe and the end lies the grace period. */
const KILL_SLACK_SECONDS = 10
/** More patience than this is no longer "too early" for an ordinary start. */
const SHORT_PATIENCE_SECONDS = 30

/** Every run ends as soon as the probe may end it, and nothing gives the application time to start. */
function killedWhileStarting(row: Unready): Wrong | undefined {
  if (row.probe === 'readiness' || row.restarts === 0) return undefined
  const probe = probeOf(row.container, row.probe)
  const patience = (probe?.initialDelaySeconds ?? 0) + (probe?.failureThreshold ?? 3) * (probe?.periodSeconds ?? 10)
  const status = row.pod.status?.containerStatuses?.find((item) => item.name === row.container.name)
  const ended = status?.lastState?.terminated ?? status?.state?.terminated
  const ranSeconds = ((parseTimeMs(ended?.finishedAt) ?? NaN) - (parseTimeMs(ended?.startedAt) ?? NaN)) / 1000
  const graceSeconds = row.pod.spec?.terminationGracePeriodSeconds ?? 30
  const atOnce = ranSeconds <= patience + graceSeconds + KILL_SLACK_SECONDS
  if (!atOnce || patience > SHORT_PATIENCE_SECONDS || (row.probe === 'liveness' && row.container.startupProbe !== undefined)) return undefined
  return { what: 'timing', why: `it gives up ${patience} s after the start, and every run ends then` }
}

function wrongCommand(row: Unready, failure: ProbeFailure): Wrong | undefined {
  const missing = /executable file not found|no such file or directory|not found in \$?PATH|command not found/i.test(failure.message)
  return probeTarget(row.container, probeOf(row.container, row.probe) ?? {}).type === 'exec' && missing ? { what: 'command', why: 'its command does not exist in the image' } : undefined
}

function findingFrom(group: readonly Unready[], row: Unready, wrong: Wrong): Finding {
  const field = probeField(row.probe)
  return findingOf({
    hazard: ID,
    subject: row.workload,
    symptoms: podSymptoms(group),
    summary: `the ${row.probe} probe of container ${row.container.name} in ${subjectText(subjectOf(row.workload))} asks at the wrong ${wrong.what}: ${wrong.why}`,
    evidence: evidenceOf(row, wrong, field),
    confidence: wrong.what === 'timing' ? 0.8 : 0.92,
    sinceMs: earliest(group),
    explains: ['container-exits', 'application-unhealthy', 'rollout-stuck', 'service-without-endpoints', 'dependency-unreachable'],
    facts: { container: row.container.name, probe: row.probe, what: wrong.what, right: wrong.right?.value ?? null, from: wrong.right?.from ?? '' },
  })
}

function evidenceOf(row: Unready, wrong: Wrong, field: string): Evidence[] {
  const index = row.pod.spec?.containers?.findIndex((container) => container.name === row.container.name) ?? 0
  return [
    ...row.failures.slice(0, 3).map((failure) => eventEvidence(failure.event)),
    objectEvidence(row.pod, `spec.containers[${Math.max(0, index)}].${field}`, `the ${row.probe} probe is ${JSON.stringify(probeOf(row.container, row.probe))}`),
    ...(wrong.line === undefined ? [] : [lineEvidence(wrong.line)]),
  ]
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  if (workload === undefined) return []
  const container = String(finding.facts['container'])
  const probe = finding.facts['probe'] as ProbeKind
  const undone = rollBack({ view, workload, container, probe })
  // The probe stayed, and the program behind it was changed.
  const back = undone.length > 0 ? undone : waysBack({ hazard: ID, view, workload, differs: runsDifferently, sinceMs: finding.sinceMs })
  return !canChangeTemplate(workload) ? back : [...back, ...mend({ finding, view, workload, container, probe }), ...giveTime({ finding, view, workload, container, probe })]
}

interface Place {
  readonly view: View
  readonly workload: KubeObject
  readonly container: string
  readonly probe: ProbeKind
}

function rollBack({ view, workload, container, probe }: Place): Plan[] {
  const of = (template: PodTemplateSpec): Container | undefined => containerNamed(template, container)
  return waysBack({ hazard: ID, view, workload, differs: (earlier, current) => of(earlier) !== undefined && !jsonEqual(probeOf(of(earlier), probe), probeOf(of(current), probe)), what: () => `changed the ${probe} probe of ${container}` })
}

/** Sets the path or port that the cluster itself shows to be right. Timing values are not shown anywhere, so they are not set. */
function mend({ finding, view, workload, container, probe }: Place & { readonly finding: Finding }): Plan[] {
  const { what, right, from } = finding.facts as { what: string; right: JsonValue; from: string }
  const path = containerPath(workload, container)
  const spec = probeOf(containerNamed(podTemplateOf(workload), container), probe)
  const handler = spec?.httpGet !== undefined ? 'httpGet' : spec?.tcpSocket !== undefined ? 'tcpSocket' : undefined
  if (path === undefined || right === null || handler === undefined || (what !== 'path' && what !== 'port')) return []
  return [
    patchWorkloadPlan({
      hazard: ID, view, workload,
      approach: `mend-${probe}-probe-${container}`,
      goal: `the ${probe} probe of ${container} asks where the application answers`,
      changes: [{ path: [...path, probeField(probe), handler, what], value: right }],
      reason: `set the ${what} of the ${probe} probe of ${container} to ${String(right)}`,
      rationale: `${String(right)} is observed: ${from}.`,
      values: 'observed',
    }),
  ]
}

/** The documented way to protect a slow start: the same question with 30 tries. How long is enough is ours to assume. */
function giveTime({ finding, view, workload, container, probe }: Place & { readonly finding: Finding }): Plan[] {
  const path = containerPath(workload, container)
  const asked = probeOf(containerNamed(podTemplateOf(workload), container), probe)
  if (finding.facts['what'] !== 'timing' || probe !== 'liveness' || path === undefined || asked === undefined) return []
  const { httpGet, tcpSocket, grpc, exec } = asked
  const handler = Object.fromEntries(Object.entries({ httpGet, tcpSocket, grpc, exec }).filter(([, value]) => value !== undefined))
  return [
    patchWorkloadPlan({
      hazard: ID, view, workload,
      approach: `add-startup-probe-${container}`,
      goal: `${container} is given time to start before its liveness counts`,
      changes: [{ path: [...path, 'startupProbe'], value: { ...handler, periodSeconds: 10, failureThreshold: 30 } as unknown as JsonValue }],
      reason: `ask ${container} up to 30 times, every 10 s, whether it has started`,
      rationale: 'A start-up probe holds the liveness probe back. How long the start takes is not recorded, so five minutes is an assumption for a person to confirm.',
      values: 'assumed',
    }),
  ]
}

export const badProbe: Hazard = {
  id: ID,
  title: 'A probe asks at the wrong place or too early',
  severity: 2,
  family: 'start-up',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Which value is right is not shown by anything in the cluster; say which ${String(finding.facts['what'])} the application answers.`,
  lookAlikes: [
    '5xx: the application itself says that it is not well',
    'a refused connection while the application is down',
    'a failure or two during start, in a container that is ready now',
  ],
  prevention: 'Test probes against the running image in the pipeline, and use a start-up probe for slow starts.',
  sources: [{ title: 'Configure liveness, readiness and startup probes', url: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/' }],
  reviewBy: '2027-06-30',
}
