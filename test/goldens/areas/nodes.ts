/** Lost nodes: how ill a zone is and how fast it is tainted; how long a pod stays on a tainted node. */

import * as fc from 'fast-check'
import type { Taint, Toleration } from 'kubernetes-types/core/v1.d.ts'
import { patienceWith } from '../../../src/twin/controllers/taint-eviction.ts'
import { taintRate, zoneStateOf } from '../../../src/twin/controllers/zone-state.ts'
import { profileFor } from '../../../src/twin/profile.ts'
import { area } from '../area.ts'

const WORDS = { normal: 'Normal', 'partial-disruption': 'PartialDisruption', 'full-disruption': 'FullDisruption' } as const

export const zone = area<{ readonly ready: readonly string[]; readonly size: number }>({
  name: 'zone',
  questions: fc.record({ ready: fc.array(fc.constantFrom('True', 'True', 'False', 'Unknown'), { minLength: 1, maxLength: 12 }), size: fc.constantFrom(1, 10, 50, 51, 500) }),
  count: 400,
  answer({ ready, size }, minor) {
    const profile = profileFor({ minor })
    const notReady = ready.filter((status) => status !== 'True').length
    const state = zoneStateOf({ ready: ready.length - notReady, notReady }, profile)
    return { notReady, state: WORDS[state], perSecond: taintRate(state, size, profile) }
  },
})

const key = fc.constantFrom('node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable', 'team')
const taints = fc.array(fc.record({ key, value: fc.constantFrom('x', 'y'), effect: fc.constant('NoExecute') }, { requiredKeys: ['key', 'effect'] }), { minLength: 1, maxLength: 3 })
const tolerations = fc.array(
  fc.record({ key: fc.oneof(key, fc.constant('')), operator: fc.constantFrom('Exists', 'Equal'), value: fc.constantFrom('x', 'y'), effect: fc.constantFrom('NoExecute', 'NoExecute', 'NoSchedule'), tolerationSeconds: fc.constantFrom(-5, 0, 10, 300) }, { requiredKeys: [] }),
  { maxLength: 4 },
)

export const patience = area<{ readonly taints: readonly Taint[]; readonly tolerations: readonly Toleration[] }>({
  name: 'patience',
  questions: fc.record({ taints, tolerations }) as never,
  count: 600,
  answer(asked) {
    const verdict = patienceWith(asked.taints, asked.tolerations)
    return { seconds: verdict.type === 'none' ? 0 : verdict.type === 'forever' ? -1 : verdict.durationMs / 1000 }
  },
})
