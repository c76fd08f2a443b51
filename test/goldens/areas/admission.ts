/** What admission makes of a pod: limits of its namespace, its priority and tolerations, and the quotas it is charged to. */

import * as fc from 'fast-check'
import { isFault } from '../../../src/kernel/fault.ts'
import { createRng } from '../../../src/kernel/rng.ts'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { parseMilli } from '../../../src/model/kube/quantity.ts'
import { brokenBounds, withLimitDefaults } from '../../../src/twin/api/admit-limit-range.ts'
import { withDefaultTolerations, withPriority } from '../../../src/twin/api/admit-pod.ts'
import { admitQuotas, type Quota } from '../../../src/twin/api/admit-quota.ts'
import { createEnvironment } from '../../../src/twin/api/create-api.ts'
import { defaultObject } from '../../../src/twin/api/default-object.ts'
import type { ApiEnvironment } from '../../../src/twin/api/environment.ts'
import { formatAmount } from '../../../src/twin/api/pod-usage.ts'
import { profileFor } from '../../../src/twin/profile.ts'
import { createStore } from '../../../src/twin/store.ts'
import { area } from '../area.ts'
import { toleration } from '../arbitraries.ts'

interface Admitting {
  readonly pod: KubeObject
  readonly ranges?: readonly KubeObject[]
  readonly classes?: readonly KubeObject[]
  readonly quotas?: readonly KubeObject[]
}

type Drawn = Record<string, unknown>
type Resources = { readonly requests?: Record<string, string>; readonly limits?: Record<string, string> }

const cpu = fc.constantFrom('50m', '100m', '250m', '1', '2')
const memory = fc.constantFrom('64Mi', '200Mi', '1Gi')
const some = fc.record({ cpu, memory }, { requiredKeys: [] })
const resources: fc.Arbitrary<Drawn> = fc.record({ requests: some, limits: some, 'example.com/gpu': fc.constantFrom('1', '2') }, { requiredKeys: [] }).map(({ 'example.com/gpu': gpu, ...rest }) => {
  const more = gpu === undefined ? {} : { 'example.com/gpu': gpu }
  return { requests: { ...rest.requests, ...more }, limits: { ...rest.limits, ...more } }
})
const named = (prefix: string) => (drawn: readonly Drawn[]) => drawn.map((each, index) => ({ name: `${prefix}${index}`, image: 'registry.local/app:1', ...each }))
const containers = fc.array(fc.record({ resources }), { minLength: 1, maxLength: 2 }).map(named('c'))
const initContainers = fc.array(fc.record({ resources, restartPolicy: fc.constantFrom('Always', undefined) }), { maxLength: 1 }).map(named('i'))
const podWith = (spec: object): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop' }, spec })

function environmentOf(objects: readonly KubeObject[], minor: number): ApiEnvironment {
  const store = createStore()
  const profile = profileFor({ minor })
  for (const object of objects) store.put(defaultObject(object, profile))
  return createEnvironment({ store, profile, rng: createRng(1), nowMs: () => Date.UTC(2026, 0, 1) })
}

const bounds = fc.record({ cpu: fc.constantFrom('100m', '500m', '1'), memory: fc.constantFrom('100Mi', '512Mi') }, { requiredKeys: [] })
const item = fc.oneof(
  fc.record({ type: fc.constant('Container'), default: bounds, defaultRequest: bounds, min: bounds, max: bounds, maxLimitRequestRatio: fc.record({ cpu: fc.constantFrom('1', '2', '1500m') }, { requiredKeys: [] }) }, { requiredKeys: ['type'] }),
  fc.record({ type: fc.constant('Pod'), min: bounds, max: bounds, maxLimitRequestRatio: fc.record({ memory: fc.constantFrom('1', '3') }, { requiredKeys: [] }) }, { requiredKeys: ['type'] }),
)
const ranges = fc.array(fc.array(item, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 }).map((drawn) => drawn.map((limits, index): KubeObject => ({ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: `range-${index}`, namespace: 'shop', uid: `uid-${index}` }, spec: { limits } })))

export const limits = area<Admitting>({
  name: 'limits',
  questions: fc.record({ pod: fc.record({ containers, initContainers }).map(podWith), ranges }),
  count: 800,
  answer({ pod, ranges: given = [] }, minor) {
    const { store, profile } = environmentOf(given, minor)
    const object = withLimitDefaults(defaultObject(pod, profile), store)
    const spec = object['spec'] as { containers: { name: string; resources?: Resources }[]; initContainers?: { name: string; resources?: Resources }[] }
    const all = [...(spec.initContainers ?? []), ...spec.containers]
    return { resources: Object.fromEntries(all.map(({ name, resources: has }) => [name, { requests: milli(has?.requests), limits: milli(has?.limits) }])), violations: brokenBounds(object, store).flat().sort() }
  },
})

function milli(quantities: Record<string, string> = {}): Record<string, number> {
  return Object.fromEntries(Object.entries(quantities).map(([name, text]) => [name, parseMilli(text) ?? 0]))
}

const className = fc.constantFrom(undefined, undefined, 'high', 'low', 'gone', 'system-node-critical')
const classes = fc
  .record({ high: fc.constantFrom('PreemptLowerPriority', 'Never', undefined), isDefault: fc.constantFrom('', 'low', 'high', 'both') })
  .map(({ high, isDefault }) => [priorityClass('high', 1000, { preemptionPolicy: high, globalDefault: isDefault === 'high' || isDefault === 'both' }), priorityClass('low', 10, { globalDefault: isDefault === 'low' || isDefault === 'both' })])

function priorityClass(name: string, value: number, more: object): KubeObject {
  return { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name, uid: `uid-${name}` }, value, ...more }
}

const unready = fc.constantFrom('node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable')
const tolerations = fc.array(fc.oneof(toleration, fc.record({ key: unready, operator: fc.constantFrom('Exists', 'Equal'), effect: fc.constantFrom('NoExecute', 'NoSchedule'), tolerationSeconds: fc.constantFrom(5, 60) }, { requiredKeys: ['key'] })), { maxLength: 2 })

export const priority = area<Admitting>({
  name: 'priority',
  questions: fc.record({
    pod: fc
      .record({ priorityClassName: className, priority: fc.constantFrom(undefined, undefined, 10, 1000), preemptionPolicy: fc.constantFrom(undefined, undefined, 'Never', 'PreemptLowerPriority'), tolerations })
      .map((spec) => podWith({ ...spec, containers: [{ name: 'c', image: 'registry.local/app:1' }] })),
    classes,
  }),
  count: 500,
  answer({ pod, classes: given = [] }, minor) {
    const environment = environmentOf(given, minor)
    try {
      const spec = withDefaultTolerations(environment, withPriority(environment, 'web', defaultObject(pod, environment.profile)['spec'] as never)) as unknown as Drawn
      return { priority: spec['priority'], class: spec['priorityClassName'] ?? '', preemptionPolicy: spec['preemptionPolicy'], tolerations: spec['tolerations'] ?? [] }
    } catch (error) {
      return refusal(error)
    }
  },
})

function refusal(error: unknown): object {
  if (!isFault(error)) throw error
  return { refused: error.message }
}

const hard = fc.record(
  Object.fromEntries(
    [...['cpu', 'requests.cpu', 'limits.cpu'].map((name) => [name, fc.constantFrom('100m', '500m', '2', '10')]), ...['memory', 'requests.memory', 'limits.memory'].map((name) => [name, fc.constantFrom('128Mi', '1Gi', '4Gi')]), ['pods', fc.constantFrom('1', '2', '10')], ['count/pods', fc.constantFrom('1', '5')], ['requests.example.com/gpu', fc.constantFrom('1', '4')]] as [string, fc.Arbitrary<string>][],
  ),
  { requiredKeys: [] },
)
const scoped = fc.constantFrom<Drawn>(
  {},
  {},
  { scopes: ['Terminating'] },
  { scopes: ['NotTerminating'] },
  { scopes: ['BestEffort'] },
  { scopes: ['NotBestEffort'] },
  { scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }] } },
  { scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'Exists' }] } },
  { scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'NotIn', values: ['high'] }] } },
  { scopeSelector: { matchExpressions: [{ scopeName: 'CrossNamespacePodAffinity', operator: 'Exists' }] } },
)
const quotas = fc.array(fc.record({ hard, scoped, part: fc.constantFrom(0, 0, 0.5, 1) }), { minLength: 1, maxLength: 2 }).map((drawn) =>
  drawn.map(({ hard: bound, scoped: scope, part }, index): KubeObject => {
    const used = Object.fromEntries(Object.entries(bound).map(([name, text]) => [name, formatAmount(name, Math.floor(((parseMilli(text) ?? 0) * part) / 1000) * 1000)]))
    return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: `quota-${index}`, namespace: 'shop', uid: `uid-${index}` }, spec: { hard: { ...bound }, ...scope }, status: { hard: { ...bound }, used } }
  }),
)
const farTerm = fc.constantFrom({ topologyKey: 'zone', namespaces: ['ops'] }, { topologyKey: 'zone', namespaceSelector: {} }, { topologyKey: 'zone' })

export const quota = area<Admitting>({
  name: 'quota',
  questions: fc.record({
    pod: fc
      .record({ containers, initContainers, activeDeadlineSeconds: fc.constantFrom(undefined, undefined, 30), priorityClassName: fc.constantFrom(undefined, 'high', 'low'), overhead: fc.constantFrom(undefined, undefined, { cpu: '10m' }), far: fc.constantFrom(false, false, true), term: farTerm })
      .map(({ far, term, ...spec }) => podWith({ ...spec, ...(far ? { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } } : {}) })),
    quotas,
  }),
  count: 1_000,
  answer({ pod, quotas: given = [] }, minor) {
    const environment = environmentOf(given, minor)
    const resource = environment.resources.demand('v1', 'Pod')
    try {
      const charged = admitQuotas(environment, resource, defaultObject(pod, environment.profile))
      const after = new Map((given as Quota[]).map((each) => [each.metadata.name ?? '', milli(each.status?.used)]))
      for (const each of charged) after.set(each.metadata.name ?? '', milli(each.status?.used))
      return { used: Object.fromEntries(after) }
    } catch (error) {
      return refusal(error)
    }
  },
})
