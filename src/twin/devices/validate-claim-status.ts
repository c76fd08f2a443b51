/** What a claim was given, who has it in use, and how its devices are (`validateResourceClaimStatusUpdate` in `pkg/apis/resource/validation`). */

import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { forbiddenField, invalidField, requiredField, unsupportedField, type FieldError } from '../api/field-error.ts'
import { nodeSelectorErrors } from '../api/validate-affinity.ts'
import { listErrors, setErrors, tooLong } from './bounded-lists.ts'
import { driverErrors, labelErrors, poolErrors } from './device-names.ts'
import { claimStatusOf, deviceId, type AllocatedDevice, type Allocation, type AllocationConfiguration, type Consumer, type DeviceStatus } from './claim-status.ts'
import { referenceErrors, referenceProblems, requestNames, type ClaimSpec } from './validate-claim.ts'
import { configurationErrors, rawErrors } from './validate-parts.ts'
import { bindingErrors } from './validate-device.ts'

const CONSUMERS_MAX = 256
const RESULTS_MAX = 32
const CONFIGURATIONS_MAX = 64
const SOURCES = ['FromClaim', 'FromClass']
const UID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export function claimStatusErrors(before: KubeObject, next: KubeObject): readonly FieldError[] {
  const [was, is] = [claimStatusOf(before), claimStatusOf(next)]
  const names = requestNames(((next['spec'] ?? {}) as ClaimSpec).devices ?? {})
  const allocated = new Set((is.allocation?.devices?.results ?? []).map(deviceId))
  return [
    ...setErrors(is.reservedFor ?? [], { at: 'status.reservedFor', max: CONSUMERS_MAX, check: consumerErrors, key: ({ uid = '' }) => uid }),
    ...setErrors(is.devices ?? [], { at: 'status.devices', check: (device, at) => deviceStatusErrors(device, at, allocated), key: deviceId, shown: insideOf }),
    ...reservationErrors({ was: was.reservedFor ?? [], is: is.reservedFor ?? [], isAllocated: is.allocation !== undefined, isLeaving: next.metadata.deletionTimestamp !== undefined }),
    ...(is.allocation === undefined ? [] : was.allocation === undefined ? allocationErrors(is.allocation, names) : jsonEqual(was.allocation, is.allocation) ? [] : [invalidField('status.allocation', is.allocation, 'field is immutable')]),
  ]
}

function consumerErrors({ resource = '', name = '', uid = '' }: Consumer, at: string): readonly FieldError[] {
  return Object.entries({ resource, name, uid }).flatMap(([field, value]) => (value === '' ? [requiredField(`${at}.${field}`)] : []))
}

function reservationErrors({ was, is, isAllocated, isLeaving }: { readonly was: readonly Consumer[]; readonly is: readonly Consumer[]; readonly isAllocated: boolean; readonly isLeaving: boolean }): readonly FieldError[] {
  if (is.length === 0) return []
  if (!isAllocated) return [forbiddenField('status.reservedFor', 'may not be specified when `allocated` is not set')]
  const isAdded = is.some((consumer) => !was.some((other) => jsonEqual(consumer, other)))
  return isLeaving && isAdded ? [forbiddenField('status.reservedFor', 'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set')] : []
}

function allocationErrors({ devices: { results = [], config = [] } = {}, nodeSelector }: Allocation, names: ReadonlySet<string>): readonly FieldError[] {
  const at = 'status.allocation'
  return [
    ...listErrors(results, { at: `${at}.devices.results`, max: RESULTS_MAX, check: (result, place) => resultErrors(result, place, names) }),
    ...listErrors(config, { at: `${at}.devices.config`, max: CONFIGURATIONS_MAX, check: (one, place) => settingErrors(one, place, names) }),
    ...(nodeSelector === undefined ? [] : nodeSelectorErrors(nodeSelector, `${at}.nodeSelector`)),
  ]
}

function resultErrors(result: AllocatedDevice, at: string, names: ReadonlySet<string>): readonly FieldError[] {
  const { request = '', driver = '', pool = '', device = '', shareID } = result
  return [
    ...referenceProblems(request, `${at}.request`, names),
    ...driverErrors(driver, `${at}.driver`),
    ...poolErrors(pool, `${at}.pool`),
    ...labelErrors(device, `${at}.device`),
    ...bindingErrors(result, at),
    ...shareErrors(shareID, `${at}.shareID`),
  ]
}

function shareErrors(uid: string | undefined, at: string): readonly FieldError[] {
  if (uid === undefined || UID.test(uid)) return []
  const isOther = UID.test(uid.toLowerCase())
  return [invalidField(at, uid, isOther ? 'uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters' : `error validating uid: invalid UUID length: ${uid.length}`)]
}

function settingErrors(setting: AllocationConfiguration, at: string, names: ReadonlySet<string>): readonly FieldError[] {
  const { source = '', requests = [] } = setting
  const ofSource = source === '' ? [requiredField(`${at}.source`)] : SOURCES.includes(source) ? [] : [unsupportedField(`${at}.source`, source, SOURCES)]
  return [...ofSource, ...referenceErrors(requests, `${at}.requests`, names), ...configurationErrors(setting, at)]
}

/** The server's own type has no names for JSON. */
function insideOf({ driver = '', pool = '', device = '', shareID = '' }: DeviceStatus): object {
  return { Driver: driver, Pool: pool, Device: device, ShareID: shareID }
}

function deviceStatusErrors(status: DeviceStatus, at: string, allocated: ReadonlySet<string>): readonly FieldError[] {
  const { driver = '', pool = '', device = '', shareID, data, networkData } = status
  return [
    ...driverErrors(driver, `${at}.driver`),
    ...poolErrors(pool, `${at}.pool`),
    ...labelErrors(device, `${at}.device`),
    ...shareErrors(shareID, `${at}.shareID`),
    ...(allocated.has(deviceId(status)) ? [] : [invalidField(at, insideOf(status), 'must be an allocated device in the claim')]),
    ...(data === undefined || data === null ? [] : rawErrors(data, `${at}.data`)),
    ...((networkData?.interfaceName ?? '').length > 256 ? [tooLong(`${at}.networkData.interfaceName`, 256)] : []),
    ...((networkData?.hardwareAddress ?? '').length > 128 ? [tooLong(`${at}.networkData.hardwareAddress`, 128)] : []),
  ]
}
