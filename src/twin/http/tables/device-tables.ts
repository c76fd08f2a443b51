/** Classes of devices, claims and their templates, and what drivers offer on nodes. */

import type { KubeObject } from '../../../model/kube-object.ts'
import { claimStatusOf } from '../../devices/claim-status.ts'
import { ageOf } from '../human-duration.ts'
import { columns, nameOf, type TableKind } from './table.ts'

const age = (object: KubeObject, nowMs: number): string => ageOf(object.metadata.creationTimestamp, nowMs)
const plain: TableKind = { columns: columns('Name, Age'), cells: (object, nowMs) => [nameOf(object), age(object, nowMs)] }

interface SliceSpec {
  readonly nodeName?: string
  readonly driver?: string
  readonly pool?: { readonly name?: string }
}

export const DEVICE_TABLES: Readonly<Record<string, TableKind>> = {
  'resource.k8s.io/DeviceClass': plain,
  'resource.k8s.io/ResourceClaimTemplate': plain,
  'resource.k8s.io/ResourceClaim': { columns: columns('Name, State, Age'), cells: (claim, nowMs) => [nameOf(claim), stateOf(claim), age(claim, nowMs)] },
  'resource.k8s.io/ResourceSlice': {
    columns: columns('Name, Node, Driver, Pool, Age'),
    cells: (slice, nowMs) => {
      const { nodeName = '', driver = '', pool } = (slice['spec'] ?? {}) as SliceSpec
      return [nameOf(slice), nodeName, driver, pool?.name ?? '', age(slice, nowMs)]
    },
  },
}

/** `resourceClaimState` in `pkg/printers/internalversion`. */
function stateOf(claim: KubeObject): string {
  const { allocation, reservedFor = [] } = claimStatusOf(claim)
  const isLeaving = claim.metadata.deletionTimestamp !== undefined
  const given = allocation === undefined ? (isLeaving ? [] : ['pending']) : ['allocated', ...(reservedFor.length > 0 ? ['reserved'] : [])]
  return [...(isLeaving ? ['deleted'] : []), ...given].join(',')
}
