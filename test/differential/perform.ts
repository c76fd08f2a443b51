/** One step of a script on one side: what is sent, and what was answered. */

import type { Cleared } from '../../src/model/clearance.ts'
import { applyStep } from '../../src/act/act.ts'
import { fault } from '../../src/kernel/fault.ts'
import { planHash, type Plan, type Step as PlanStep } from '../../src/model/plan.ts'
import { controllerOf, refOf, type KubeObject, type ObjectRef } from '../../src/model/kube-object.ts'
import { REVISION_ANNOTATION } from '../../src/model/kube/revision.ts'
import { isReady } from '../../src/model/kube/workload.ts'
import type { JsonValue } from '../../src/kernel/json.ts'
import { endOfMoment } from './moments.ts'
import { place, rename, type Names } from './names.ts'
import { objectAnswer, refusalAnswer, type Answer } from './normal-answer.ts'
import type { PodChoice, Step, Target } from './script.ts'
import type { Side } from './sides.ts'
import { sendRequest } from './requests/send-request.ts'
import { LOOK_MS, PATIENCE_MS } from './until.ts'

export const CLUSTER_SCOPED = new Set(
  (
    'Node Namespace PriorityClass PersistentVolume StorageClass ClusterRole ClusterRoleBinding RuntimeClass IngressClass VolumeAttachment CSIDriver CSINode ' +
    'VolumeAttributesClass ValidatingWebhookConfiguration MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding MutatingAdmissionPolicy MutatingAdmissionPolicyBinding CustomResourceDefinition ' +
    'FlowSchema PriorityLevelConfiguration CertificateSigningRequest DeviceClass ResourceSlice'
  ).split(' '),
)

/** Writes that name their manager are tracked on both sides. */
export const MANAGER = { fieldManager: 'boyd' }

export async function perform(step: Step, side: Side, names: Names): Promise<Answer> {
  try {
    return await send(step, side, names)
  } catch (error) {
    return refusalAnswer(error, names)
  }
}

async function send(step: Step, side: Side, names: Names): Promise<Answer> {
  const { cluster } = side
  switch (step.do) {
    case 'create':
      return objectAnswer(await cluster.create(placed(step.object, names), { ...MANAGER, ...(step.dryRun === true ? { dryRun: true } : {}) }), names, { isNew: true })
    case 'patch': {
      const { subresource } = step
      return objectAnswer(await cluster.patch(refIn(step.target, names), place(step.patch, names), { ...MANAGER, ...(subresource === undefined ? {} : { subresource }) }), names, { isNew: false })
    }
    case 'remove': {
      const { propagation, gracePeriodSeconds } = step
      await cluster.remove(refIn(step.target, names), { ...(propagation === undefined ? {} : { propagation }), ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }) })
      return { result: 'accepted' }
    }
    case 'evict': {
      const chosen = choose(step.pod, side, names)
      return { result: chosen === undefined ? 'no such pod' : rename(withoutName(await evict(step, chosen, side), chosen), names) }
    }
    case 'remove-pod': {
      const chosen = choose(step.pod, side, names)
      if (chosen === undefined) return { result: 'no such pod' }
      await cluster.remove(refOf(chosen), graceOf(step))
      return { result: 'accepted' }
    }
    case 'patch-pod': {
      const chosen = choose(step.pod, side, names)
      if (chosen === undefined) return { result: 'no such pod' }
      await cluster.patch(refOf(chosen), { type: 'merge', body: step.body }, MANAGER)
      return { result: 'accepted' }
    }
    case 'alter-node':
      await cluster.patch(nodeRef(step.node, names), { type: 'strategic', body: step.body }, MANAGER)
      return { result: 'accepted' }
    case 'await':
      await side.clock.sleep(Math.max(0, endOfMoment(names, step.moment) - side.clock.now()))
      return { result: 'accepted' }
    case 'drain':
      return { result: await drain(step, side, names) }
    case 'cordon':
    case 'uncordon':
      await cluster.patch(nodeRef(step.node, names), { type: 'merge', body: { spec: { unschedulable: step.do === 'cordon' ? true : null } } }, MANAGER)
      return { result: 'accepted' }
    case 'fault':
      await side.world.setNode(`${names.prefix}-${step.node}`, step.fault)
      return { result: 'accepted' }
    case 'settle':
      return { result: 'accepted' }
    case 'await-kind':
      return { result: await isServed(place(step, names), side) ? 'served' : 'not served' }
    case 'instantiate':
      return objectAnswer(await instantiate(step, side, names), names, { isNew: true })
    case 'request':
      return sendRequest(step.request, side, names)
    case 'undo':
      return objectAnswer(await undo(step, side, names), names, { isNew: false })
  }
}

async function isServed({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }, { cluster, clock }: Side): Promise<boolean> {
  const deadlineMs = clock.now() + PATIENCE_MS
  while (clock.now() < deadlineMs) {
    if (await cluster.list({ apiVersion, kind }).then(() => true, () => false)) return true
    await clock.sleep(LOOK_MS)
  }
  return false
}

function graceOf({ gracePeriodSeconds }: { readonly gracePeriodSeconds?: number }): { readonly gracePeriodSeconds?: number } {
  return gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }
}

export function placed(object: KubeObject, names: Names): KubeObject {
  const located = place(object, names)
  return CLUSTER_SCOPED.has(object.kind) ? located : { ...located, metadata: { ...located.metadata, namespace: names.namespace } }
}

function refIn({ apiVersion, kind, name }: Target, names: Names): ObjectRef {
  return { apiVersion: place(apiVersion, names), kind, name: place(name, names), ...(CLUSTER_SCOPED.has(kind) ? {} : { namespace: names.namespace }) }
}

function nodeRef(node: string, { prefix }: Names): ObjectRef {
  return { apiVersion: 'v1', kind: 'Node', name: `${prefix}-${node}` }
}

/** A pod that changes while it is evicted past its budget, as one that crashes does, is refused with the request to ask again: then it is asked again. */
const UNDECIDED = /still being processed by the server/
const ATTEMPTS = 20
const AGAIN_MS = 100

async function evict(step: Extract<Step, { do: 'evict' }>, pod: KubeObject, { cluster, clock }: Side): Promise<object> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await cluster.evict(refOf(pod), graceOf(step))
    if (result.type !== 'blocked' || !UNDECIDED.test(result.message) || attempt === ATTEMPTS) return result
    await clock.sleep(AGAIN_MS)
  }
}

/** Names are drawn: pods are taken by workload, revision, phase, readiness, number and node first, so that both sides choose one of the same sort. */
function choose({ app, index }: PodChoice, side: Side, { namespace }: Names): KubeObject | undefined {
  const revisions = new Map(side.objects('apps/v1', 'ReplicaSet', namespace).map((set) => [set.metadata.uid, [controllerOf(set)?.name ?? set.metadata.name, set.metadata.annotations?.[REVISION_ANNOTATION] ?? '']]))
  const sortKey = (pod: KubeObject): string => JSON.stringify([revisions.get(controllerOf(pod)?.uid) ?? [controllerOf(pod)?.name ?? '', ''], (pod['status'] as { phase?: string } | undefined)?.phase ?? '', isReady(pod), numberOf(pod), labelsOf(pod), (pod['spec'] as { nodeName?: string } | undefined)?.nodeName ?? '', pod.metadata.name])
  const candidates = side
    .objects('v1', 'Pod', namespace)
    .filter(({ metadata }) => metadata.labels?.['app'] === app && metadata.deletionTimestamp === undefined)
    .sort((left, right) => (sortKey(left) < sortKey(right) ? -1 : 1))
  return candidates[index % Math.max(1, candidates.length)]
}

/** Which one of its set or Job it is, where they are told apart. */
function numberOf({ metadata }: KubeObject): string {
  return metadata.labels?.['apps.kubernetes.io/pod-index'] ?? metadata.labels?.['batch.kubernetes.io/job-completion-index'] ?? ''
}

/** Labels and finalizers that were given by hand; labels that controllers and the server give differ from side to side. */
function labelsOf({ metadata }: KubeObject): readonly string[] {
  return [...Object.keys(metadata.labels ?? {}).filter((key) => !key.includes('/')).sort(), ...(metadata.finalizers ?? [])]
}

function withoutName(value: object, pod: KubeObject): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(pod.metadata.name ?? '', 'POD'))
}

/** Boyd's own drain, under a clearance of the test's making. Pods' names do not belong to the outcome. */
async function drain(step: Extract<Step, { do: 'drain' }>, side: Side, names: Names): Promise<unknown> {
  const planned: PlanStep = { id: '1', reason: '', preconditions: [], action: { verb: 'drain', target: nodeRef(step.node, names), timeoutMs: step.timeoutSeconds * 1000, ...(step.deleteEmptyDirData === undefined ? {} : { deleteEmptyDirData: true }) } }
  const plan = { kind: 'plan', id: 'p', steps: [planned] } as unknown as Plan
  const cleared = { kind: 'clearance', plan, planHash: planHash(plan), scope: side.cluster.realm } as Cleared<Plan>
  const effect = await applyStep({ cleared, step: planned, cluster: side.cluster, clock: side.drainClock, evaluate: async (condition) => ({ condition, held: true, detail: '' }) })
  return { outcome: effect.outcome, wasBlocked: (effect.evictionsBlocked ?? 0) > 0 }
}

/** What `kubectl create job --from` sends. */
async function instantiate(step: Extract<Step, { do: 'instantiate' }>, { cluster }: Side, { namespace }: Names): Promise<KubeObject> {
  const cronJob = await cluster.get({ apiVersion: 'batch/v1', kind: 'CronJob', namespace, name: step.cronJob })
  if (cronJob === undefined) throw fault({ code: 'not-found', operation: 'make a Job', message: `no CronJob ${step.cronJob}` })
  const { metadata, spec } = (cronJob['spec'] as { jobTemplate: { metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> }; spec: JsonValue } }).jobTemplate
  const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: step.cronJob, uid: cronJob.metadata.uid ?? '', controller: true }
  const annotations = { ...metadata?.annotations, 'cronjob.kubernetes.io/instantiate': 'manual' }
  return cluster.create({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: step.name, namespace, annotations, ...(metadata?.labels === undefined ? {} : { labels: metadata.labels }), ownerReferences: [owner] }, spec }, MANAGER)
}

/** What `kubectl rollout undo` sends: the template of the old ReplicaSet, without the hash. */
async function undo(step: Extract<Step, { do: 'undo' }>, side: Side, { namespace }: Names): Promise<KubeObject> {
  const old = side.objects('apps/v1', 'ReplicaSet', namespace).find((set) => controllerOf(set)?.name === step.deployment && set.metadata.annotations?.[REVISION_ANNOTATION] === String(step.revision))
  if (old === undefined) throw fault({ code: 'not-found', operation: 'roll back', message: `no revision ${step.revision} in the history of ${step.deployment}` })
  const template = (old?.['spec'] as { template?: { metadata?: { labels?: Record<string, string> } } } | undefined)?.template
  const { 'pod-template-hash': _hash, ...labels } = template?.metadata?.labels ?? {}
  const body = [{ op: 'replace', path: '/spec/template', value: { ...template, metadata: { ...template?.metadata, labels } } as unknown as JsonValue }]
  return side.cluster.patch({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: step.deployment }, { type: 'json', body }, MANAGER)
}
