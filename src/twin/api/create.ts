/**
 * Creation: the whole way from what a client sends to what is stored, in the real server's order.
 */

import type { WriteOptions } from '../../ports/cluster.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { groupKind, refOf } from '../../model/kube-object.ts'
import { refuseEscalation } from '../access/escalation.ts'
import { admitIntoNamespace } from './admit-namespace.ts'
import { admitPod } from './admit-pod.ts'
import { refuseBeyondLimits } from './admit-limit-range.ts'
import { admitQuotas, type Quota } from './admit-quota.ts'
import { refuseOwnOverhead } from './admit-runtime-class.ts'
import { adminAccessErrors } from '../devices/claim-rights.ts'
import { bootstrapNamespace } from './bootstrap-namespace.ts'
import { admitByPolicies } from '../policies/admit.ts'
import { mutateByPolicies } from '../policies/mutate.ts'
import { admitSecurity } from '../pod-security/admit.ts'
import { DEFINITION_KIND, established } from './custom-definitions.ts'
import { decodedCustom, keptCustom, validateCustom } from './custom-objects.ts'
import { defaultObject } from './default-object.ts'
import type { ApiEnvironment } from './environment.ts'
import { storedForm } from './faces.ts'
import { shapeOf } from './merge/shape.ts'
import { trackManagers } from './field-managers.ts'
import { stampNew } from './metadata.ts'
import { refuseTakenAddress, withFirstStatus, withJobLabels, withSentFamilies, withServerFields } from './prepare-create.ts'
import { heardOfRequest, isSigningRequest, refuseMasters } from './signing-request.ts'
import { quotaStatus } from './quota-controller.ts'
import { hasStatus, type Resource } from './resource.ts'
import type { VersionProfile } from '../profile.ts'
import { withoutDisabled } from './drop-disabled.ts'
import { alreadyExists, statusError } from './status-error.ts'
import { warnOf } from './warnings/warn-of.ts'
import { validateNew } from './validate-object.ts'

/** Stores a new object, or says what it would store (dry run). Throws the refusal that a client would get. */
export function createObject(environment: ApiEnvironment, input: KubeObject, options: WriteOptions = {}): KubeObject {
  const received = storedForm(input)
  const resource = environment.resources.demand(received.apiVersion, received.kind)
  refuseEscalation({ store: environment.store, requester: environment.requester, resource, next: received })
  const { admitted, written } = admitNew(environment, resource, received, { isDryRun: options.dryRun === true })
  validateNew(resource, admitted, environment.profile, adminAccessErrors(environment.store, admitted))
  warnOf(environment, resource, { object: admitted })
  validateCustom(resource, admitted, { warn: environment.requester.warn })
  refuseBeyondLimits(environment.store, resource, admitted)
  admitSecurity(environment, { resource, next: admitted })
  refuseMasters(resource, admitted)
  if (resource.group === '' && resource.kind === 'Pod') refuseOwnOverhead(environment.store, admitted)
  admitByPolicies(environment, { operation: 'CREATE', resource, subresource: '', dryRun: options.dryRun === true, object: admitted })
  if (options.dryRun !== true && /^0*[1-9]\d*$/.test(input.metadata.resourceVersion ?? '')) throw statusError('', 'resourceVersion should not be set on objects to be created')
  refusePresent(environment, resource, admitted)
  const charges = resource.namespaced ? admitQuotas(environment, resource, admitted) : []
  const tracked = trackManagers({ next: withJobLabels(admitted), written, manager: options.fieldManager, shape: shapeOf(resource), nowMs: environment.nowMs(), author: environment.requester.user })
  if (options.dryRun === true) return withSentVersion(tracked, input)
  for (const quota of charges) environment.store.put(quota)
  const stored = environment.store.put(resource.custom ? keptCustom(resource, environment.resources.demand(tracked.apiVersion, tracked.kind), tracked) : tracked)
  return followUp(environment, stored)
}

/** What is not stored has no version but the one that was sent. */
export function withSentVersion(object: KubeObject, { metadata: { resourceVersion = '' } }: KubeObject): KubeObject {
  return resourceVersion === '' ? object : { ...object, metadata: { ...object.metadata, resourceVersion } }
}

/** Defaults and mutating admission; and what there was before admission. */
function admitNew(environment: ApiEnvironment, resource: Resource, input: KubeObject, { isDryRun }: { readonly isDryRun: boolean }): { readonly admitted: KubeObject; readonly written: KubeObject } {
  const stamped = stampNew(environment, resource, resource.custom ? decodedCustom(resource, input) : input)
  const { namespace = '', name = '' } = stamped.metadata
  if (resource.namespaced) admitIntoNamespace({ store: environment.store, resource, namespace, name })
  if (groupKind(input.apiVersion, input.kind) === '/Service') refuseTakenAddress(environment, stamped)
  const defaulted = defaultObject(withoutDisabled(withFirstStatus(resource, stamped), environment.profile), environment.profile)
  validateShape(resource, defaulted, environment.profile)
  const asked = { operation: 'CREATE', resource, subresource: '', dryRun: isDryRun } as const
  const mutated = mutateByPolicies(environment, { ...asked, object: admitByKind(environment, resource, defaulted) }, { admit: (object) => admitByKind(environment, resource, object), complete: (object) => defaultObject(object, environment.profile) })
  return { admitted: withServerFields(environment, mutated), written: writtenPart(resource, defaulted, input) }
}

/** Also where it is on its way out: it holds its name until it is gone. */
function refusePresent({ store }: ApiEnvironment, resource: Resource, object: KubeObject): void {
  const present = store.get(refOf(object))
  if (present !== undefined) throw alreadyExists(resource, object.metadata.name ?? '', { isLeaving: present.metadata.deletionTimestamp !== undefined, isGenerated: (object.metadata.generateName ?? '') !== '' })
}

/** What is its writer's own: what was sent, with defaults. Admission and the storage strategies come after (`apiserver/pkg/endpoints/handlers/create.go`). */
function writtenPart(resource: Resource, defaulted: KubeObject, sent: KubeObject): KubeObject {
  const { status, ...rest } = defaulted
  const written: KubeObject = hasStatus(resource) || status === undefined ? (rest as KubeObject) : defaulted
  if (isSigningRequest(written)) return heardOfRequest(written, undefined)
  return groupKind(written.apiVersion, written.kind) === '/Service' ? withSentFamilies(written, sent) : written
}

function admitByKind(environment: ApiEnvironment, resource: Resource, object: KubeObject): KubeObject {
  return resource.group === '' && resource.kind === 'Pod' ? admitPod(environment, object) : object
}

/** A pod without containers would break admission before validation could say so in words. */
function validateShape(resource: Resource, object: KubeObject, profile: VersionProfile): void {
  const spec = object['spec'] as { containers?: unknown } | undefined
  if (resource.kind === 'Pod' && resource.group === '' && !Array.isArray(spec?.containers)) validateNew(resource, object, profile)
}

/** What controllers of the control plane would do within milliseconds, done at once so that no time has to pass. */
function followUp(environment: ApiEnvironment, stored: KubeObject): KubeObject {
  const kind = groupKind(stored.apiVersion, stored.kind)
  if (kind === '/Namespace') bootstrapNamespace(environment.store, stored.metadata.name ?? '', (object) => createObject(environment, object))
  if (kind === DEFINITION_KIND) environment.store.put(established(stored, { nowMs: environment.nowMs(), store: environment.store }))
  if (kind !== '/ResourceQuota') return stored
  environment.store.put({ ...stored, status: quotaStatus(stored as Quota, environment.store, environment.nowMs()) })
  return { ...stored, status: {} }
}
