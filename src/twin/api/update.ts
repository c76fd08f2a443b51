/**
 * Updates: whole objects and their status. What does not belong to the caller stays as it was, an update that
 * changes nothing writes nothing, and the update that takes the last finalizer off a deleted object removes it.
 */

import { toKubeTime } from '../../kernel/clock.ts'
import { jsonEqual, jsonEqualBut, type JsonValue } from '../../kernel/json.ts'
import { groupKind, refOf, type KubeObject } from '../../model/kube-object.ts'
import type { WriteOptions } from '../../ports/cluster.ts'
import { refuseEscalation } from '../access/escalation.ts'
import { claimRightErrors } from '../devices/claim-rights.ts'
import { keptStatus } from '../devices/claim-status.ts'
import { withTaintTimes } from '../devices/default-devices.ts'
import { isPod, type PodObject } from '../../model/kube/workload.ts'
import { withDefaultTolerations } from './admit-pod.ts'
import { refuseBeyondLimits, withLimitDefaults } from './admit-limit-range.ts'
import { refuseForNode } from './admit-resize.ts'
import { admitQuotas } from './admit-quota.ts'
import { admitByPolicies } from '../policies/admit.ts'
import { mutateByPolicies } from '../policies/mutate.ts'
import { admitSecurity } from '../pod-security/admit.ts'
import { DEFINITION_KIND, redefined } from './custom-definitions.ts'
import { decodedCustom, keptCustom, validateCustom } from './custom-objects.ts'
import { withNextGeneration } from './daemon-generation.ts'
import { withoutDrawn } from './drawn-fields.ts'
import { defaultObject } from './default-object.ts'
import { withoutDisabled } from './drop-disabled.ts'
import type { WrittenPart } from './api.ts'
import type { ApiEnvironment } from './environment.ts'
import { storedForm } from './faces.ts'
import { shapeOf } from './merge/shape.ts'
import { trackManagers } from './field-managers.ts'
import { invalidObject, forbiddenField, type FieldError } from './field-error.ts'
import { bumpGeneration, keepProtected, withNameLabel } from './metadata.ts'
import { preconditionFailed } from './precondition.ts'
import { withAddress, withJobLabels, withoutElection } from './prepare-create.ts'
import { replacedService } from './service-update.ts'
import { hasStatus, type Resource } from './resource.ts'
import { conflict, notFound, statusError } from './status-error.ts'
import { decidedStatus, heardOfRequest, isSigningRequest, refuseSigner, signedStatus } from './signing-request.ts'
import { withEphemeral } from './ephemeral-containers.ts'
import { resized } from './resize-pod.ts'
import { newObjectErrors, validateChange, validateNew } from './validate-object.ts'
import { validateStatus } from './validate-status.ts'
import { refuseGrowth } from './admit-claim-resize.ts'
import { warnOf } from './warnings/warn-of.ts'

export interface UpdateOptions extends WriteOptions {
  readonly subresource?: WrittenPart | 'finalize'
  /** It was asked for by a patch. */
  readonly isPatch?: boolean
  /** Set when the managed fields in the object are settled already (server-side apply). */
  readonly isTracked?: boolean
}

/** Replaces an object. Throws 404 when it is gone and 409 when its resource version or uid is another one. */
export function updateObject(environment: ApiEnvironment, input: KubeObject, options: UpdateOptions = {}): KubeObject {
  const received = storedForm(input)
  const resource = environment.resources.demand(received.apiVersion, received.kind)
  const next = inNamespace(resource, resource.custom ? decodedCustom(resource, received) : received)
  const before = environment.store.get(refOf(next))
  if (before === undefined) throw notFound(resource, next.metadata.name ?? '')
  refuseStale(resource, { before, next, isDryRun: options.dryRun === true })
  return writeChange(environment, { resource, before, next, options })
}

/** As `updateObject` for the status alone: metadata stays as it is now, whatever the caller has read. */
export function updateStatus(environment: ApiEnvironment, object: KubeObject, status: JsonValue | object): KubeObject {
  const resource = environment.resources.demand(object.apiVersion, object.kind)
  const before = environment.store.get(refOf(object))
  const { name = '', uid } = object.metadata
  if (before === undefined) throw notFound(resource, name)
  if (uid !== undefined && uid !== before.metadata.uid) throw conflict(resource, name)
  return writeChange(environment, { resource, before, next: { ...before, status }, options: { subresource: 'status' } })
}

interface Write {
  readonly resource: Resource
  readonly before: KubeObject
  readonly next: KubeObject
  readonly options: UpdateOptions
}

function writeChange(environment: ApiEnvironment, { resource, before, next, options }: Write): KubeObject {
  const merged = mergedChange(environment, { resource, before, next, options })
  const protectedPart = keepProtected(before, merged)
  const asked = { operation: 'UPDATE', resource, subresource: options.subresource ?? '', dryRun: options.dryRun === true, oldObject: before } as const
  const mutated = mutateByPolicies(environment, { ...asked, object: protectedPart }, { admit: (object) => (options.subresource === undefined ? admittedChange(environment, before, object) : object), complete: (object) => (resource.custom ? object : defaultObject(object, environment.profile)) })
  const bumped = options.subresource === 'status' || options.subresource === 'approval' ? mutated : bumpGeneration(resource, { before, next: mutated, sent: next })
  if (options.subresource === undefined) warnOf(environment, resource, { object: bumped, before })
  const part = options.subresource === undefined ? writtenPart({ sent: next, stored: bumped, profile: environment.profile }) : {}
  const isHeard = part.written === undefined || jsonEqual(part.written['spec'], before['spec'])
  if (isHeard && isSameButManagers(bumped, before) && !areManagersSet(options, before, next)) return before
  if (options.subresource === undefined) refuseEscalation({ store: environment.store, requester: environment.requester, resource, before, next: bumped })
  if (options.subresource === undefined) validateChange(resource, before, bumped, environment.profile)
  if (options.subresource === 'status' || options.subresource === 'approval') validateStatus(before, bumped, { part: options.subresource, rights: claimRightErrors({ ...environment, before, next: bumped, verb: options.isPatch === true ? 'patch' : 'update' }) })
  refuseSigner(environment, { resource, before, next: bumped, subresource: options.subresource })
  if (resource.custom) validateCustom(resource, bumped, { before, warn: environment.requester.warn })
  if (isBounded(resource, before, options.subresource)) refuseBeyondLimits(environment.store, resource, bumped)
  admitSecurity(environment, { resource, next: bumped, before, subresource: options.subresource })
  refuseForNode(environment, before, bumped, options.subresource)
  if (options.subresource === undefined && resource.group === '' && resource.kind === 'PersistentVolumeClaim') refuseGrowth(environment.store, before, bumped)
  admitByPolicies(environment, { ...asked, object: bumped })
  refuseNewFinalizers(before, bumped)
  const charges = resource.namespaced && (options.subresource === undefined || options.subresource === 'resize') ? admitQuotas(environment, resource, bumped, { before, subresource: options.subresource }) : []
  const subresource = options.subresource
  const tracked =
    options.isTracked === true
      ? bumped
      : trackManagers({ before, next: bumped, ...(mutated === protectedPart ? part : { written: protectedPart }), ...(isSigningRequest(bumped) ? { heard: (object: KubeObject) => heardOfRequest(object, subresource) } : {}), manager: options.fieldManager, subresource, shape: shapeOf(resource), nowMs: environment.nowMs(), author: environment.requester.user })
  if (options.dryRun === true) return tracked
  for (const quota of charges) environment.store.put(quota)
  const kept = resource.custom ? keptCustom(resource, environment.resources.demand(tracked.apiVersion, tracked.kind), tracked) : tracked
  return isReleased(kept) ? dropReleased(environment, kept) : environment.store.put(kept)
}

/** Of a pod only its size can come to be outside of a range, and a claim that is on its way out is left alone (`limitranger`, SupportsAttributes). */
function isBounded(resource: Resource, before: KubeObject, subresource: UpdateOptions['subresource']): boolean {
  return subresource === (resource.kind === 'Pod' ? 'resize' : undefined) && before.metadata.deletionTimestamp === undefined
}

function mergedChange(environment: ApiEnvironment, { resource, before, next, options: { subresource } }: Write): KubeObject {
  if (subresource === undefined) return mainChange(environment, resource, before, next)
  if (subresource !== 'ephemeralcontainers' && subresource !== 'resize') return subresourceChange(resource, before, answered(environment, { before, next, subresource }), subresource)
  const { profile } = environment
  const judge = (pod: KubeObject): readonly FieldError[] => newObjectErrors(resource, defaultObject(pod, profile), profile)
  const changed = subresource === 'resize' ? resized(before, withLimitDefaults(next, environment.store), { release: profile, judge }) : withEphemeral(before, next)
  const pod = defaultObject(changed, profile)
  validateNew(resource, pod, profile)
  return pod
}

function writtenPart(drawing: Parameters<typeof withoutDrawn>[0]): { readonly written?: KubeObject } {
  const written = withoutDrawn(drawing)
  return written === undefined ? {} : { written }
}

/** Managed fields may be edited by themselves: that is how kubectl hands fields from one manager to another. */
function areManagersSet(options: UpdateOptions, before: KubeObject, next: KubeObject): boolean {
  return options.subresource === undefined && next.metadata.managedFields !== undefined && !jsonEqual(next.metadata.managedFields, before.metadata.managedFields)
}

/** A plain write never reaches the status of a kind that has the subresource. */
function mainChange(environment: ApiEnvironment, resource: Resource, before: KubeObject, next: KubeObject): KubeObject {
  const defaulted = resource.custom ? next : defaultObject(withoutDisabled(next, environment.profile), environment.profile, before)
  const counted = withNextGeneration(before, defaulted)
  const addressed = groupKind(next.apiVersion, next.kind) === '/Service' ? withAddress(environment, replacedService(before, counted), before) : counted
  const kind = groupKind(next.apiVersion, next.kind)
  if (kind === 'coordination.k8s.io/Lease') return withoutElection(addressed)
  if (kind === 'resource.k8s.io/ResourceSlice') return withTaintTimes(addressed, toKubeTime(environment.nowMs()))
  if (isSigningRequest(next)) return { ...addressed, spec: before['spec'], status: before['status'] }
  const kept = kind === '/Namespace' ? withNameLabel({ ...addressed, spec: before['spec'] }) : admittedChange(environment, before, addressed)
  if (groupKind(next.apiVersion, next.kind) === DEFINITION_KIND) return redefined(before, kept)
  return hasStatus(resource) ? withField(kept, 'status', before['status']) : kept
}

/** Of admission, what changes an object that is there already: the default tolerations come back, a Job's labels too. */
function admittedChange(environment: ApiEnvironment, before: KubeObject, next: KubeObject): KubeObject {
  if (!isPod(next) || !isPod(before)) return withJobLabels(next)
  const isSame = jsonEqual(before.spec?.tolerations ?? [], next.spec?.tolerations ?? [])
  return isSame || next.spec === undefined ? next : { ...next, spec: withDefaultTolerations(environment, next.spec) }
}

/** What a status comes to be where somebody writes it: of a request for a certificate, decisions and what is signed are written apart; what is said of devices goes with them. */
function answered({ nowMs }: ApiEnvironment, { before, next, subresource }: { readonly before: KubeObject; readonly next: KubeObject; readonly subresource: UpdateOptions['subresource'] }): KubeObject {
  if (groupKind(before.apiVersion, before.kind) === 'resource.k8s.io/ResourceClaim') return keptStatus(before, next)
  if (isPod(before) && isPod(next)) return withClassOf(before, next)
  if (!isSigningRequest(before)) return next
  const change = subresource === 'approval' ? decidedStatus : signedStatus
  return { ...next, status: change(before, next['status'], nowMs()) }
}

/** How a pod is served when memory is short was settled when it was made, and nobody forgets it. */
function withClassOf(before: PodObject, next: PodObject): KubeObject {
  const { qosClass } = before.status ?? {}
  return qosClass === undefined || next.status?.qosClass !== undefined ? next : { ...next, status: { ...next.status, qosClass } }
}

/** Built-in kinds whose status is all that `/status` writes. */
const META_KEPT = new Set(['flowcontrol.apiserver.k8s.io/FlowSchema', 'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration', 'resource.k8s.io/ResourceClaim'])

/**
 * `/status` writes the status, and for built-in kinds metadata too: that is how the deployment controller sets the
 * revision without moving the generation. `/finalize` writes the namespace's own finalizers.
 */
function subresourceChange(resource: Resource, before: KubeObject, next: KubeObject, subresource: WrittenPart | 'finalize'): KubeObject {
  if (subresource === 'finalize') return { ...before, spec: next['spec'] }
  const managedFields = next.metadata.managedFields ?? before.metadata.managedFields
  const isKept = resource.custom || META_KEPT.has(groupKind(before.apiVersion, before.kind))
  const { annotations, labels, finalizers } = isKept ? before.metadata : next.metadata
  const kept = resource.kind === 'Deployment' ? before.metadata.labels : labels
  const written = Object.fromEntries(Object.entries({ annotations, labels: kept, finalizers, managedFields }).filter(([, value]) => value !== undefined))
  const { annotations: _, labels: __, finalizers: ___, ...fixed } = before.metadata
  return withField({ ...before, metadata: { ...fixed, ...written } }, 'status', next['status'])
}

function refuseStale(resource: Resource, { before, next, isDryRun }: { readonly before: KubeObject; readonly next: KubeObject; readonly isDryRun: boolean }): void {
  const { resourceVersion, uid, name = '' } = next.metadata
  if (uid !== undefined && uid !== '' && uid !== before.metadata.uid) throw preconditionFailed(resource, next, { found: before, isDryRun })
  if (resourceVersion !== undefined && resourceVersion !== '' && resourceVersion !== before.metadata.resourceVersion) throw conflict(resource, name)
}

function refuseNewFinalizers(before: KubeObject, next: KubeObject): void {
  if (before.metadata.deletionTimestamp === undefined) return
  const added = (next.metadata.finalizers ?? []).filter((finalizer) => before.metadata.finalizers?.includes(finalizer) !== true)
  if (added.length === 0) return
  const detail = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((finalizer) => JSON.stringify(finalizer)).join(', ')}}`
  throw invalidObject(next, next.metadata.name ?? '', [forbiddenField('metadata.finalizers', detail)])
}

/** Deleted, and nothing holds it any more: no finalizer, no grace that a kubelet has yet to confirm. */
export function isReleased(object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata
  if (deletionTimestamp === undefined || (finalizers?.length ?? 0) > 0 || (deletionGracePeriodSeconds ?? 0) > 0) return false
  const held = groupKind(object.apiVersion, object.kind) === '/Namespace' ? ((object['spec'] as { finalizers?: readonly string[] } | undefined)?.finalizers ?? []) : []
  return held.length === 0
}

function dropReleased(environment: ApiEnvironment, object: KubeObject): KubeObject {
  environment.store.drop(refOf(object))
  return object
}

function inNamespace(resource: Resource, object: KubeObject): KubeObject {
  if (!resource.namespaced || object.metadata.namespace !== undefined) return object
  if (object.metadata.name === undefined) throw statusError('BadRequest', 'name must be provided')
  return { ...object, metadata: { ...object.metadata, namespace: 'default' } }
}

function withField(object: KubeObject, field: string, value: unknown): KubeObject {
  if (value !== undefined) return { ...object, [field]: value }
  const { [field]: _, ...rest } = object
  return rest as KubeObject
}

function isSameButManagers(left: KubeObject, right: KubeObject): boolean {
  return jsonEqualBut(left, right, 'metadata') && jsonEqualBut(left.metadata, right.metadata, 'managedFields')
}
