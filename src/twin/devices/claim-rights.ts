/**
 * Who may give devices out with the rights of an administrator, and, since 1.36, who may give them out at all: writing a claim's status
 * needs more than the right to write statuses (`pkg/registry/resource/utils.go`, DRAResourceClaimGranularStatusAuthorization).
 */

import { isFault } from '../../kernel/fault.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { groupKind, type KubeObject } from '../../model/kube-object.ts'
import { demandAccess } from '../access/authorize.ts'
import type { ResourceAccess } from '../access/policy-rule.ts'
import type { Requester } from '../api/api.ts'
import { forbiddenField, type FieldError } from '../api/field-error.ts'
import type { VersionProfile } from '../profile.ts'
import type { StoreReader } from '../store.ts'
import { claimStatusOf, deviceId, type AllocatedDevice, type ClaimStatus } from './claim-status.ts'
import type { ClaimSpec } from './validate-claim.ts'

const ADMIN_LABEL = 'resource.kubernetes.io/admin-access'
const GRANULAR_SINCE_MINOR = 36
const GROUP = 'resource.k8s.io'

/** Of a new claim or template: nobody oversees devices but in namespaces that are marked for it. */
export function adminAccessErrors(store: StoreReader, object: KubeObject): readonly FieldError[] {
  const kind = groupKind(object.apiVersion, object.kind)
  const spec = kind === `${GROUP}/ResourceClaim` ? object['spec'] : kind === `${GROUP}/ResourceClaimTemplate` ? (object['spec'] as { readonly spec?: unknown } | undefined)?.spec : undefined
  const requests = ((spec ?? {}) as ClaimSpec).devices?.requests ?? []
  const index = requests.findIndex(({ exactly }) => exactly?.adminAccess === true)
  return index < 0 ? [] : unmarkedErrors(store, object, `spec.devices.requests[${index}].adminAccess`)
}

function unmarkedErrors(store: StoreReader, { metadata }: KubeObject, at: string): readonly FieldError[] {
  const namespace = store.get({ apiVersion: 'v1', kind: 'Namespace', name: metadata.namespace ?? '' })
  const isMarked = namespace?.metadata.labels?.[ADMIN_LABEL] === 'true'
  return isMarked ? [] : [forbiddenField(at, `admin access to devices requires the \`${ADMIN_LABEL}: true\` label on the containing namespace`)]
}

export interface StatusWrite {
  readonly store: StoreReader
  readonly requester: Requester
  readonly profile: Pick<VersionProfile, 'minor'>
  readonly before: KubeObject
  readonly next: KubeObject
  /** The verb of the request. */
  readonly verb: 'update' | 'patch'
}

export function claimRightErrors(write: StatusWrite): readonly FieldError[] {
  const { store, before, next, profile } = write
  if (groupKind(next.apiVersion, next.kind) !== `${GROUP}/ResourceClaim`) return []
  const [was, is] = [claimStatusOf(before), claimStatusOf(next)]
  const [had, has] = [was, is].map((status) => administered(status)) as [number, number]
  const ofAdmin = had < 0 && has >= 0 ? unmarkedErrors(store, next, `status.allocation.devices.results[${has}].adminAccess`) : []
  if (profile.minor < GRANULAR_SINCE_MINOR) return ofAdmin
  return [...ofAdmin, ...bindingErrors(write, was, is), ...(is.allocation === undefined ? [] : driverErrors(write, was, is))]
}

function administered({ allocation }: ClaimStatus): number {
  return (allocation?.devices?.results ?? []).findIndex(({ adminAccess }: AllocatedDevice) => adminAccess === true)
}

function bindingErrors(write: StatusWrite, was: ClaimStatus, is: ClaimStatus): readonly FieldError[] {
  if (jsonEqual(was.allocation, is.allocation) && jsonEqual(was.reservedFor ?? [], is.reservedFor ?? [])) return []
  const problem = rightProblem(write, { verb: write.verb, subresource: 'binding', namespace: '', name: '' })
  return problem === undefined ? [] : [forbiddenField('status.allocation', `changing status.allocation or status.reservedFor requires resource="resourceclaims/binding", verb="${write.verb}" permission: ${problem}`)]
}

/** A driver on the node itself needs less; which node asks is known of accounts with tokens of its pods only. */
function driverErrors(write: StatusWrite, was: ClaimStatus, is: ClaimStatus): readonly FieldError[] {
  const verbs = [...(isOnNode(write.requester, is) ? [`associated-node:${write.verb}`] : []), `arbitrary-node:${write.verb}`]
  return changedDrivers(was, is).flatMap((name) => {
    const problems = verbs.map((verb) => rightProblem(write, { verb, subresource: 'driver', namespace: write.next.metadata.namespace ?? '', name }))
    return problems.includes(undefined) ? [] : [forbiddenField('status.devices', `changing status.devices requires resource="resourceclaims/driver", verb="[${verbs.join(' ')}]" permission: ${problems[0]}`)]
  })
}

function changedDrivers(was: ClaimStatus, is: ClaimStatus): readonly string[] {
  const [old, now] = [was, is].map(({ devices = [] }) => new Map(devices.map((device) => [deviceId(device), device]))) as [Map<string, object>, Map<string, object>]
  const changed = [...(is.devices ?? []).filter((device) => !jsonEqual(old.get(deviceId(device)), device)), ...(was.devices ?? []).filter((device) => !now.has(deviceId(device)))]
  return [...new Set(changed.map(({ driver = '' }) => driver))].sort()
}

const NODE_NAME = 'authentication.kubernetes.io/node-name'

function isOnNode({ user, extra }: Requester, { allocation }: ClaimStatus): boolean {
  const terms = (allocation?.nodeSelector?.nodeSelectorTerms ?? []) as readonly { readonly matchExpressions?: readonly object[]; readonly matchFields?: readonly { readonly key?: string; readonly operator?: string; readonly values?: readonly string[] }[] }[]
  const [field, ...others] = terms.length === 1 && (terms[0]?.matchExpressions ?? []).length === 0 ? (terms[0]?.matchFields ?? []) : []
  const isNamed = field?.key === 'metadata.name' && field.operator === 'In' && field.values?.length === 1 && others.length === 0
  return user.startsWith('system:serviceaccount:') && isNamed && jsonEqual(extra?.[NODE_NAME], field.values)
}

function rightProblem({ store, requester }: StatusWrite, access: Pick<ResourceAccess, 'verb' | 'subresource' | 'namespace' | 'name'>): string | undefined {
  try {
    demandAccess(store, requester, { group: GROUP, resource: 'resourceclaims', ...access })
    return undefined
  } catch (error) {
    if (!isFault(error)) throw error
    return error.message
  }
}
