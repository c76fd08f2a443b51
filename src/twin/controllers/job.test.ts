import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { conditionOf, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import { allGaps } from '../gaps/all-gaps.test-support.ts'
import { twinFromSnapshot } from '../from-snapshot.ts'
import { notModelledIn } from '../not-modelled.ts'
import type { Twin } from '../twin.ts'
import { eventsAbout, inShop, podsOf, podTemplate, testTwin, TEST_VERSION } from '../test-twin.ts'
import { endedAtMs, NO_FAILURES, recordAfter, recordBefore, waitMs } from './job/back-off.ts'
import { formatIndexes, parseIndexes } from './job/indexes.ts'
import { jobPod } from './job/job-pods.ts'
import { metRule } from './job/success-policy.ts'
import { surplusOf } from './job/surplus.ts'

const WORLD = { images: [{ image: 'task:long', exits: [{ code: 0, afterSeconds: 90_000 }] }, { image: 'task:1', exits: [{ code: 0, afterSeconds: 4 }] }, { image: 'task:bad', exits: [{ code: 5, afterSeconds: 1 }] }] }
const INDEXED = { completionMode: 'Indexed', completions: 3, parallelism: 3 }
const REF = { apiVersion: 'batch/v1', kind: 'Job', namespace: 'shop', name: 'work' }

function work(image: string, spec: object = {}, pod: object = {}): KubeObject {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'work', namespace: 'shop' }, spec: { ...spec, template: podTemplate('work', { image }, { restartPolicy: 'Never', ...pod }) } }
}

function played(job: KubeObject, seconds: number): Twin {
  const twin = testTwin({ objects: [job], world: WORLD })
  twin.advance(seconds * 1000)
  return twin
}

const conditions = (twin: Twin): string[] => ((inShop(twin, 'Job', 'work').status as unknown as { conditions?: { type: string; status: string; reason: string }[] }).conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason}`)
const rule = (action: string, more: object = { onExitCodes: { operator: 'In', values: [5] } }) => ({ podFailurePolicy: { rules: [{ action, ...more }] } })

describe('how a Job ends', () => {
  test.each([
    ['each index past its own limit', 'task:bad', { ...INDEXED, backoffLimitPerIndex: 1 }, { type: 'Failed', reason: 'FailedIndexes', status: { failed: 6, failedIndexes: '0-2' } }],
    ['too many failed indexes', 'task:bad', { ...INDEXED, backoffLimitPerIndex: 0, maxFailedIndexes: 1 }, { type: 'Failed', reason: 'MaxFailedIndexesExceeded', status: { failed: 3, failedIndexes: '0-2' } }],
    ['an index given up by a rule, its limit unspent', 'task:bad', { ...INDEXED, backoffLimitPerIndex: 5, ...rule('FailIndex') }, { type: 'Failed', reason: 'FailedIndexes', status: { failed: 3, failedIndexes: '0-2' } }],
    ['all of them, with limits that nobody needed', 'task:1', { ...INDEXED, backoffLimitPerIndex: 1 }, { type: 'Complete', reason: 'CompletionsReached', status: { succeeded: 3, completedIndexes: '0-2', failedIndexes: '' } }],
    ['enough of them', 'task:1', { ...INDEXED, parallelism: 1, successPolicy: { rules: [{ succeededIndexes: '0-1', succeededCount: 1 }] } }, { type: 'Complete', reason: 'SuccessPolicy', status: { succeeded: 1, completedIndexes: '0' } }],
    ['counted as if there were no rule', 'task:bad', { backoffLimit: 0, ...rule('Count') }, { type: 'Failed', reason: 'BackoffLimitExceeded', status: { failed: 1 } }],
    ['the whole Job by a rule', 'task:bad', rule('FailJob'), { type: 'Failed', reason: 'PodFailurePolicy', status: { failed: 1 } }],
    ['a deadline, which fails what runs', 'task:long', { activeDeadlineSeconds: 20, parallelism: 2, completions: 2 }, { type: 'Failed', reason: 'DeadlineExceeded', status: { failed: 2 } }],
  ])('%s', (_, image, spec, { type, reason, status }) => {
    const twin = played(work(image, spec), 300)
    expect(conditions(twin)).toEqual([`${type === 'Failed' ? 'FailureTarget' : 'SuccessCriteriaMet'}=True ${reason}`, `${type}=True ${reason}`])
    expect(inShop(twin, 'Job', 'work').status).toMatchObject({ ...status, terminating: 0 })
    expect(podsOf(twin, 'work').every((pod) => (pod.metadata.finalizers ?? []).length === 0)).toBe(true)
  })

  test('is said once the last pod has ended, not before', () => {
    const twin = played(work('task:long', { activeDeadlineSeconds: 20 }, { terminationGracePeriodSeconds: 30 }), 0)
    const seen: string[] = []
    let isEarly = false
    for (let step = 0; step < 1_000; step += 1) {
      twin.advance(100)
      const text = conditions(twin).map((condition) => condition.split('=')[0]).join(' ')
      if (text !== '' && seen.at(-1) !== text) seen.push(text)
      isEarly ||= podsOf(twin, 'work').some(isTerminating) && conditionOf(inShop(twin, 'Job', 'work'), 'Failed') !== undefined
    }
    expect(seen).toEqual(['FailureTarget', 'FailureTarget Failed'])
    expect(isEarly).toBe(false)
  })

  test('ignored failures are tried again and never counted', () => {
    const twin = played(work('task:bad', { backoffLimit: 0, ...rule('Ignore') }), 200)
    expect(conditions(twin)).toEqual([])
    expect((inShop(twin, 'Job', 'work').status as unknown as { failed?: number }).failed).toBeUndefined()
    expect(podsOf(twin, 'work').length).toBeGreaterThan(2)
  })
})

describe('an index', () => {
  test('carries its failures from pod to pod, and a held pod goes once its successor exists', () => {
    const twin = played(work('task:bad', { ...INDEXED, completions: 1, backoffLimitPerIndex: 9 }), 100)
    const pods = podsOf(twin, 'work').sort((left, right) => countOf(left) - countOf(right))
    expect(pods.length).toBeGreaterThan(2)
    expect(pods.map(countOf)).toEqual(pods.map((_, attempt) => attempt))
    expect(pods.map(({ metadata }) => (metadata.finalizers ?? []).length)).toEqual(pods.map((_, attempt) => (attempt === pods.length - 1 ? 1 : 0)))
    expect(inShop(twin, 'Job', 'work').status).toMatchObject({ failed: pods.length - 1 })
  })

  test('names its pods, their host and their environment', () => {
    const job = work('task:long', INDEXED, { initContainers: [{ name: 'first', image: 'task:long' }] })
    const pod = jobPod({ ...job, metadata: { ...job.metadata, name: 'w'.repeat(60) } } as never, 12)
    const env = [{ name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: "metadata.labels['batch.kubernetes.io/job-completion-index']" } } }]
    expect(pod).toMatchObject({ metadata: { generateName: `${'w'.repeat(54)}-12-` }, spec: { hostname: `${'w'.repeat(60)}-12`, initContainers: [{ env }], containers: [{ env }] } })
  })

  const countOf = (pod: PodObject): number => Number(pod.metadata.annotations?.['batch.kubernetes.io/job-index-failure-count'])
})

describe('a Job that is suspended', () => {
  test('sends its pods away without counting them, and starts its clock anew', () => {
    const twin = played(work('task:long', { parallelism: 2, completions: 2, backoffLimit: 0, activeDeadlineSeconds: 60 }), 40)
    const suspend = (value: boolean): void => void twin.api.patch(REF, { type: 'merge', body: { spec: { suspend: value } } })
    suspend(true)
    twin.advance(100_000)
    expect(conditions(twin)).toEqual(['Suspended=True JobSuspended'])
    expect(podsOf(twin, 'work')).toEqual([])
    suspend(false)
    twin.advance(40_000)
    expect(conditions(twin)).toEqual(['Suspended=False JobResumed'])
    expect(inShop(twin, 'Job', 'work').status).toMatchObject({ active: 2 })
    expect(eventsAbout(twin, 'work')).toEqual(expect.arrayContaining(['Suspended: Job suspended', 'Resumed: Job resumed']))
    twin.advance(60_000)
    expect(conditions(twin)).toContain('Failed=True DeadlineExceeded')
  })

  test.each([
    [34, true],
    [35, true],
    [36, false],
  ])('in 1.%i its start stays: %s', (minor, stays) => {
    const twin = testTwin({ objects: [work('task:long')], world: WORLD, minor })
    twin.advance(10_000)
    const start = (): unknown => (inShop(twin, 'Job', 'work').status as unknown as { startTime?: string }).startTime
    const before = start()
    twin.api.patch(REF, { type: 'merge', body: { spec: { suspend: true } } })
    twin.advance(60_000)
    expect(before).toBeDefined()
    expect(start()).toBe(stays ? before : undefined)
  })

  test('and one that becomes smaller counts no failure', () => {
    const twin = played(work('task:long', { parallelism: 3, completions: 3, backoffLimit: 0 }), 20)
    twin.api.patch(REF, { type: 'merge', body: { spec: { parallelism: 1 } } })
    twin.advance(60_000)
    expect(inShop(twin, 'Job', 'work').status).toMatchObject({ active: 1 })
    expect(conditions(twin)).toEqual([])
  })
})

describe('who looks after a Job', () => {
  test.each([
    [undefined, 1],
    ['kubernetes.io/job-controller', 1],
    ['example.com/queue', 0],
  ])('managedBy %s: %d pods', (managedBy, count) => {
    const job = work('task:long', managedBy === undefined ? {} : { managedBy })
    const twin = played(job, 20)
    expect(podsOf(twin, 'work').length).toBe(count)
    const named = allGaps(notModelledIn({ objects: [job], notes: [], clusterVersion: TEST_VERSION } as never)).filter((text) => text.includes('managedBy'))
    expect(named.length).toBe(1 - count)
  })
})

describe('small rules', () => {
  test.each([
    [[0, 1, 2, 5], '0-2,5'],
    [[4, 3], '3,4'],
    [[], ''],
  ])('%j is written %s', (indexes, text) => {
    expect(formatIndexes(indexes)).toBe(text)
    expect(new Set(parseIndexes(text))).toEqual(new Set(indexes))
  })

  test.each([
    ['all of a list', [{ succeededIndexes: '0,2' }], [0, 2], 0],
    ['not a part of it', [{ succeededIndexes: '0,2' }], [0, 1], undefined],
    ['a number of a list', [{ succeededIndexes: '0-3', succeededCount: 2 }], [1, 3], 0],
    ['not others', [{ succeededIndexes: '0-1', succeededCount: 2 }], [1, 3], undefined],
    ['a number of any', [{ succeededIndexes: '0' }, { succeededCount: 2 }], [1, 3], 1],
    ['nothing before the first success', [{ succeededCount: 0 }], [], undefined],
  ])('a success policy takes %s', (_, rules, completed, met) => {
    expect(metRule({ rules }, new Set(completed), 5)).toBe(met)
  })

  const ended = (second: number): PodObject => ({ metadata: {}, status: { containerStatuses: [{ state: { terminated: { finishedAt: new Date(second * 1000).toISOString() } } }] } }) as never
  test.each([
    ['the first failure', NO_FAILURES, { succeeded: [], failed: [ended(5)] }, 10_000],
    ['the third', { count: 2, lastMs: 1_000 }, { succeeded: [], failed: [ended(5)] }, 40_000],
    ['many', { count: 20, lastMs: 1_000 }, { succeeded: [], failed: [ended(5)] }, 600_000],
    ['one that a success followed', { count: 2, lastMs: 1_000 }, { succeeded: [ended(6)], failed: [ended(5)] }, 0],
    ['one after a success', { count: 2, lastMs: 1_000 }, { succeeded: [ended(4)], failed: [ended(5)] }, 10_000],
  ])('back-off after %s', (_, before, pods, leftMs) => {
    expect(waitMs(recordAfter(before, pods), 5_000)).toBe(leftMs)
  })

  test.each([
    ['is not known of a Job without pods', { failed: 3 }, [], 0],
    ['counts failures whose pods are gone', { failed: 3 }, [ended(5)], 3],
    ['counts the pods that are there, where some succeeded', { failed: 3, succeeded: 1 }, [ended(5)], 1],
  ])('what a snapshot remembers %s', (_, status, failed, count) => {
    expect(recordBefore(status, { succeeded: [], failed }).count).toBe(count)
  })

  test('a Job that failed before the snapshot waits as it would have', () => {
    const twin = played(work('task:bad', { backoffLimit: 9 }), 80)
    const { twin: resumed } = twinFromSnapshot({ snapshot: twin.snapshot(), seed: 2 })
    for (const seconds of [10, 20, 60, 60]) {
      for (const each of [twin, resumed]) each.advance(seconds * 1000)
      expect(podsOf(resumed, 'work').length).toBe(podsOf(twin, 'work').length)
    }
    expect(podsOf(twin, 'work').length).toBe(5)
  })

  test.each([
    [{ status: { containerStatuses: [{ state: { running: {} } }], conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: '1970-01-01T00:00:07Z' }] } }, 7_000],
    [{ metadata: { deletionTimestamp: '1970-01-01T00:00:40Z', deletionGracePeriodSeconds: 30 } }, 10_000],
    [{ metadata: { creationTimestamp: '1970-01-01T00:00:03Z' } }, 3_000],
  ])('%j ended at %d', (pod, atMs) => {
    expect(endedAtMs({ metadata: {}, ...pod } as never)).toBe(atMs)
  })

  test.each([
    ['the one that does not run yet', {}, [['a', 'Running'], ['b', 'Pending']], { wanted: 1, gone: ['b'] }],
    ['the double and the stray of an indexed Job, though none is too many', INDEXED, [['a', 'Running', 0], ['b', 'Pending', 0], ['c', 'Running', 7]], { wanted: 3, gone: ['b', 'c'] }],
    ['none while all are wanted', INDEXED, [['a', 'Running', 0], ['b', 'Pending', 1]], { wanted: 2, gone: [] }],
  ])('gives up %s', (_, spec, rows, { wanted, gone }) => {
    const pods = rows.map(([name, phase, index]) => ({ metadata: { name, ...(index === undefined ? {} : { annotations: { 'batch.kubernetes.io/job-completion-index': String(index) } }) }, spec: { nodeName: 'n' }, status: { phase } }))
    expect(surplusOf(work('task:long', spec) as never, pods as never, wanted).map(({ metadata }) => metadata.name).sort()).toEqual(gone)
  })
})
