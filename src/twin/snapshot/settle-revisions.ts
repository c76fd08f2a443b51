/**
 * Revisions that were not collected. Without them the twin's controllers would take running pods for old ones and
 * roll out what nobody changed: a ReplicaSet that only its pods still name, the ControllerRevision of a StatefulSet
 * or DaemonSet (`kubectl get all` leaves them out), a ReplicaSet whose template was written down more briefly than
 * its Deployment's.
 */

import type { PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { controllerOf, type KubeObject } from '../../model/kube-object.ts'
import { cleanTemplate, REVISION_ANNOTATION, TEMPLATE_HASH_LABEL } from '../../model/kube/revision.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import { isPod, isTerminating, podTemplateOf, type PodObject } from '../../model/kube/workload.ts'
import { unknownOwners } from './inconsistencies.ts'
import { REVISION_HASH_LABEL } from '../controllers/controller-revision.ts'

export function settleRevisions(objects: readonly KubeObject[]): KubeObject[] {
  const whole = [...objects, ...lostReplicaSets(objects)]
  const relations = relationsOf(whole)
  return [...whole.map((object) => aligned(object, relations)), ...lostRevisions(whole, relations)]
}

interface Relations {
  /** Of Deployments. */
  readonly byUid: ReadonlyMap<string, KubeObject>
  readonly ownedBy: ReadonlyMap<string, readonly KubeObject[]>
}

function relationsOf(objects: readonly KubeObject[]): Relations {
  const byUid = new Map(objects.filter(({ kind }) => kind === 'Deployment').map((object) => [object.metadata.uid ?? '', object]))
  const ownedBy = new Map<string, KubeObject[]>()
  for (const object of objects) {
    const uid = controllerOf(object)?.uid
    if (uid === undefined) continue
    const list = ownedBy.get(uid)
    if (list === undefined) ownedBy.set(uid, [object])
    else list.push(object)
  }
  return { byUid, ownedBy }
}

/** ReplicaSets that pods name and nobody collected. */
function lostReplicaSets(objects: readonly KubeObject[]): KubeObject[] {
  const unknown = unknownOwners(objects)
  if (unknown.size === 0) return []
  const names = new Set(objects.filter(({ kind }) => kind === 'ReplicaSet').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`))
  const lost = new Map<string, PodObject[]>()
  for (const pod of objects.filter(isPod)) {
    const owner = controllerOf(pod)
    if (owner?.kind !== 'ReplicaSet' || !unknown.has(owner.uid) || names.has(`${pod.metadata.namespace}/${owner.name}`)) continue
    lost.set(owner.uid, [...(lost.get(owner.uid) ?? []), pod])
  }
  return [...lost.values()].map((pods) => replicaSetOf(pods, objects))
}

function replicaSetOf(pods: readonly PodObject[], objects: readonly KubeObject[]): KubeObject {
  const [model] = pods as readonly [PodObject]
  const owner = controllerOf(model)
  const { namespace = '', labels = {} } = model.metadata
  const deployment = objects.find((object) => object.kind === 'Deployment' && object.metadata.namespace === namespace && owner?.name.startsWith(`${object.metadata.name ?? ''}-`) === true && matchesSelector(selectorOf(object), labels))
  const own = deployment === undefined ? undefined : podTemplateOf(deployment)
  const isCurrent = own !== undefined && sameImages(own, model.spec)
  const template = isCurrent ? { ...own, metadata: { ...own.metadata, labels: { ...own.metadata?.labels, ...hashOf(labels) } } } : templateFrom(model)
  const revision = deployment?.metadata.annotations?.[REVISION_ANNOTATION]
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: owner?.name ?? '',
      namespace,
      uid: owner?.uid ?? '',
      labels,
      ...(isCurrent && revision !== undefined ? { annotations: { [REVISION_ANNOTATION]: revision } } : {}),
      ...(deployment?.metadata.uid === undefined ? {} : { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: deployment.metadata.name ?? '', uid: deployment.metadata.uid, controller: true, blockOwnerDeletion: true }] }),
    },
    spec: { replicas: pods.filter((pod) => !isTerminating(pod)).length, selector: { matchLabels: { ...selectorOf(deployment)?.matchLabels, ...(deployment === undefined ? labels : hashOf(labels)) } }, template },
  }
}

function selectorOf(object: KubeObject | undefined): { readonly matchLabels?: Record<string, string> } | undefined {
  return (object?.['spec'] as { selector?: { matchLabels?: Record<string, string> } } | undefined)?.selector
}

function hashOf(labels: Readonly<Record<string, string>>): Record<string, string> {
  const hash = labels[TEMPLATE_HASH_LABEL]
  return hash === undefined ? {} : { [TEMPLATE_HASH_LABEL]: hash }
}

/** What a pod says of its template: all but where it runs and what admission added. */
function templateFrom(pod: PodObject): PodTemplateSpec {
  const { nodeName: _, serviceAccount: __, priority: ___, preemptionPolicy: ____, tolerations, volumes, containers, ...spec } = (pod.spec ?? { containers: [] }) as NonNullable<PodObject['spec']> & { preemptionPolicy?: string }
  const isToken = (name: string): boolean => name.startsWith('kube-api-access-')
  return {
    metadata: { labels: pod.metadata.labels ?? {} },
    spec: {
      ...spec,
      ...(tolerations === undefined ? {} : { tolerations: tolerations.filter(({ key = '' }) => !/^node\.kubernetes\.io\/(not-ready|unreachable)$/.test(key)) }),
      ...(volumes === undefined ? {} : { volumes: volumes.filter(({ name }) => !isToken(name)) }),
      containers: containers.map((container) => ({ ...container, ...(container.volumeMounts === undefined ? {} : { volumeMounts: container.volumeMounts.filter(({ name }) => !isToken(name)) }) })),
    },
  }
}

function sameImages(template: PodTemplateSpec, spec: PodObject['spec'] | PodTemplateSpec['spec']): boolean {
  const images = (of: typeof spec): (string | undefined)[] => [...(of?.initContainers ?? []), ...(of?.containers ?? [])].map(({ image }) => image)
  return jsonEqual(images(template.spec), images(spec))
}

/** A ReplicaSet that is its Deployment's present revision has its Deployment's template. */
function aligned(object: KubeObject, relations: Relations): KubeObject {
  if (object.kind !== 'ReplicaSet') return object
  const owner = controllerOf(object)
  const deployment = owner?.kind === 'Deployment' ? relations.byUid.get(owner.uid) : undefined
  const template = deployment === undefined ? undefined : podTemplateOf(deployment)
  const own = podTemplateOf(object)
  if (deployment === undefined || template === undefined || own === undefined || !isObserved(deployment)) return object
  if (!isPresent(object, deployment, relations) || jsonEqual(cleanTemplate(own), cleanTemplate(template))) return object
  const labels = { ...template.metadata?.labels, ...hashOf(own.metadata?.labels ?? {}) }
  return { ...object, spec: { ...(object['spec'] as object), template: { ...template, metadata: { ...template.metadata, labels } } } }
}

/** The controller has seen the template that stands there. */
function isObserved(deployment: KubeObject): boolean {
  const observed = (deployment['status'] as { observedGeneration?: number } | undefined)?.observedGeneration
  return observed === undefined || deployment.metadata.generation === undefined || observed >= deployment.metadata.generation
}

/** By revision number; where nobody wrote one, the only set in use, with the same images. */
function isPresent(set: KubeObject, deployment: KubeObject, relations: Relations): boolean {
  const number = deployment.metadata.annotations?.[REVISION_ANNOTATION]
  if (number !== undefined) return set.metadata.annotations?.[REVISION_ANNOTATION] === number
  const inUse = (relations.ownedBy.get(deployment.metadata.uid ?? '') ?? []).filter((other) => other.kind === 'ReplicaSet' && ((other['spec'] as { replicas?: number } | undefined)?.replicas ?? 1) > 0)
  return inUse.length === 1 && inUse[0] === set && sameImages(podTemplateOf(deployment) ?? {}, podTemplateOf(set)?.spec)
}

/** ControllerRevisions that statuses or pods name and nobody collected. */
function lostRevisions(objects: readonly KubeObject[], relations: Relations): KubeObject[] {
  const collected = new Set(objects.filter(({ kind }) => kind === 'ControllerRevision').map((revision) => controllerOf(revision)?.uid))
  return objects.filter(({ kind, metadata }) => (kind === 'StatefulSet' || kind === 'DaemonSet') && !collected.has(metadata.uid)).flatMap((set) => revisionsFor(set, relations))
}

function revisionsFor(set: KubeObject, relations: Relations): KubeObject[] {
  const pods = (relations.ownedBy.get(set.metadata.uid ?? '') ?? []).filter(isPod)
  const hashes = [...new Set(pods.map((pod) => pod.metadata.labels?.[REVISION_HASH_LABEL]).filter((hash) => hash !== undefined))]
  const status = set['status'] as { updateRevision?: string; currentRevision?: string } | undefined
  const template = podTemplateOf(set) ?? {}
  const named = set.kind === 'StatefulSet' ? [status?.currentRevision, status?.updateRevision, ...hashes] : hashes
  const present = set.kind === 'StatefulSet' && status?.updateRevision !== undefined ? status.updateRevision : presentHash(pods, template)
  const ids = [...new Set(named.filter((id) => id !== undefined && id !== ''))].filter((id) => id !== present)
  const ordered = present === undefined ? ids : [...ids, present]
  return ordered.map((id, index) => {
    const model = pods.find((pod) => pod.metadata.labels?.[REVISION_HASH_LABEL] === id)
    return revisionObject(set, { id: id ?? '', number: index + 1, template: id === present || model === undefined ? template : templateFrom(model) })
  })
}

/** The hash of the pods that run the images that the template now asks for. */
function presentHash(pods: readonly PodObject[], template: PodTemplateSpec): string | undefined {
  return pods.find((pod) => sameImages(template, pod.spec))?.metadata.labels?.[REVISION_HASH_LABEL]
}

/** StatefulSets label their pods with the revision's name, DaemonSets with its hash alone. */
function revisionObject(set: KubeObject, make: { readonly id: string; readonly number: number; readonly template: PodTemplateSpec }): KubeObject {
  const { name = '', namespace = '', uid = '' } = set.metadata
  const isNamed = set.kind === 'StatefulSet'
  const hash = isNamed && make.id.startsWith(`${name}-`) ? make.id.slice(name.length + 1) : make.id
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { name: isNamed ? make.id : `${name}-${make.id}`, namespace, labels: { [REVISION_HASH_LABEL]: hash }, ownerReferences: [{ apiVersion: 'apps/v1', kind: set.kind, name, uid, controller: true, blockOwnerDeletion: true }] },
    data: { spec: { template: { ...make.template, $patch: 'replace' } } },
    revision: make.number,
  }
}
