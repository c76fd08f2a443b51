/**
 * A claim that no volume satisfies, or a pod that names a claim that is not there. A claim that waits for its first
 * pod (WaitForFirstConsumer) is well.
 */

import type { PersistentVolumeClaim } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { absenceEvidence, eventEvidence, objectEvidence, type Evidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { refOf, subjectOf, subjectText, type KubeObject, type Subject } from '../../model/kube-object.ts'
import { isPod, isTerminating, podTemplateOf, type PodObject } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { objectOf } from '../../model/topology/find-object.ts'
import { workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { customSourceOf } from '../shared/custom-source.ts'
import { findingOf } from '../shared/finding.ts'
import { askPlan, canChangeTemplate, patchWorkloadPlan } from '../shared/plan-parts.ts'
import { meantBy } from '../shared/spelling.ts'
import { isTooFresh } from '../shared/patience.ts'
import { restoreApplied, waysBack } from '../shared/ways-back.ts'

const ID = 'pvc-unbound'
const PATIENCE_MS = 2 * 60_000
const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class'

type Claim = KubeObject & PersistentVolumeClaim

function detect(view: View): Finding[] {
  const pods = view.list('', 'Pod').filter(isPod).filter((pod) => !isTerminating(pod))
  const users = Map.groupBy(pods.flatMap((pod) => claimsOf(pod).map((name) => ({ pod, name }))), ({ pod, name }) => `${pod.metadata.namespace ?? ''}/${name}`)
  const claims = view.list('', 'PersistentVolumeClaim') as readonly Claim[]
  const unbound = claims.flatMap((claim) => unboundFinding(view, claim, (users.get(`${claim.metadata.namespace ?? ''}/${claim.metadata.name ?? ''}`) ?? []).map((user) => user.pod)))
  const absent = [...users.values()].flatMap((group) => absentFinding(view, group))
  return [...unbound, ...absent]
}

function claimsOf(pod: PodObject): string[] {
  return (pod.spec?.volumes ?? []).map((volume) => volume.persistentVolumeClaim?.claimName).filter((name) => name !== undefined)
}

function unboundFinding(view: View, claim: Claim, pods: readonly PodObject[]): Finding[] {
  const phase = claim.status?.phase
  const bornMs = parseTimeMs(claim.metadata.creationTimestamp)
  const young = isTooFresh(view, bornMs, PATIENCE_MS)
  if ((phase !== 'Pending' && phase !== 'Lost') || (young && phase === 'Pending')) return []
  const why = phase === 'Lost' ? { reason: 'lost', text: 'its volume is gone' } : whyPending(view, claim, pods)
  if (why === undefined) return []
  const workload = pods[0] === undefined ? undefined : workloadOf(view, pods[0])
  const events = view.eventsFor(claim).filter((event) => event.type === 'Warning' || event.reason === 'FailedBinding').slice(0, 2)
  return [
    findingOf({
      hazard: ID,
      subject: (why.reason === 'no-class' ? customSourceOf(view, workload ?? claim, claim.spec?.storageClassName ?? '')?.object : undefined) ?? claim,
      symptoms: pods.length === 0 ? [] : [subjectOf(claim), ...pods.map(subjectOf)],
      summary: `${subjectText(subjectOf(claim))} is ${phase}: ${why.text}`,
      evidence: [objectEvidence(claim, 'status.phase', `${subjectText(subjectOf(claim))} is ${phase}`), ...events.map((event) => eventEvidence(event)), ...classEvidence(view, claim)],
      confidence: 0.95,
      sinceMs: bornMs,
      explains: ['custom-resource-not-ready', 'unschedulable', 'rollout-stuck', 'service-without-endpoints', 'dependency-unreachable', 'container-exits'],
      facts: { reason: why.reason, workload: workload === undefined ? null : subjectOf(workload), claim: claim.metadata.name ?? '' },
    }),
  ]
}

interface Why {
  readonly reason: string
  readonly text: string
}

function whyPending(view: View, claim: Claim, pods: readonly PodObject[]): Why | undefined {
  const wanted = claim.spec?.storageClassName
  const classes = view.list('storage.k8s.io', 'StorageClass')
  const failure = view.eventsFor(claim).find((event) => event.type === 'Warning' || event.reason === 'FailedBinding')
  const found = classes.find((item) => (wanted === undefined ? item.metadata.annotations?.[DEFAULT_CLASS] === 'true' : item.metadata.name === wanted))
  const collected = classes.length > 0 || /storageclass.*not found/i.test(failure?.message ?? '')
  if (wanted !== undefined && wanted !== '' && found === undefined && collected) return { reason: 'no-class', text: `StorageClass ${wanted} does not exist` }
  if (wanted === undefined && found === undefined && (classes.length > 0 || /no storage class is set/i.test(failure?.message ?? ''))) return { reason: 'no-default-class', text: 'it names no StorageClass and there is no default one' }
  if (found?.['volumeBindingMode'] === 'WaitForFirstConsumer' && pods.length === 0) return undefined
  if (failure !== undefined) return { reason: 'provisioning', text: failure.message.slice(0, 200) }
  if (found?.['volumeBindingMode'] === 'WaitForFirstConsumer') return undefined
  return { reason: 'no-volume', text: 'no volume satisfies it' }
}

function classEvidence(view: View, claim: Claim): Evidence[] {
  const name = claim.spec?.storageClassName
  const found = name === undefined || view.list('storage.k8s.io', 'StorageClass').some((item) => item.metadata.name === name)
  return found || name === '' ? [] : [absenceEvidence({ kind: 'StorageClass', name })]
}

/** The scheduler says it; without its word, absence counts only where claims of that namespace were collected. */
function absentFinding(view: View, group: readonly { readonly pod: PodObject; readonly name: string }[]): Finding[] {
  const [first] = group
  if (first === undefined) return []
  const { pod, name } = first
  const namespace = pod.metadata.namespace ?? 'default'
  const subject: Subject = { kind: 'PersistentVolumeClaim', namespace, name }
  const said = view.eventsFor(pod).find((event) => event.message.includes(`persistentvolumeclaim "${name}" not found`))
  const stated = (pod.status?.conditions ?? []).some((condition) => condition.message?.includes(`persistentvolumeclaim "${name}" not found`) === true)
  if (objectOf(view, subject) !== undefined || pod.status?.phase !== 'Pending' || (said === undefined && !stated)) return []
  const workload = workloadOf(view, pod)
  return [
    findingOf({
      hazard: ID,
      subject: workload,
      symptoms: group.map((item) => subjectOf(item.pod)),
      summary: `${subjectText(subjectOf(workload))} uses PersistentVolumeClaim ${namespace}/${name}, which does not exist`,
      evidence: [absenceEvidence(subject), ...(said === undefined ? [] : [eventEvidence(said)])],
      confidence: 0.95,
      sinceMs: parseTimeMs(pod.metadata.creationTimestamp),
      explains: ['unschedulable', 'rollout-stuck', 'service-without-endpoints', 'dependency-unreachable'],
      facts: { reason: 'no-claim', workload: subjectOf(workload), claim: name },
    }),
  ]
}

function fixes(finding: Finding, view: View): Plan[] {
  const { workload: subject, claim, reason } = finding.facts as { workload: Subject | null; claim: string; reason: string }
  const workload = subject === null ? undefined : objectOf(view, subject)
  const owner = objectOf(view, finding.subject)
  const restored = owner === undefined || owner.kind === 'PersistentVolumeClaim' ? [] : restoreApplied({ hazard: ID, object: owner, paths: [['spec']], expectedEffect: 'its operator asks for the storage that was meant before' })
  if (workload === undefined || restored.length > 0) return restored
  const back = workload.kind === 'StatefulSet' ? [] : waysBack({ hazard: ID, view, workload, differs: (earlier) => !(earlier.spec?.volumes ?? []).some((volume) => volume.persistentVolumeClaim?.claimName === claim), what: () => `began to use claim ${claim}` })
  if (back.length > 0) return back
  const meant = reason === 'no-claim' ? meantBy(claim, view.list('', 'PersistentVolumeClaim', workload.metadata.namespace).map((item) => item.metadata.name ?? '')) : undefined
  if (meant !== undefined) return respellClaim(view, workload, { claim, meant })
  if (reason !== 'no-class' && reason !== 'no-claim' && reason !== 'no-default-class') return []
  return [
    askPlan({
      hazard: ID,
      workload,
      goal: `${subjectText(subjectOf(workload))} has its volume`,
      rationale: 'The class of a claim cannot be changed once it is made, and which storage is right is not recorded.',
      needsInput: [{ name: reason === 'no-claim' ? 'claim' : 'storage-class', question: reason === 'no-claim' ? `Which claim should ${subjectText(subjectOf(workload))} use instead of ${claim}?` : `Which StorageClass should claim ${claim} have?`, target: refOf(workload) }],
    }),
  ]
}

function respellClaim(view: View, workload: KubeObject, { claim, meant }: { readonly claim: string; readonly meant: string }): Plan[] {
  const at = (podTemplateOf(workload)?.spec?.volumes ?? []).findIndex((volume) => volume.persistentVolumeClaim?.claimName === claim)
  if (at < 0 || !canChangeTemplate(workload)) return []
  return [
    patchWorkloadPlan({
      hazard: ID, view, workload,
      approach: `respell-${claim}`,
      goal: `${subjectText(subjectOf(workload))} uses claim ${meant}`,
      changes: [{ path: ['spec', 'template', 'spec', 'volumes', at, 'persistentVolumeClaim', 'claimName'], value: meant }],
      reason: `name claim ${meant} instead of ${claim}`,
      rationale: `Claim ${meant} is there and spelled nearly so, and no other is. That it is meant is an assumption for a person to confirm.`,
      values: 'assumed',
    }),
  ]
}

export const pvcUnbound: Hazard = {
  id: ID,
  title: 'A volume claim is not bound',
  severity: 2,
  family: 'placement',
  appliesTo: ['/PersistentVolumeClaim', '/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Storage has to be provided, or another class chosen, by whoever runs it.`,
  lookAlikes: ['a claim that waits for its first pod', 'a claim that was made a moment ago', 'a pending claim that nothing uses'],
  prevention: 'Name only classes that exist in the target cluster, or rely on its default.',
  sources: [{ title: 'Persistent volumes', url: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/' }],
  reviewBy: '2027-06-30',
}
