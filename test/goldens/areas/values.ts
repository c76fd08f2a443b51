/** Quantities, selectors, and what a pod asks of a node. */

import * as fc from 'fast-check'
import { podRequests } from '../../../src/model/kube/pod-requests.ts'
import { parseMilli, parseQuantity } from '../../../src/model/kube/quantity.ts'
import { parseSelector } from '../../../src/model/kube/parse-selector.ts'
import { matchesRequirement, matchesSelector } from '../../../src/model/kube/selector.ts'
import type { PodObject } from '../../../src/model/kube/workload.ts'
import { qosClass } from '../../../src/twin/api/pod-status.ts'
import { area } from '../area.ts'
import { labelSelector, labels, requests, resources } from '../arbitraries.ts'

const digits = fc.oneof(fc.nat(2_000).map(String), fc.tuple(fc.nat(99), fc.nat(9_999)).map(([whole, part]) => `${whole}.${part}`), fc.constantFrom('.5', '5.', '007', '1.000', '', '.', '1.2.3'))
const suffix = fc.constantFrom('', 'm', 'u', 'n', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'Ti', 'e3', 'E2', 'e-2', 'K', 'mi', 'e', ' ')
/** Below zero only in whole units: no resource is negative, and upstream rounds some of the others up and some down. */
const quantityText = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(fc.constantFrom('', '+'), digits, suffix).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.tuple(fc.nat(2_000), fc.constantFrom('', 'k', 'Mi', 'e3')).map(([whole, unit]) => `-${whole}${unit}`) },
)

export const quantity = area<string>({
  name: 'quantity',
  questions: quantityText,
  count: 600,
  answer(text) {
    const value = parseQuantity(text)
    const milli = parseMilli(text)
    return value === undefined || milli === undefined ? { valid: false } : { valid: true, value: value + 0, milli: milli + 0 }
  },
})

const term = fc.oneof(
  fc.tuple(fc.constantFrom('app', 'tier', 'x.y/z', 'bad key'), fc.constantFrom('=', '==', '!=', ' = '), fc.constantFrom('a', 'b', '', 'a-b', '-a')).map((parts) => parts.join('')),
  fc.tuple(fc.constantFrom('app', 'tier'), fc.constantFrom(' in ', ' notin ', ' In '), fc.constantFrom('(a)', '(a,b)', '( a , b )', '()', '(a', '(,a)')).map((parts) => parts.join('')),
  fc.constantFrom('app', '!app', '! tier', 'cores>4', 'cores < 8', '', 'app=a=b'),
)

interface Selection {
  readonly text?: string
  readonly selector?: object
  readonly labels: Record<string, string>
}

const selections = fc.oneof(
  fc.record({ text: fc.array(term, { minLength: 1, maxLength: 3 }).map((terms) => terms.join(',')), labels: fc.tuple(labels, fc.constantFrom({}, { cores: '6' })).map(([some, more]) => ({ ...some, ...more })) }),
  fc.record({ selector: labelSelector, labels }),
)

export const selector = area<Selection>({
  name: 'selector',
  questions: selections,
  count: 800,
  answer({ text, selector: object, labels: of }) {
    if (text === undefined) return { valid: true, matches: matchesSelector(object, of) }
    const parsed = parseSelector(text)
    return parsed === undefined ? { valid: false } : { valid: true, matches: parsed.every((requirement) => matchesRequirement(requirement, of)) }
  },
})

const container = fc.record({ resources: fc.record({ requests }, { requiredKeys: [] }) }, { requiredKeys: [] })
const initContainer = fc.record({ resources: fc.record({ requests }, { requiredKeys: [] }), restartPolicy: fc.constant('Always') }, { requiredKeys: [] })

const podSpec = fc.record(
  {
    containers: fc.array(container, { minLength: 1, maxLength: 3 }).map(named('c')),
    initContainers: fc.array(initContainer, { maxLength: 3 }).map(named('i')),
    overhead: fc.constant({ cpu: '20m', memory: '10Mi' }),
    resources: fc.record({ requests: fc.record({ cpu: fc.constantFrom('1', '4'), memory: fc.constantFrom('1Gi', '4Gi') }, { requiredKeys: [] }) }),
  },
  { requiredKeys: ['containers'] },
)

export const requestsOfPod = area<object>({
  name: 'pod-requests',
  questions: fc.record({ spec: podSpec }),
  count: 500,
  answer: (pod) => podRequests(pod as PodObject),
})

/** As the API server leaves them: what is limited and asks for nothing asks for its limit. */
const guarded = fc.array(fc.record({ resources: resources.map(({ requests: asked, limits }) => ({ requests: { ...limits, ...asked }, limits: { ...limits } })) }), { minLength: 1, maxLength: 3 })

export const qos = area<{ readonly spec: object }>({
  name: 'qos',
  questions: fc.record({ spec: fc.record({ containers: guarded.map(named('c')), initContainers: guarded.map(named('i')) }, { requiredKeys: ['containers'] }) }),
  count: 300,
  answer: ({ spec }) => qosClass(spec as Parameters<typeof qosClass>[0]),
})

function named(prefix: string): (containers: object[]) => object[] {
  return (containers) => containers.map((each, index) => ({ name: `${prefix}${index}`, ...each }))
}
