/** The status of a claim for devices, as its parts are written by a scheduler and by drivers. */

import type { KubeObject } from '../../model/kube-object.ts'
import type { Configuration } from './validate-parts.ts'
import type { Device } from './validate-device.ts'

export interface Consumer {
  readonly resource?: string
  readonly name?: string
  readonly uid?: string
}

interface Named {
  readonly driver?: string
  readonly pool?: string
  readonly device?: string
  /** Of a device that several claims have a part of. */
  readonly shareID?: string
}

export interface AllocatedDevice extends Named, Pick<Device, 'bindingConditions' | 'bindingFailureConditions'> {
  readonly request?: string
  readonly adminAccess?: boolean
}

export interface AllocationConfiguration extends Configuration {
  readonly source?: string
  readonly requests?: readonly string[]
}

export interface Allocation {
  readonly devices?: { readonly results?: readonly AllocatedDevice[]; readonly config?: readonly AllocationConfiguration[] }
  readonly nodeSelector?: NonNullable<Device['nodeSelector']>
}

export interface DeviceStatus extends Named {
  readonly data?: unknown
  readonly networkData?: { readonly interfaceName?: string; readonly hardwareAddress?: string }
}

export interface ClaimStatus {
  readonly allocation?: Allocation
  readonly devices?: readonly DeviceStatus[]
  readonly reservedFor?: readonly Consumer[]
}

export function claimStatusOf(claim: KubeObject): ClaimStatus {
  return (claim['status'] ?? {}) as ClaimStatus
}

/** As upstream writes it: `driver/pool/device`, and the share behind it. */
export function deviceId({ driver = '', pool = '', device = '', shareID }: Named): string {
  return `${driver}/${pool}/${device}${shareID === undefined ? '' : `/${shareID}`}`
}

/** The status as it is kept: what is said of a device goes with the device (`dropDeallocatedStatusDevices`), and Go writes conditions also where there are none. */
export function keptStatus(before: KubeObject, next: KubeObject): KubeObject {
  const { devices, ...rest } = claimStatusOf(next)
  const idsOf = (claim: KubeObject): ReadonlySet<string> => new Set((claimStatusOf(claim).allocation?.devices?.results ?? []).map(deviceId))
  const [had, has] = [idsOf(before), idsOf(next)]
  const kept = (devices ?? []).filter((device) => !had.has(deviceId(device)) || has.has(deviceId(device))).map((device) => ({ conditions: null, ...device }))
  return devices === undefined ? next : { ...next, status: kept.length === 0 ? rest : { ...rest, devices: kept } }
}
