/**
 * A pod waits for a ConfigMap, a Secret or a key in one that is not there.
 *
 * The kubelet names what it misses; where its message was not collected, the references of the waiting pod are looked
 * up. What the value should be is nobody's to guess: where the reference came with the last rollout, the way back is
 * safe; otherwise a person is asked for exactly that object and key.
 */

import type { PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import { absenceEvidence, eventEvidence, objectEvidence, type Evidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { isPod, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { keyOf, workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { customSourceOf } from '../shared/custom-source.ts'
import { earliest, findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { askPlan } from '../shared/plan-parts.ts'
import { configReferences } from '../shared/references.ts'
import { respell } from './respell.ts'
import { waysBack } from '../shared/ways-back.ts'

const ID = 'missing-config'

interface Missing {
  readonly pod: PodObject
  readonly kind: 'ConfigMap' | 'Secret'
  readonly name: string
  readonly key: string | undefined
  readonly evidence: readonly Evidence[]
  readonly sinceMs: number | undefined
}

/** Messages of the kubelet: env first, then volumes (pkg/kubelet/kubelet_pods.go, pkg/volume/configmap, pkg/volume/secret). */
const NO_OBJECT = /\b(configmap|secret)s? "?([a-z0-9.-]+)"? not found/i
const NO_KEY_FOR_ENV = /couldn't find key (\S+) in (ConfigMap|Secret) [^/\s]+\/([a-z0-9.-]+)/i
const NO_KEY_FOR_VOLUME = /references non-existent (?:config|secret) key: (\S+)/i
const NO_REGISTERED = /object "[^"/]*"\/"([^"]+)" not registered/

function detect(view: View): Finding[] {
  const waiting = view.list('', 'Pod').filter(isPod).filter((pod) => !isTerminating(pod) && waitsToStart(pod))
  const missing = waiting.flatMap((pod) => missingOf(view, pod))
  const groups = Map.groupBy(missing, (item) => [keyOf(workloadOf(view, item.pod)), item.kind, item.name, item.key ?? ''].join('|'))
  return [...groups.values()].map((group) => findingFrom(view, group))
}

const CALM = new Set(['CreateContainerConfigError', 'ContainerCreating', 'PodInitializing', 'CreateContainerError'])

function waitsToStart(pod: PodObject): boolean {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
  return pod.status?.phase === 'Pending' || statuses.some((status) => CALM.has(status.state?.waiting?.reason ?? ''))
}

/** What the kubelet says, else what the references say; each missing thing once a pod. */
function missingOf(view: View, pod: PodObject): Missing[] {
  const said = [...saidByStatus(pod), ...saidByEvents(view, pod)]
  const real = said.filter((item) => !isThere(view, item))
  const found = real.length > 0 ? real : said.length > 0 || pod.spec?.nodeName === undefined ? [] : lookedUp(view, pod)
  return [...new Map(found.map((item) => [`${item.kind}/${item.name}/${item.key ?? ''}`, item])).values()]
}

function saidByStatus(pod: PodObject): Missing[] {
  return (['initContainerStatuses', 'containerStatuses'] as const).flatMap((field) =>
    (pod.status?.[field] ?? []).flatMap((status, index) => {
      const message = status.state?.waiting?.message ?? ''
      const named = parseMessage(message)
      const evidence = [objectEvidence(pod, `status.${field}[${index}].state.waiting`, `container ${status.name} of ${subjectText(subjectOf(pod))} waits: ${message}`)]
      return named === undefined ? [] : [{ pod, ...named, evidence, sinceMs: parseTimeMs(pod.status?.startTime ?? pod.metadata.creationTimestamp) }]
    }),
  )
}

function saidByEvents(view: View, pod: PodObject): Missing[] {
  return view.eventsFor(pod).flatMap((event) => {
    const named = event.type === 'Warning' ? (parseMessage(event.message) ?? keyOfVolume(pod, event.message)) : undefined
    return named === undefined ? [] : [{ pod, ...named, evidence: [eventEvidence(event)], sinceMs: event.firstMs }]
  })
}

function parseMessage(message: string): Pick<Missing, 'kind' | 'name' | 'key'> | undefined {
  const keyed = NO_KEY_FOR_ENV.exec(message)
  if (keyed !== null) return { kind: keyed[2]?.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap', name: keyed[3] ?? '', key: keyed[1] }
  const whole = NO_OBJECT.exec(message)
  if (whole === null) return undefined
  return { kind: whole[1]?.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap', name: whole[2] ?? '', key: undefined }
}

/** The message for a volume names the key and the volume, not the object: the pod does. */
function keyOfVolume(pod: PodObject, message: string): Pick<Missing, 'kind' | 'name' | 'key'> | undefined {
  const key = NO_KEY_FOR_VOLUME.exec(message)?.[1]
  const object = NO_REGISTERED.exec(message)?.[1]
  if (key === undefined && object === undefined) return undefined
  const reference = configReferences(pod.spec).find((candidate) => (key === undefined ? candidate.name === object : candidate.key === key && candidate.where.startsWith('volume')))
  return reference === undefined ? undefined : { kind: reference.kind, name: reference.name, key }
}

/** Collected later than the message: what is there by now is not missing. */
function isThere(view: View, missing: Pick<Missing, 'pod' | 'kind' | 'name' | 'key'>): boolean {
  const { pod, kind, name, key } = missing
  const object = view.get({ apiVersion: 'v1', kind, namespace: pod.metadata.namespace ?? 'default', name })
  if (object === undefined) return false
  return key === undefined || [object['data'], object['binaryData'], object['stringData']].some((data) => Object.hasOwn((data ?? {}) as object, key))
}

/** Absence proves something only where the kind was collected for that namespace. */
function lookedUp(view: View, pod: PodObject): Missing[] {
  const namespace = pod.metadata.namespace ?? 'default'
  return configReferences(pod.spec)
    .filter((reference) => view.list('', reference.kind, namespace).length > 0 && !isStripped(view, namespace, reference))
    .filter((reference) => !isThere(view, { pod, kind: reference.kind, name: reference.name, key: reference.key }))
    .map(({ kind, name, key, where }) => ({
      pod, kind, name, key,
      evidence: [objectEvidence(pod, 'spec', `${subjectText(subjectOf(pod))} needs ${whatText({ kind, name, key })} for ${where}`)],
      sinceMs: parseTimeMs(pod.metadata.creationTimestamp),
    }))
}

/** A Secret collected with none of its keys says nothing about one of them. */
function isStripped(view: View, namespace: string, { kind, name, key }: Pick<Missing, 'kind' | 'name'> & { readonly key?: string }): boolean {
  const object = view.get({ apiVersion: 'v1', kind, namespace, name })
  return kind === 'Secret' && key !== undefined && object !== undefined && object['data'] === undefined && object['stringData'] === undefined
}

function whatText({ kind, name, key }: Pick<Missing, 'kind' | 'name' | 'key'>): string {
  return key === undefined ? `${kind} ${name}` : `key ${key} of ${kind} ${name}`
}

function findingFrom(view: View, group: readonly Missing[]): Finding {
  const first = group[0] as Missing
  const workload = workloadOf(view, first.pod)
  const namespace = first.pod.metadata.namespace ?? 'default'
  const { kind, name, key } = first
  const absent = view.get({ apiVersion: 'v1', kind, namespace, name }) === undefined
  return findingOf({
    hazard: ID,
    subject: customSourceOf(view, workload, name)?.object ?? workload,
    symptoms: podSymptoms(group),
    summary: `${subjectText(subjectOf(workload))} cannot start: ${absent ? `${kind} ${namespace}/${name} does not exist${key === undefined ? '' : ` (key ${key} is needed)`}` : `${kind} ${namespace}/${name} has no key ${key ?? ''}`}`,
    evidence: [...group.slice(0, 3).flatMap((item) => item.evidence.slice(0, 1)), ...(absent ? [absenceEvidence({ kind, namespace, name })] : presentKeys(view, first))],
    confidence: 0.96,
    sinceMs: earliest(group),
    explains: ['custom-resource-not-ready', 'container-exits', 'rollout-stuck', 'stuck-creating', 'service-without-endpoints', 'dependency-unreachable', 'failed-job'],
    facts: { kind, name, key: key ?? null, namespace },
  })
}

function presentKeys(view: View, { pod, kind, name }: Missing): Evidence[] {
  const object = view.get({ apiVersion: 'v1', kind, namespace: pod.metadata.namespace ?? 'default', name })
  const keys = Object.keys((object?.['data'] ?? {}) as object)
  return object === undefined ? [] : [objectEvidence(object, 'data', `${kind} ${name} has the keys ${keys.length === 0 ? '(none)' : keys.slice(0, 12).join(', ')}`)]
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  if (workload === undefined) return []
  const back = wayBack(view, workload, finding)
  return back.length > 0 ? back : [...respell(view, workload, finding), ask(finding, workload)]
}

function needs(template: PodTemplateSpec, finding: Finding): boolean {
  const { kind, name, key } = finding.facts
  return configReferences(template.spec).some((reference) => reference.kind === kind && reference.name === name && (key === null || reference.key === key))
}

function wayBack(view: View, workload: KubeObject, finding: Finding): Plan[] {
  const { kind, name, key } = finding.facts
  const what = `began to need ${key === null ? '' : `key ${String(key)} of `}${String(kind)} ${String(name)}`
  return waysBack({ hazard: ID, view, workload, differs: (earlier, current) => needs(current, finding) && !needs(earlier, finding), what: () => what })
}

function ask(finding: Finding, workload: KubeObject): Plan {
  const { kind, name, key, namespace } = finding.facts as Readonly<Record<string, string | null>>
  const what = key === null ? `${kind} ${namespace}/${name}` : `key ${key} of ${kind} ${namespace}/${name}`
  return askPlan({
    hazard: ID,
    workload,
    goal: `${subjectText(subjectOf(workload))} finds ${what}`,
    rationale: `No kept revision did without ${what}, and what belongs into it is not recorded in the cluster.`,
    needsInput: [{ name: key ?? name ?? '', question: `What is the value of ${what}?`, target: { apiVersion: 'v1', kind: kind ?? 'ConfigMap', namespace: namespace ?? 'default', name: name ?? '' } }],
  })
}

export const missingConfig: Hazard = {
  id: ID,
  title: 'A ConfigMap, Secret or key that a pod needs is missing',
  severity: 2,
  family: 'start-up',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Only its owner knows the value; Boyd does not invent one.`,
  lookAlikes: ['a reference marked optional', 'an object that was created after the kubelet complained', 'a kind that was not collected, so that its absence says nothing'],
  prevention: 'Ship configuration and its users in one release, and check references before the rollout.',
  sources: [
    { title: 'Configure a pod to use a ConfigMap', url: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/' },
    { title: 'Secrets', url: 'https://kubernetes.io/docs/concepts/configuration/secret/' },
  ],
  reviewBy: '2027-06-30',
}
