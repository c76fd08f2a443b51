import { describe, expect, test } from 'vitest'
import type { PodObject } from '../model/kube/workload.ts'
import { decideEviction } from './eviction.ts'
import type { Budget, BudgetStatus } from './disruption-budget.ts'
import { profileFor } from './profile.ts'
import { aPod } from './scheduler/test-bed.ts'

const NOW_MS = Date.UTC(2026, 0, 1)

function budget(status: Partial<BudgetStatus>, options: { policy?: string; generation?: number } = {}): Budget {
  const { policy, generation = 1 } = options
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web', namespace: 'shop', generation },
    spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } }, ...(policy === undefined ? {} : { unhealthyPodEvictionPolicy: policy }) },
    status: { currentHealthy: 3, desiredHealthy: 2, expectedPods: 3, disruptionsAllowed: 1, observedGeneration: 1, ...status },
  } as Budget
}

const running = (ready: 'True' | 'False'): PodObject => aPod('web-1', { labels: { app: 'web' }, status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready }] } })
const inPhase = (phase: string): PodObject => aPod('web-1', { status: { phase } })
const deleting = aPod('web-1', { status: { phase: 'Running' }, metadata: { deletionTimestamp: '2026-01-01T00:00:30Z' } })

const closed = budget({ disruptionsAllowed: 0, currentHealthy: 2 })
const broken = budget({ disruptionsAllowed: 0, currentHealthy: 1 })

describe('what the Eviction API answers', () => {
  test.each([
    ['a Pending pod goes without asking its budget', inPhase('Pending'), [closed], 'delete'],
    ['a Succeeded pod too', inPhase('Succeeded'), [closed], 'delete'],
    ['a Failed pod too', inPhase('Failed'), [closed], 'delete'],
    ['a pod already on its way out too', deleting, [closed], 'delete'],
    ['two budgets on one pod are a server error', running('True'), [budget({}), budget({})], '500'],
    ['two budgets do not matter to a pending pod', inPhase('Pending'), [closed, closed], 'delete'],
    ['no budget', running('True'), [], 'delete'],
    ['an unready pod while the budget holds', running('False'), [closed], 'delete'],
    ['an unready pod while the budget is broken', running('False'), [broken], '429'],
    ['an unready pod while the budget is broken, under AlwaysAllow', running('False'), [budget({ disruptionsAllowed: 0, currentHealthy: 1 }, { policy: 'AlwaysAllow' })], 'delete'],
    ['an unready pod while the budget is broken, under IfHealthyBudget', running('False'), [budget({ disruptionsAllowed: 0, currentHealthy: 1 }, { policy: 'IfHealthyBudget' })], '429'],
    ['an unready pod under a budget that wants none healthy', running('False'), [budget({ disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0 })], '429'],
    ['a budget whose spec changed since', running('True'), [budget({}, { generation: 2 })], '429 after 10'],
    ['a negative allowance', running('True'), [budget({ disruptionsAllowed: -1 })], '403'],
    ['too many unconfirmed evictions', running('True'), [budget({ disruptedPods: Object.fromEntries(Array.from({ length: 2001 }, (_, index) => [`p${index}`, ''])) })], '403'],
    ['nothing allowed', running('True'), [closed], '429'],
    ['one allowed', running('True'), [budget({})], 'delete, spent'],
  ])('%s', (_name, pod, budgets, answer) => {
    const decision = decideEviction({ pod, budgets, nowMs: NOW_MS, profile: profileFor({ minor: 36 }) })
    const text =
      decision.type === 'delete'
        ? `delete${decision.spend === undefined ? '' : ', spent'}`
        : decision.type !== 'blocked'
          ? { forbidden: '403', unsupported: '500' }[decision.type]
          : `429${decision.retryAfterSeconds === undefined ? '' : ` after ${decision.retryAfterSeconds}`}`
    expect(text).toBe(answer)
  })

  test('spending takes one and notes the pod', () => {
    const decision = decideEviction({ pod: running('True'), budgets: [budget({})], nowMs: NOW_MS, profile: profileFor({ minor: 36 }) })
    expect(decision.type === 'delete' && decision.spend?.status).toMatchObject({
      disruptionsAllowed: 0,
      disruptedPods: { 'web-1': '2026-01-01T00:00:00Z' },
      conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods' }],
    })
  })

  test.each([
    ['short of healthy pods', broken, 'The disruption budget web needs 2 healthy pods and has 1 currently'],
    ['exactly at the budget', closed, 'The disruption budget web needs 2 healthy pods and has 2 currently'],
    [
      'a budget that cannot be computed',
      budget({ disruptionsAllowed: 0, conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'SyncFailed', message: 'jobs.batch does not implement the scale subresource', lastTransitionTime: '' }] }),
      'The disruption budget web does not allow evicting pods currently because it failed sync: jobs.batch does not implement the scale subresource',
    ],
    ['spent by evictions under way', budget({ disruptionsAllowed: 0 }), 'The disruption budget web does not allow evicting pods currently'],
  ])('says why: %s', (_name, pdb, cause) => {
    expect(decideEviction({ pod: running('True'), budgets: [pdb], nowMs: NOW_MS, profile: profileFor({ minor: 36 }) })).toMatchObject({ type: 'blocked', cause, message: "Cannot evict pod as it would violate the pod's disruption budget." })
  })
})
