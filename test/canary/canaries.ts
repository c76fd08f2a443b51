/**
 * Planted bugs: one rule of the twin broken in one place. A suite that does not notice them would not notice ours. Goldens are
 * asked in one release each: that keeps a run of all canaries to about two minutes.
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
    tests: '^budget .*1\\.36',
  },
  {
    name: 'the surge of a roll-out rounds down',
    file: 'src/twin/controllers/deployment/replica-sets.ts',
    find: "(rolling?.maxSurge ?? '25%') as string | number, desired, 'up')",
    replace: "(rolling?.maxSurge ?? '25%') as string | number, desired, 'down')",
    suite: 'test/goldens/goldens.test.ts',
    tests: '^fenceposts .*1\\.36',
  },
  {
    name: 'spread tolerates one more than it may',
    file: 'src/twin/scheduler/plugins/pod-topology-spread.ts',
    find: 'globalMinimum(spread, shift) > spread.constraint.maxSkew) return NO_MATCH',
    replace: 'globalMinimum(spread, shift) > spread.constraint.maxSkew + 1) return NO_MATCH',
    suite: 'test/goldens/goldens.test.ts',
    tests: '^spread .*1\\.36',
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
  {
    name: 'preemption takes the node with the most important victim',
    file: 'src/twin/scheduler/preemption.ts',
    find: 'const lowest = costs.reduce((min, value) => Math.min(min, value), Infinity)',
    replace: 'const lowest = costs.reduce((max, value) => Math.max(max, value), -Infinity)',
    suite: 'test/goldens/goldens.test.ts',
    tests: '^preemption .*1\\.36',
  },
  {
    name: 'a node attaches one volume more than it may',
    file: 'src/twin/scheduler/plugins/node-volume-limits.ts',
    find: 'present + fresh > limit',
    replace: 'present + fresh > limit + 1',
    suite: 'test/goldens/goldens.test.ts',
    tests: '^volumes .*1\\.36',
  },
  {
    name: 'a pod that leaves does not wake those that wait for room',
    file: 'src/twin/scheduler/hints.ts',
    find: "NodeResourcesFit: (event) => onRoom(event) || onNode(event, 'allocatable'),",
    replace: "NodeResourcesFit: (event) => onNode(event, 'allocatable'),",
    suite: 'test/goldens/goldens.test.ts',
    tests: '^hints .*1\\.36',
  },
  {
    name: 'a default limit comes before what the container says',
    file: 'src/twin/api/admit-limit-range.ts',
    find: 'const limits = { ...defaults, ...given.limits }',
    replace: 'const limits = { ...given.limits, ...defaults }',
    suite: 'test/goldens/goldens.test.ts',
    tests: '^limits .*1\\.36',
  },
  {
    name: 'a quota overlooks its last unit',
    file: 'src/twin/api/admit-quota.ts',
    find: '(total[key] ?? 0) > (hard[key] ?? 0)).sort()',
    replace: '(total[key] ?? 0) > (hard[key] ?? 0) + 1000).sort()',
    suite: 'test/goldens/goldens.test.ts',
    tests: '^quota .*1\\.36',
  },
  {
    name: 'a pod keeps the preemption policy that its class forbids',
    file: 'src/twin/api/admit-pod.ts',
    find: 'if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemptionPolicy) {',
    replace: "if (spec.preemptionPolicy === 'none') {",
    suite: 'test/goldens/goldens.test.ts',
    tests: '^priority .*1\\.36',
  },
  {
    name: 'two of three lost nodes make an ill zone',
    file: 'src/twin/controllers/zone-state.ts',
    find: 'return notReady > 2 && notReady',
    replace: 'return notReady > 1 && notReady',
    suite: 'test/goldens/goldens.test.ts',
    tests: '^zone .*1\\.36',
  },
  {
    name: 'of several tolerations the most patient counts',
    file: 'src/twin/controllers/taint-eviction.ts',
    find: 'durationMs: Math.max(0, Math.min(...seconds)) * 1000',
    replace: 'durationMs: Math.max(0, ...seconds) * 1000',
    suite: 'test/goldens/goldens.test.ts',
    tests: '^patience .*1\\.36',
  },
  {
    name: 'a roll-out may be stuck by both bounds at zero',
    file: 'src/twin/api/validate-workload.ts',
    find: '...(isZero(maxSurge) && isZero(maxUnavailable) ?',
    replace: "...(isZero(maxSurge) && maxUnavailable === 'none' ?",
    suite: 'test/goldens/goldens.test.ts',
    tests: '^validation .*1\\.36',
  },
  {
    name: 'a container may mount what the pod does not have',
    file: 'src/twin/api/validate-container.ts',
    find: '...(volumeNames.has(name) ? [] : [notFoundField(`${at}.name`, name)]),',
    replace: "...(name !== '' || volumeNames.has(name) ? [] : [notFoundField(`${at}.name`, name)]),",
    suite: 'test/goldens/goldens.test.ts',
    tests: '^validation .*1\\.36',
  },
  {
    name: 'a Job gives up half as late',
    file: 'src/twin/api/default-workload.ts',
    find: "backoffLimit: spec['backoffLimitPerIndex'] === undefined ? 6",
    replace: "backoffLimit: spec['backoffLimitPerIndex'] === undefined ? 3",
    suite: 'test/goldens/goldens.test.ts',
    tests: '^defaults .*1\\.36',
  },
  {
    name: 'a failure policy looks at the exit code 0',
    file: 'src/twin/controllers/job/failure-policy.ts',
    find: 'return code !== 0 && (containerName',
    replace: 'return code >= 0 && (containerName',
    suite: 'test/goldens/goldens.test.ts',
    tests: '^failure-policy .*1\\.36',
  },
  {
    name: 'a missing member cannot be replaced',
    file: 'src/twin/api/json-patch.ts',
    find: "if (operation.op === 'replace' && lacks(document, operation.path)) return { ...operation, op: 'add' }",
    replace: "if (operation.op === 'replace' && operation.path === ' ' && lacks(document, operation.path)) return { ...operation, op: 'add' }",
    suite: 'test/goldens/goldens.test.ts',
    tests: '^json-patch .*1\\.36',
  },
]
