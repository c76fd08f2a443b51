/**
 * Planted bugs: one rule of the twin broken in one place. A suite that does not notice them would not notice ours.
 */

export interface Canary {
  readonly name: string
  readonly file: string
  /** Must stand in the file exactly once. */
  readonly find: string
  readonly replace: string
  /** What must fail: the file, and of it the tests of this name. */
  readonly suite: string
  readonly tests: string
}

export const CANARIES: readonly Canary[] = [
  {
    name: 'percentages in budgets round down',
    file: 'src/twin/disruption-budget.ts',
    find: "return scaledValue(minAvailable, expected, 'up') ?? 0",
    replace: "return scaledValue(minAvailable, expected, 'down') ?? 0",
    suite: 'test/goldens/goldens.test.ts',
    tests: 'budget',
  },
  {
    name: 'the surge of a roll-out rounds down',
    file: 'src/twin/controllers/deployment/replica-sets.ts',
    find: "(rolling?.maxSurge ?? '25%') as string | number, desired, 'up')",
    replace: "(rolling?.maxSurge ?? '25%') as string | number, desired, 'down')",
    suite: 'test/goldens/goldens.test.ts',
    tests: 'fenceposts',
  },
  {
    name: 'spread tolerates one more than it may',
    file: 'src/twin/scheduler/plugins/pod-topology-spread.ts',
    find: 'globalMinimum(spread, shift) > spread.constraint.maxSkew) return NO_MATCH',
    replace: 'globalMinimum(spread, shift) > spread.constraint.maxSkew + 1) return NO_MATCH',
    suite: 'test/goldens/goldens.test.ts',
    tests: 'scheduling',
  },
  {
    name: 'an eviction spends nothing of its budget',
    file: 'src/twin/eviction.ts',
    find: 'disruptionsAllowed: status.disruptionsAllowed - 1,',
    replace: 'disruptionsAllowed: status.disruptionsAllowed,',
    suite: 'src/twin/eviction.test.ts',
    tests: '',
  },
  {
    name: 'two sides that round budgets differently',
    file: 'src/twin/disruption-budget.ts',
    find: "return scaledValue(minAvailable, expected, 'up') ?? 0",
    replace: "return scaledValue(minAvailable, expected, 'down') ?? 0",
    suite: 'test/differential/differential.test.ts',
    tests: 'rounds up|generated: placement',
  },
]
