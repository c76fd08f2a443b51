/**
 * What a pod asks for in total, as `k8s.io/component-helpers/resource` adds it up: the larger of the init sequence
 * and the sum of the running containers, sidecars counted in both, plus overhead.
 */

import type { Container, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { formatBytes, formatMilli, parseMilli } from '../../model/kube/quantity.ts'

/** Resource name → thousandths of a unit. */
export type Amounts = Readonly<Record<string, number>>

export interface PodUsage {
  readonly requests: Readonly<Record<string, string>>
  readonly limits: Readonly<Record<string, string>>
}

export function podUsage(spec: PodSpec): PodUsage {
  return { requests: formatAmounts(podAmounts(spec, 'requests')), limits: formatAmounts(podAmounts(spec, 'limits')) }
}

/** `side` of the pod in thousandths, for arithmetic. */
export function podAmounts(spec: PodSpec, side: 'requests' | 'limits'): Amounts {
  const amountsOf = (container: Container): Amounts => parseAmounts((container.resources?.[side] ?? {}) as Record<string, string>)
  let sidecars: Amounts = {}
  let peak: Amounts = {}
  for (const container of spec.initContainers ?? []) {
    const own = amountsOf(container)
    if ((container as { restartPolicy?: string }).restartPolicy === 'Always') {
      sidecars = addAmounts(sidecars, own)
      peak = maxAmounts(peak, sidecars)
    } else {
      peak = maxAmounts(peak, addAmounts(sidecars, own))
    }
  }
  const running = spec.containers.map(amountsOf).reduce(addAmounts, sidecars)
  const podLevel = parseAmounts(((spec as { resources?: Record<string, Record<string, string>> }).resources?.[side] ?? {}) as Record<string, string>)
  const total = { ...maxAmounts(peak, running), ...podLevel }
  const overhead = parseAmounts((spec.overhead ?? {}) as Record<string, string>)
  // What has no limit is not given one by what running it costs.
  return addAmounts(total, side === 'requests' ? overhead : Object.fromEntries(Object.entries(overhead).filter(([name]) => (total[name] ?? 0) !== 0)))
}

export function parseAmounts(quantities: Readonly<Record<string, string>>): Amounts {
  return Object.fromEntries(Object.entries(quantities).map(([name, text]) => [name, parseMilli(text) ?? 0]))
}

export function formatAmounts(amounts: Amounts): Record<string, string> {
  return Object.fromEntries(Object.entries(amounts).map(([name, milli]) => [name, formatAmount(name, milli)]))
}

/** Memory and storage in binary units, everything else as a decimal number. */
export function formatAmount(name: string, milli: number): string {
  return /memory|storage|hugepages/.test(name) ? formatBytes(Math.ceil(milli / 1000)) : formatMilli(milli)
}

export function addAmounts(left: Amounts, right: Amounts): Amounts {
  return combine(left, right, (a, b) => a + b)
}

function maxAmounts(left: Amounts, right: Amounts): Amounts {
  return combine(left, right, Math.max)
}

function combine(left: Amounts, right: Amounts, join: (a: number, b: number) => number): Amounts {
  const result: Record<string, number> = { ...left }
  for (const [name, amount] of Object.entries(right)) result[name] = join(result[name] ?? 0, amount)
  return result
}
