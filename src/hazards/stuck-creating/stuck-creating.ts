/** A pod has a node and does not start: a volume cannot be attached or mounted, or its sandbox cannot be made. */

import { parseTimeMs } from '../../kernel/clock.ts'
import { eventEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import { isPod, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import { keyOf, workloadOf } from '../../model/topology/ownership.ts'
import type { EventView, View } from '../../model/view.ts'
import { earliest, findingOf, podSymptoms } from '../shared/finding.ts'
import { isTooFresh } from '../shared/patience.ts'

const ID = 'stuck-creating'
const REASONS: Readonly<Record<string, string>> = {
  FailedAttachVolume: 'a volume cannot be attached',
  FailedMount: 'a volume cannot be mounted',
  FailedMapVolume: 'a volume cannot be mapped',
  FailedCreatePodSandBox: 'the network or the runtime of its node does not let it start',
  NetworkNotReady: 'the network of its node is not ready',
}
const PATIENCE_MS = 3 * 60_000

interface Row {
  readonly pod: PodObject
  readonly event: EventView
  readonly sinceMs: number | undefined
}

function detect(view: View): Finding[] {
  const rows = view.list('', 'Pod').filter(isPod).flatMap((pod) => rowOf(view, pod))
  return [...Map.groupBy(rows, (row) => `${keyOf(workloadOf(view, row.pod))}|${row.event.reason}`).values()].map((group) => findingFrom(view, group))
}

function rowOf(view: View, pod: PodObject): Row[] {
  const sinceMs = parseTimeMs(pod.status?.startTime ?? pod.metadata.creationTimestamp)
  const waits = pod.status?.phase === 'Pending' && pod.spec?.nodeName !== undefined && !isTerminating(pod)
  if (!waits || isTooFresh(view, sinceMs, PATIENCE_MS)) return []
  const event = view.eventsFor(pod).find((item) => item.type === 'Warning' && REASONS[item.reason] !== undefined)
  return event === undefined ? [] : [{ pod, event, sinceMs }]
}

function findingFrom(view: View, group: readonly Row[]): Finding {
  const first = group[0] as Row
  const workload = workloadOf(view, first.pod)
  return findingOf({
    hazard: ID,
    subject: workload,
    symptoms: podSymptoms(group),
    summary: `pods of ${subjectText(subjectOf(workload))} do not start: ${REASONS[first.event.reason] ?? ''} (${first.event.message.slice(0, 200)})`,
    evidence: group.slice(0, 3).map((row) => eventEvidence(row.event)),
    confidence: 0.7,
    sinceMs: earliest(group),
    explains: ['rollout-stuck', 'service-without-endpoints', 'dependency-unreachable'],
    facts: { reason: first.event.reason },
  })
}

export const stuckCreating: Hazard = {
  id: ID,
  title: 'A pod is placed and does not start',
  severity: 2,
  family: 'start-up',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes: () => [],
  handOver: (finding) => `${finding.summary}. A volume still attached elsewhere is released when its old pod or node is truly gone; a sandbox needs the network of the node.`,
  lookAlikes: ['a slow pull of a large image', 'a ConfigMap or Secret that is missing', 'a volume that takes a minute to attach'],
  prevention: 'Use volumes that may be shared where pods may overlap, or the Recreate strategy.',
  sources: [{ title: 'Persistent volumes: access modes', url: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes' }],
  reviewBy: '2027-06-30',
}
