import { describe, expect, test } from 'vitest'
import { fault } from '../kernel/fault.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { isPod } from '../model/kube/workload.ts'
import { boundTo } from './dry-run-first.ts'
import type { Hands } from './hands.ts'
import { isReached } from './patch-reached.ts'
import type { VerbContext } from './verb.ts'
import { evictPods } from './verbs/evict-pods.ts'

/*
 * What is sent is bound to the object that was looked at: found by a mutation run, in which these bonds could be cut unseen.
 */

const object: KubeObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'w', namespace: 'shop', uid: 'u-1', resourceVersion: '7', generation: 3 } }

describe('a patch carries the identity and the version of what it is for', () => {
  test.each([
    { name: 'merge', patch: { type: 'merge', body: { spec: { replicas: 2 } } } as const, body: { spec: { replicas: 2 }, metadata: { uid: 'u-1', resourceVersion: '7' } } },
    { name: 'merge with metadata of its own', patch: { type: 'merge', body: { metadata: { labels: { a: 'b' } } } } as const, body: { metadata: { labels: { a: 'b' }, uid: 'u-1', resourceVersion: '7' } } },
    { name: 'strategic', patch: { type: 'strategic', body: {} } as const, body: { metadata: { uid: 'u-1', resourceVersion: '7' } } },
    { name: 'JSON', patch: { type: 'json', body: [] } as const, body: [{ op: 'test', path: '/metadata/uid', value: 'u-1' }, { op: 'test', path: '/metadata/generation', value: 3 }] },
    { name: 'a body that is no object stays what it is', patch: { type: 'merge', body: 'text' } as const, body: 'text' },
  ])('$name', ({ patch, body }) => expect(boundTo(object, patch).body).toEqual(body))

  test('an object without a uid gets no bond of that kind', () => {
    expect(boundTo({ ...object, metadata: { name: 'w' } }, { type: 'merge', body: {} }).body).toEqual({ metadata: {} })
  })
})

test.each([
  { name: 'an item that shall go and is there', list: [{ name: 'a' }], reached: false },
  { name: 'an item that shall go and is gone', list: [{ name: 'b' }], reached: true },
])('a strategic patch, $name', ({ list, reached }) => {
  expect(isReached({ spec: { containers: list } }, { type: 'strategic', body: { spec: { containers: [{ name: 'a', $patch: 'delete' }] } } })).toBe(reached)
})

describe('evictions', () => {
  const pod: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'shop', uid: 'pod-1' } }
  const pods = [pod].filter(isPod)

  function contextOf(evict: Hands['evict'], namespace: KubeObject | undefined): VerbContext {
    let nowMs = 0
    const hands = { evict, get: async (ref: { readonly kind: string }) => (ref.kind === 'Namespace' ? namespace : undefined) }
    return { hands: hands as unknown as Hands, clock: { now: () => nowMs, sleep: async (ms) => void (nowMs += ms), after: () => () => undefined }, evaluate: () => Promise.reject(new Error('not asked')) }
  }

  test('name the uid of the pod', async () => {
    const asked: unknown[] = []
    await evictPods(pods, contextOf(async (_pod, options) => (asked.push(options), { type: 'gone' as const }), undefined), 60_000)
    expect(asked).toEqual([{ uid: 'pod-1' }])
  })

  test.each([
    { name: 'wait in a namespace that is being deleted', namespace: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', deletionTimestamp: '2026-01-01T00:00:00Z' } }, fails: false },
    { name: 'fail in one that stays', namespace: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, fails: true },
    { name: 'fail in one that is not there', namespace: undefined, fails: true },
  ])('that are forbidden $name', async ({ namespace, fails }) => {
    const refuse: Hands['evict'] = () => Promise.reject(fault({ code: 'forbidden', operation: 'evict', message: 'the namespace is terminating' }))
    const ended = await evictPods(pods, contextOf(refuse, namespace), 10_000).then(({ blocked }) => blocked.length, (error: { code: string }) => error.code)
    expect(ended).toBe(fails ? 'forbidden' : 1)
  })
})
