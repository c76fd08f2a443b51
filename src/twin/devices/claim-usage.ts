/** How many devices of which class a claim uses of a quota (`pkg/quota/v1/evaluator/core/resource_claims.go`); of alternatives the worst of each class. */

import type { KubeObject } from '../../model/kube-object.ts'
import type { ClaimSpec } from './validate-claim.ts'

const SUFFIX = '.deviceclass.resource.k8s.io/devices'
/** As many as an allocation can hold, where all are asked for. */
const ALL = 32

type Counts = Readonly<Record<string, number>>
type Request = NonNullable<NonNullable<ClaimSpec['devices']>['requests']>[number]

export function devicesByClass(claim: KubeObject): Counts {
  const { devices: { requests = [] } = {} } = (claim['spec'] ?? {}) as ClaimSpec
  return requests.map(devicesOf).reduce((sum, counts) => merged(sum, counts, (left, right) => left + right), {})
}

function devicesOf({ exactly, firstAvailable = [] }: Request): Counts {
  const asked = firstAvailable.length > 0 ? firstAvailable : exactly === undefined ? [] : [exactly]
  return asked.map(({ deviceClassName = '', allocationMode, count = 0 }): Counts => ({ [`${deviceClassName}${SUFFIX}`]: allocationMode === 'All' ? ALL : allocationMode === 'ExactCount' ? count : 0 })).reduce((most, counts) => merged(most, counts, Math.max), {})
}

function merged(left: Counts, right: Counts, join: (left: number, right: number) => number): Counts {
  return Object.fromEntries([...new Set([...Object.keys(left), ...Object.keys(right)])].map((name) => [name, join(left[name] ?? 0, right[name] ?? 0)]))
}
