/** The pressures that a kubelet finds by itself: reported at once, and for five minutes after they were last found. */

import type { NodeCondition } from '../../ports/world-control.ts'
import type { Context } from '../controller.ts'
import { nodeHealth } from './liveness.ts'
import type { KubeletState } from './state.ts'

/** `evictionPressureTransitionPeriod`: a condition stays this long after it was last true. */
export const PRESSURE_STAYS_MS = 300_000
const ORDER: readonly NodeCondition[] = ['MemoryPressure', 'DiskPressure', 'PIDPressure']

/** True when the node reports other conditions now. Pressure that somebody set from outside is left alone. */
export function settlePressures({ state, nowMs }: Context<KubeletState>, name: string, found: readonly NodeCondition[]): boolean {
  const health = nodeHealth(state, name)
  const before = health.type === 'pressed' ? health.foundMs : {}
  if ((health.type !== 'healthy' && health.type !== 'pressed') || before === undefined) return false
  const seen = { ...before, ...Object.fromEntries(found.map((condition) => [condition, nowMs()])) }
  const lasting = ORDER.filter((condition) => seen[condition] !== undefined && nowMs() - (seen[condition] ?? 0) < PRESSURE_STAYS_MS)
  if (lasting.length === 0) state.nodes.delete(name)
  else state.nodes.set(name, { type: 'pressed', conditions: lasting, foundMs: Object.fromEntries(lasting.map((condition) => [condition, seen[condition] ?? 0])) })
  const reported = health.type === 'pressed' ? health.conditions : []
  return reported.length !== lasting.length || lasting.some((condition) => !reported.includes(condition))
}
