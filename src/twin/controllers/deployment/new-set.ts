/** The new ReplicaSet: found and renumbered, or made (`pkg/controller/deployment/sync.go`, getNewReplicaSet). */

import { isFault } from '../../../kernel/fault.ts'
import { jsonEqual } from '../../../kernel/json.ts'
import { cleanTemplate, REVISION_ANNOTATION, TEMPLATE_HASH_LABEL } from '../../../model/kube/revision.ts'
import { conflict } from '../../api/status-error.ts'
import type { Context } from '../../controller.ts'
import { findCondition, withCondition, type WorkloadCondition } from '../conditions.ts'
import { ownerReference } from '../create-pods.ts'
import type { ReplicaSetObject } from '../replica-set.ts'
import { DESIRED_ANNOTATION, findNewSet, hashOf, HISTORY_ANNOTATION, LAST_APPLIED, MAX_ANNOTATION, newSetReplicas, revisionOf, type DeploymentObject } from './replica-sets.ts'
import { sizeAnnotations } from './scale-set.ts'

/** Annotations that a Deployment keeps for itself. */
const OWN_ANNOTATIONS = new Set([LAST_APPLIED, REVISION_ANNOTATION, HISTORY_ANNOTATION, DESIRED_ANNOTATION, MAX_ANNOTATION, 'deprecated.deployment.rollback.to'])

export interface NewSetResult {
  /** The Deployment after its revision and conditions were written. */
  readonly deployment: DeploymentObject
  readonly newSet?: ReplicaSetObject
}

export function ensureNewSet(context: Context, deployment: DeploymentObject, sets: readonly ReplicaSetObject[], options: { readonly mayCreate: boolean }): NewSetResult {
  const existing = findNewSet(deployment, sets)
  const revision = nextRevision(sets, existing)
  if (existing !== undefined) return reuse(context, deployment, existing, revision)
  return options.mayCreate ? create(context, deployment, sets, revision) : { deployment }
}

/**
 * Upstream asks twice for the new set before it rolls. Where the first time renumbers one that is found, the second writes
 * the same over what it had read before, and is refused: the roll begins with the next sync.
 */
export function refuseStaleSet(context: Context, deployment: DeploymentObject, sets: readonly ReplicaSetObject[]): void {
  const existing = findNewSet(deployment, sets)
  if (existing === undefined || renumbered(context, deployment, existing, nextRevision(sets, existing)) === existing) return
  throw conflict({ group: 'apps', plural: 'replicasets' }, existing.metadata.name ?? '')
}

function nextRevision(sets: readonly ReplicaSetObject[], existing: ReplicaSetObject | undefined): number {
  return Math.max(0, ...sets.filter((set) => set !== existing).map(revisionOf)) + 1
}

/** The set as it is, where nothing of it changes. */
function renumbered(context: Context, deployment: DeploymentObject, existing: ReplicaSetObject, revision: number): ReplicaSetObject {
  const annotations = annotationsFor(deployment, existing, revision)
  const minReadySeconds = deployment.spec?.minReadySeconds ?? 0
  const isSame = jsonEqual(annotations, existing.metadata.annotations) && (existing.spec?.minReadySeconds ?? 0) === minReadySeconds
  return isSame ? existing : (context.api.update({ ...existing, metadata: { ...existing.metadata, annotations }, spec: withMinReady(existing, minReadySeconds) }) as ReplicaSetObject)
}

function reuse(context: Context, deployment: DeploymentObject, existing: ReplicaSetObject, revision: number): NewSetResult {
  const newSet = renumbered(context, deployment, existing, revision)
  const numbered = withRevision(context, deployment, newSet.metadata.annotations?.[REVISION_ANNOTATION] ?? String(revision))
  return { deployment: noteProgress(context, numbered, { reason: 'FoundNewReplicaSet', message: `Found new replica set "${newSet.metadata.name ?? ''}"`, isNew: false }), newSet }
}

/** Zero is stored as nothing: to write it would be a new generation. */
function withMinReady({ spec }: ReplicaSetObject, minReadySeconds: number): ReplicaSetObject['spec'] {
  const { minReadySeconds: _before, ...rest } = spec ?? {}
  return { ...rest, ...(minReadySeconds === 0 ? {} : { minReadySeconds }) } as ReplicaSetObject['spec']
}

function create(context: Context, deployment: DeploymentObject, sets: readonly ReplicaSetObject[], revision: number): NewSetResult {
  const hash = hashOf(deployment)
  const name = `${deployment.metadata.name ?? ''}-${hash}`
  const replicas = newSetReplicas(deployment, sets, 0)
  try {
    const newSet = context.api.create(setFor(deployment, { name, hash, replicas, revision })) as ReplicaSetObject
    if (replicas > 0) context.recordEvent(deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message: `Scaled up replica set ${name} from 0 to ${replicas}` })
    const numbered = withRevision(context, deployment, String(revision))
    return { deployment: noteProgress(context, numbered, { reason: 'NewReplicaSetCreated', message: `Created new replica set "${name}"`, isNew: true }), newSet }
  } catch (error) {
    if (!isFault(error)) throw error
    if (error.code === 'already-exists') throw afterCollision(context, deployment, name, error)
    noteFailure(context, deployment, error.message)
    throw error
  }
}

function setFor(deployment: DeploymentObject, make: { readonly name: string; readonly hash: string; readonly replicas: number; readonly revision: number }): ReplicaSetObject {
  const template = deployment.spec?.template ?? {}
  const labels = { ...template.metadata?.labels, [TEMPLATE_HASH_LABEL]: make.hash }
  const selector = deployment.spec?.selector ?? {}
  const { minReadySeconds = 0 } = deployment.spec ?? {}
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: make.name,
      namespace: deployment.metadata.namespace ?? '',
      labels,
      annotations: { ...copiedAnnotations(deployment), ...sizeAnnotations(deployment), [REVISION_ANNOTATION]: String(make.revision) },
      ownerReferences: [ownerReference(deployment)],
    },
    spec: {
      replicas: make.replicas,
      ...(minReadySeconds === 0 ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [TEMPLATE_HASH_LABEL]: make.hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  } as ReplicaSetObject
}

/** The name is taken. By another template: count the collision, which changes the hash, and try again. */
function afterCollision(context: Context, deployment: DeploymentObject, name: string, cause: Error): Error {
  const holder = context.store.get({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: deployment.metadata.namespace ?? '', name }) as ReplicaSetObject | undefined
  const isOurs = holder?.metadata.ownerReferences?.some(({ uid }) => uid === deployment.metadata.uid) === true && jsonEqual(cleanTemplate(holder.spec?.template ?? {}), cleanTemplate(deployment.spec?.template ?? {}))
  if (!isOurs) context.api.updateStatus(deployment, { ...deployment.status, collisionCount: (deployment.status?.collisionCount ?? 0) + 1 })
  return cause
}

function copiedAnnotations(deployment: DeploymentObject): Record<string, string> {
  return Object.fromEntries(Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !OWN_ANNOTATIONS.has(key)))
}

/** `SetNewReplicaSetAnnotations`: the revision only rises, and the numbers it had before are remembered. */
function annotationsFor(deployment: DeploymentObject, set: ReplicaSetObject, revision: number): Record<string, string> {
  const before = revisionOf(set)
  const kept = { ...set.metadata.annotations, ...copiedAnnotations(deployment) }
  if (before >= revision) return kept
  const history = [kept[HISTORY_ANNOTATION], before === 0 ? undefined : String(before)].filter((part) => part !== undefined && part !== '').join(',')
  return { ...kept, [REVISION_ANNOTATION]: String(revision), ...(history === '' ? {} : { [HISTORY_ANNOTATION]: history }) }
}

function withRevision(context: Context, deployment: DeploymentObject, revision: string): DeploymentObject {
  if (deployment.metadata.annotations?.[REVISION_ANNOTATION] === revision) return deployment
  const annotations = { ...deployment.metadata.annotations, [REVISION_ANNOTATION]: revision }
  // By way of the status, as upstream does: a plain update of annotations would count as a new generation.
  return context.api.update({ ...deployment, metadata: { ...deployment.metadata, annotations } }, { subresource: 'status' }) as DeploymentObject
}

/** A found set is noted only where there is no Progressing condition yet; a made one always. */
function noteProgress(context: Context, deployment: DeploymentObject, note: { readonly reason: string; readonly message: string; readonly isNew: boolean }): DeploymentObject {
  const { reason, message, isNew } = note
  const conditions = (deployment.status?.conditions ?? []) as readonly WorkloadCondition[]
  const isTracked = (deployment.spec?.progressDeadlineSeconds ?? 600) !== 2_147_483_647
  if (!isTracked || (!isNew && findCondition(conditions, 'Progressing') !== undefined)) return deployment
  return writeCondition(context, deployment, { type: 'Progressing', status: 'True', reason, message })
}

function noteFailure(context: Context, deployment: DeploymentObject, message: string): void {
  context.recordEvent(deployment, { type: 'Warning', reason: 'ReplicaSetCreateError', message: `Failed to create new replica set: ${message}` })
  writeCondition(context, deployment, { type: 'Progressing', status: 'False', reason: 'ReplicaSetCreateError', message })
}

function writeCondition(context: Context, deployment: DeploymentObject, condition: Pick<WorkloadCondition, 'type' | 'status' | 'reason' | 'message'>): DeploymentObject {
  const conditions = withCondition((deployment.status?.conditions ?? []) as readonly WorkloadCondition[], condition, { nowMs: context.nowMs(), tracksUpdates: true })
  return context.api.updateStatus(deployment, { ...deployment.status, conditions }) as DeploymentObject
}
