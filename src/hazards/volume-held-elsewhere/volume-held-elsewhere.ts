/**
 * A volume that one node at a time may have is wanted on two: the new pod waits, because a pod on another node still
 * holds it. With a rolling update of a Deployment the old pod goes only when the new one is ready, so neither moves.
 */

import type { PersistentVolumeClaim } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { eventEvidence, objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { isPod, isTerminal, isTerminating, replicasOf, type PodObject } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { uniqueSubjects } from '../../model/topology/find-object.ts'
import { workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { findingOf, workloadOfFinding } from '../shared/finding.ts'
import { managerNote } from '../shared/management.ts'
import { isTooFresh } from '../shared/patience.ts'
import { canChangeTemplate, createPlan, patchStep, workloadProof } from '../shared/plan-parts.ts'

const ID = 'volume-held-elsewhere'
const PATIENCE_MS = 2 * 60_000
const REFUSED = /multi-attach error|already (?:exclusively )?(?:attached|used by) (?:pod|node)|is already attached to|ReadWriteOncePod/i

type Claim = KubeObject & PersistentVolumeClaim

function detect(view: View): Finding[] {
  const waiting = view.list('', 'Pod').filter(isPod).filter((pod) => pod.status?.phase === 'Pending' && !isTerminating(pod) && !isTooFresh(view, parseTimeMs(pod.metadata.creationTimestamp), PATIENCE_MS))
  return waiting.flatMap((pod) => claimsOf(view, pod).flatMap((claim) => findingFor(view, pod, claim)).slice(0, 1))
}

/** Claims that one node, or one pod, may have. */
function claimsOf(view: View, pod: PodObject): Claim[] {
  return (pod.spec?.volumes ?? []).flatMap((volume) => {
    const claim = view.get({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: pod.metadata.namespace ?? 'default', name: volume.persistentVolumeClaim?.claimName ?? '' }) as Claim | undefined
    const modes = claim?.status?.accessModes ?? claim?.spec?.accessModes ?? []
    return claim !== undefined && modes.length > 0 && modes.every((mode) => mode === 'ReadWriteOnce' || mode === 'ReadWriteOncePod') ? [claim] : []
  })
}

function findingFor(view: View, pod: PodObject, claim: Claim): Finding[] {
  const told = view.eventsFor(pod).find((event) => event.type === 'Warning' && REFUSED.test(event.message))
  const holder = holderOf(view, pod, claim)
  if (told === undefined || holder === undefined) return []
  const [workload, other] = [workloadOf(view, pod), workloadOf(view, holder)]
  const name = subjectText(subjectOf(claim))
  return [
    findingOf({
      hazard: ID,
      subject: workload,
      symptoms: uniqueSubjects([subjectOf(pod), subjectOf(workload)]),
      summary: `${subjectText(subjectOf(pod))} waits for ${name}, which ${subjectText(subjectOf(holder))} holds on node ${holder.spec?.nodeName ?? ''}${other === workload ? '' : ` for ${subjectText(subjectOf(other))}`}; one node at a time may have it`,
      evidence: [eventEvidence(told), objectEvidence(claim, 'spec.accessModes', `${name} is ${(claim.spec?.accessModes ?? []).join(', ')}`), objectEvidence(holder, 'spec.nodeName', `${subjectText(subjectOf(holder))} runs on ${holder.spec?.nodeName ?? ''}`)],
      confidence: 0.95,
      sinceMs: told.firstMs,
      explains: ['stuck-creating', 'unschedulable', 'rollout-stuck', 'service-without-endpoints'],
      facts: { own: other === workload },
    }),
  ]
}

function holderOf(view: View, pod: PodObject, claim: Claim): PodObject | undefined {
  const users = view.list('', 'Pod', pod.metadata.namespace).filter(isPod).filter((other) => other !== pod && !isTerminal(other) && (other.spec?.volumes ?? []).some((volume) => volume.persistentVolumeClaim?.claimName === claim.metadata.name))
  return users.find((other) => other.spec?.nodeName !== undefined && other.spec.nodeName !== pod.spec?.nodeName) ?? users.find((other) => other.spec?.nodeName !== undefined && other.status?.phase === 'Running')
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  if (workload?.kind !== 'Deployment' || finding.facts['own'] !== true || replicasOf(workload) !== 1 || !canChangeTemplate(workload)) return []
  return [
    createPlan({
      hazard: ID,
      subject: finding.subject,
      approach: 'recreate',
      goal: `${subjectText(finding.subject)} gives its volume up before it takes it again`,
      steps: [patchStep(workload, [{ path: ['spec', 'strategy'], value: { type: 'Recreate' } }], 'replace the pod by ending the old one first')],
      proof: workloadProof(workload, ID),
      risk: 'disruptive',
      expectedEffect: 'the old pod ends, then the new one starts with the volume; it is away for the time between',
      rationale: `One replica with a volume that one node may have cannot be replaced while it runs. The documentation of the strategy names this case; that a short absence is acceptable here is an assumption.${managerNote(workload)}`,
      values: 'assumed',
    }),
  ]
}

export const volumeHeldElsewhere: Hazard = {
  id: ID,
  title: 'A volume is held on another node',
  severity: 2,
  family: 'placement',
  appliesTo: ['/PersistentVolumeClaim'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. End the pod that holds it, give each pod a volume of its own, or use one that many may share.`,
  lookAlikes: ['a volume that takes a minute to move after its pod has gone', 'a volume that many may share', 'a node that is lost with the volume still attached'],
  prevention: 'Use the Recreate strategy or a StatefulSet for pods that own a volume.',
  sources: [{ title: 'Persistent volumes: access modes', url: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes' }],
  reviewBy: '2027-06-30',
}
