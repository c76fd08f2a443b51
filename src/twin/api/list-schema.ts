/**
 * How lists of the built-in kinds merge in a strategic merge patch: by the Go structs' `patchMergeKey`, as sets, or whole. Server-side
 * apply has keys of its own (`merge/shape.ts`); they differ for ports and spread constraints.
 */

export interface ListSchema {
  /** Merge key of a strategic merge patch; `set` for lists of plain values; absent: replaced whole. */
  readonly strategic?: string | 'set'
  /** Only below one of these fields, where the name means something else in other places. */
  readonly below?: readonly string[]
}

const byName: ListSchema = { strategic: 'name' }
const byType: ListSchema = { strategic: 'type' }

const LISTS: Readonly<Record<string, readonly ListSchema[]>> = {
  containers: [{ ...byName, below: ['spec'] }],
  initContainers: [byName],
  ephemeralContainers: [byName],
  env: [byName],
  volumes: [{ ...byName, below: ['spec'] }],
  volumeMounts: [{ strategic: 'mountPath' }],
  volumeDevices: [{ strategic: 'devicePath' }],
  imagePullSecrets: [byName],
  hostAliases: [{ strategic: 'ip' }],
  topologySpreadConstraints: [{ strategic: 'topologyKey' }],
  schedulingGates: [byName],
  resourceClaims: [{ ...byName, below: ['spec'] }],
  ports: [
    { strategic: 'containerPort', below: ['containers', 'initContainers', 'ephemeralContainers'] },
    { strategic: 'port', below: ['spec'] },
  ],
  conditions: [{ ...byType, below: ['status'] }],
  addresses: [{ ...byType, below: ['status'] }],
  podIPs: [{ strategic: 'ip' }],
  hostIPs: [{ strategic: 'ip' }],
  ownerReferences: [{ strategic: 'uid' }],
  finalizers: [{ strategic: 'set' }],
  podCIDRs: [{ strategic: 'set' }],
  secrets: [byName],
  webhooks: [byName],
  volumesAttached: [{ strategic: 'name' }],
}

/** How the list `field` merges inside the field or list `parent`; undefined: as one value. */
export function listSchema(field: string, parent: string): ListSchema | undefined {
  return LISTS[field]?.find((schema) => schema.below === undefined || schema.below.includes(parent))
}
