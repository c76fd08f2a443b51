/** Fields of claims, classes and slices whose feature is off in a release: dropped without a word (`dropDisabledFields` of each strategy). */

import { isRecord } from '../../kernel/json.ts'
import { groupKind, type KubeObject } from '../../model/kube-object.ts'
import type { VersionProfile } from '../profile.ts'

type Fields = Readonly<Record<string, unknown>>

/** Taints, parts of devices, shares of them, conditions before binding, names of extended resources. */
const ON_SINCE_MINOR = 36
const OF_REQUESTS = ['tolerations', 'capacity']
const OF_DEVICES = ['taints', 'consumesCounters', 'nodeName', 'nodeSelector', 'allNodes', 'bindingConditions', 'bindingFailureConditions', 'bindsToNode', 'allowMultipleAllocations']
/** Of attributes, in all releases: lists. */
const LISTS = ['bools', 'ints', 'strings', 'versions']
/** In all releases. */
const NEVER_ON = ['nodeAllocatableResourceMappings']

export function withoutDisabledDevices(object: KubeObject, { minor }: Pick<VersionProfile, 'minor'>): KubeObject {
  const isOff = minor < ON_SINCE_MINOR
  switch (groupKind(object.apiVersion, object.kind)) {
    case 'resource.k8s.io/ResourceClaim':
      return isOff ? inField(object, 'spec', claimSpec) : object
    case 'resource.k8s.io/ResourceClaimTemplate':
      return isOff ? inField(object, 'spec', (spec) => inField(spec, 'spec', claimSpec)) : object
    case 'resource.k8s.io/DeviceClass':
      return isOff ? inField(object, 'spec', (spec) => without(spec, ['extendedResourceName'])) : object
    case 'resource.k8s.io/ResourceSlice':
      return inField(object, 'spec', (spec) => sliceSpec(spec, isOff))
    default:
      return object
  }
}

function claimSpec(spec: Fields): Fields {
  return inField(spec, 'devices', (devices) => inEach(inEach(devices, 'constraints', (constraint) => without(constraint, ['distinctAttribute'])), 'requests', request))
}

function request(one: Fields): Fields {
  return inEach(inField(one, 'exactly', (exactly) => without(exactly, OF_REQUESTS)), 'firstAvailable', (alternative) => without(alternative, OF_REQUESTS))
}

function sliceSpec(spec: Fields, isOff: boolean): Fields {
  const kept = isOff ? without(spec, ['sharedCounters', 'perDeviceNodeSelection']) : spec
  return inEach(kept, 'devices', (device) => {
    const told = inMap(without(device, isOff ? [...NEVER_ON, ...OF_DEVICES] : NEVER_ON), 'attributes', (attribute) => without(attribute, LISTS))
    return isOff ? inMap(told, 'capacity', (capacity) => without(capacity, ['requestPolicy'])) : told
  })
}

function inField<T extends Fields>(object: T, field: string, change: (value: Fields) => Fields): T {
  const value = object[field]
  return isRecord(value) ? { ...object, [field]: change(value) } : object
}

function inEach<T extends Fields>(object: T, field: string, change: (value: Fields) => Fields): T {
  const value = object[field]
  return Array.isArray(value) ? { ...object, [field]: value.map((item: unknown) => (isRecord(item) ? change(item) : item)) } : object
}

function inMap<T extends Fields>(object: T, field: string, change: (value: Fields) => Fields): T {
  return inField(object, field, (map) => Object.fromEntries(Object.entries(map).map(([key, value]) => [key, isRecord(value) ? change(value) : value])))
}

function without(object: Fields, fields: readonly string[]): Fields {
  return fields.some((field) => object[field] !== undefined) ? Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field))) : object
}
