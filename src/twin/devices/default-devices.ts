/** Defaults of claims for devices and of slices (`pkg/apis/resource/v1/defaults.go`). */

import type { KubeObject } from '../../model/kube-object.ts'
import { canonicalQuantity } from '../api/canonical-quantities.ts'
import { fill, within, withinEach } from '../api/fill.ts'

type Fields = Readonly<Record<string, unknown>>

export function defaultClaimSpec(spec: Fields): Fields {
  return within(spec, 'devices', (devices: Fields) => withinEach(devices, 'requests', (request: Fields) => withinEach(within(request, 'exactly', defaultRequest), 'firstAvailable', defaultRequest)))
}

/** One device, where nobody says how many. */
function defaultRequest(request: Fields): Fields {
  const mode = request['allocationMode'] === undefined || request['allocationMode'] === '' ? 'ExactCount' : request['allocationMode']
  const isUncounted = mode === 'ExactCount' && (request['count'] === undefined || request['count'] === null || request['count'] === 0)
  const counted = { ...request, allocationMode: mode, ...(isUncounted ? { count: 1 } : {}) }
  const tolerant = withinEach(counted, 'tolerations', (toleration: Fields) => ({ ...toleration, operator: (toleration['operator'] ?? '') === '' ? 'Equal' : toleration['operator'] }))
  return within(tolerant, 'capacity', (capacity: Fields) => within(capacity, 'requests', canonicalMap))
}

export function defaultSliceSpec(spec: Fields): Fields {
  const devices = withinEach(spec, 'devices', (device: Fields) => {
    const sized = within(device, 'capacity', (map: Readonly<Record<string, Fields>>) => mapped(map, defaultCapacity))
    return withinEach(sized, 'consumesCounters', (set: Fields) => within(set, 'counters', countersOf))
  })
  return withinEach(devices, 'sharedCounters', (set: Fields) => within(set, 'counters', countersOf))
}

/** A taint says since when it stands. */
export function withTaintTimes(slice: KubeObject, now: string): KubeObject {
  return within(slice, 'spec', (spec: Fields) => withinEach(spec, 'devices', (device: Fields) => withinEach(device, 'taints', (taint: Fields) => fill(taint, { timeAdded: now }))))
}

function defaultCapacity(capacity: Fields): Fields {
  return within(within(capacity, 'value', canonicalQuantity), 'requestPolicy', (policy: Fields) => {
    const values = within(within(policy, 'default', canonicalQuantity), 'validValues', (list: readonly unknown[]) => list.map(canonicalQuantity))
    return within(values, 'validRange', canonicalMap)
  })
}

function countersOf(counters: Readonly<Record<string, Fields>>): Fields {
  return mapped(counters, (counter) => within(counter, 'value', canonicalQuantity))
}

function canonicalMap(map: Fields): Fields {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, canonicalQuantity(value)]))
}

function mapped(map: Readonly<Record<string, Fields>>, change: (value: Fields) => Fields): Fields {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]))
}
