/**
 * How lists and maps of the built-in kinds merge: by key, as sets, or whole.
 *
 * Strategic merge takes its keys from the Go structs' `patchMergeKey` tags, server-side apply from the
 * `x-kubernetes-list-type` of the published schema; they differ for ports and spread constraints. A list that is not
 * named here is replaced whole, which is also the rule for custom resources.
 */

export interface ListSchema {
  /** Merge key of a strategic merge patch; `set` for lists of plain values; absent: replaced whole. */
  readonly strategic?: string | 'set'
  /** Keys of an associative list under server-side apply; `set`; absent: atomic. */
  readonly apply?: readonly string[] | 'set'
  /** Only below one of these fields, where the name means something else in other places. */
  readonly below?: readonly string[]
}

const byName: ListSchema = { strategic: 'name', apply: ['name'] }
const byType: ListSchema = { strategic: 'type', apply: ['type'] }

const LISTS: Readonly<Record<string, readonly ListSchema[]>> = {
  containers: [{ ...byName, below: ['spec'] }],
  initContainers: [byName],
  ephemeralContainers: [byName],
  env: [byName],
  volumes: [{ ...byName, below: ['spec'] }],
  volumeMounts: [{ strategic: 'mountPath', apply: ['mountPath'] }],
  volumeDevices: [{ strategic: 'devicePath', apply: ['devicePath'] }],
  imagePullSecrets: [byName],
  hostAliases: [{ strategic: 'ip', apply: ['ip'] }],
  topologySpreadConstraints: [{ strategic: 'topologyKey', apply: ['topologyKey', 'whenUnsatisfiable'] }],
  schedulingGates: [byName],
  resourceClaims: [{ ...byName, below: ['spec'] }],
  ports: [
    { strategic: 'containerPort', apply: ['containerPort', 'protocol'], below: ['containers', 'initContainers', 'ephemeralContainers'] },
    { strategic: 'port', apply: ['port', 'protocol'], below: ['spec'] },
  ],
  conditions: [{ ...byType, below: ['status'] }],
  addresses: [{ ...byType, below: ['status'] }],
  podIPs: [{ strategic: 'ip', apply: ['ip'] }],
  hostIPs: [{ strategic: 'ip' }],
  ownerReferences: [{ strategic: 'uid', apply: ['uid'] }],
  finalizers: [{ strategic: 'set', apply: 'set' }],
  podCIDRs: [{ strategic: 'set', apply: 'set' }],
  secrets: [byName],
  webhooks: [byName],
  volumesAttached: [{ strategic: 'name' }],
}

/** Maps and structs that server-side apply owns as one value (`x-kubernetes-map-type: atomic`). */
const ATOMIC_MAPS = new Set([
  'selector', 'nodeSelector', 'labelSelector', 'namespaceSelector', 'podSelector', 'objectSelector', 'fieldRef', 'configMapKeyRef', 'secretKeyRef',
  'resourceFieldRef', 'requiredDuringSchedulingIgnoredDuringExecution', 'scaleTargetRef', 'involvedObject', 'roleRef', 'claimRef', 'secretRef', 'configMapRef',
])

/** How the list `field` merges inside the field or list `parent`; undefined: as one value. */
export function listSchema(field: string, parent: string): ListSchema | undefined {
  return LISTS[field]?.find((schema) => schema.below === undefined || schema.below.includes(parent))
}

export function isAtomicMap(field: string): boolean {
  return ATOMIC_MAPS.has(field)
}
