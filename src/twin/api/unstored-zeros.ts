/**
 * Fields that upstream's types do not store at their zero value (`omitempty` on what is no pointer): to send
 * `paused: false` is to send nothing, and changes nothing.
 */

import { groupKind, type KubeObject } from '../../model/kube-object.ts'

const READY = ['minReadySeconds']

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  'apps/Deployment': [...READY, 'paused'],
  'apps/ReplicaSet': READY,
  'apps/StatefulSet': READY,
  'apps/DaemonSet': READY,
  '/ReplicationController': READY,
  '/Node': ['unschedulable', 'podCIDR', 'providerID'],
  '/Service': ['publishNotReadyAddresses', 'externalName', 'loadBalancerIP', 'healthCheckNodePort'],
}

/** The same object when it holds none. */
export function withoutZeros(object: KubeObject): KubeObject {
  const fields = FIELDS[groupKind(object.apiVersion, object.kind)]
  const spec = object['spec'] as Readonly<Record<string, unknown>> | undefined
  if (fields === undefined || spec === undefined) return object
  const isZero = (value: unknown): boolean => value === false || value === 0 || value === ''
  if (!fields.some((field) => isZero(spec[field]))) return object
  return { ...object, spec: Object.fromEntries(Object.entries(spec).filter(([key, value]) => !fields.includes(key) || !isZero(value))) }
}
