import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { refOf, type KubeObject } from '../model/kube-object.ts'
import { createStore, type Change, type Store } from './store.ts'

function pod(name: string, parts: { readonly namespace?: string; readonly node?: string; readonly owner?: string; readonly app?: string | undefined; readonly resourceVersion?: string } = {}): KubeObject {
  const { namespace = 'shop', node, owner, app, resourceVersion } = parts
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      uid: `${namespace}/${name}`,
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(app === undefined ? {} : { labels: { app, tier: 'web' } }),
      ...(owner === undefined ? {} : { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, uid: owner, controller: true }] }),
    },
    spec: node === undefined ? {} : { nodeName: node },
  }
}

const namesOf = (objects: Iterable<KubeObject>): string[] => [...objects].map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort()
const told = ({ key, resourceVersion, before, after }: Change): unknown => [key, resourceVersion, before === undefined ? 'create' : after === undefined ? 'remove' : 'update']

describe('writes', () => {
  test('each takes the next resource version, and is told with what was there before', () => {
    const store = createStore()
    const heard: unknown[] = []
    store.onChange((change) => heard.push(told(change)))
    const first = store.put(pod('a'))
    store.put(pod('a', { node: 'n1' }))
    store.drop(refOf(first))
    store.drop(refOf(first))
    const start = Number(first.metadata.resourceVersion)
    expect(heard).toEqual([['/Pod|shop|a', start, 'create'], ['/Pod|shop|a', start + 1, 'update'], ['/Pod|shop|a', start + 2, 'remove']])
    expect([store.resourceVersion, store.changesAfter(start)?.map(told)]).toEqual([start + 2, heard.slice(1)])
  })

  test('what is loaded keeps its versions, the counter goes on from the highest, and nothing before is a change', () => {
    const store = createStore()
    store.load([pod('a', { resourceVersion: '400' }), pod('b', { resourceVersion: '90' }), pod('c', { resourceVersion: 'opaque' })])
    expect(namesOf(store.list('/Pod'))).toEqual(['shop/a', 'shop/b', 'shop/c'])
    expect(['a', 'b', 'c'].map((name) => store.byUid(`shop/${name}`)?.metadata.resourceVersion)).toEqual(['400', '90', '401'])
    expect([store.put(pod('d')).metadata.resourceVersion, store.changesAfter(399), store.changesAfter(401)?.length]).toEqual(['402', undefined, 1])
  })

  test('a watcher that is too far behind must list again', () => {
    const store = createStore()
    for (let write = 0; write < 40_001; write += 1) store.put(pod('a'))
    expect([store.changesAfter(2), store.changesAfter(store.resourceVersion - 10)?.length]).toEqual([undefined, 10])
  })
})

const step = fc.record({
  on: fc.nat(),
  do: fc.constantFrom('put', 'put', 'put', 'drop', 'fork'),
  name: fc.constantFrom('a', 'b', 'c'),
  namespace: fc.constantFrom('shop', 'bank'),
  node: fc.constantFrom('n1', 'n2'),
  owner: fc.constantFrom('r1', 'r2'),
  app: fc.constantFrom('cart', 'till', undefined),
})

test('stores and all their forks answer from their indexes what a search would', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const stores: { readonly store: Store; readonly model: Map<string, KubeObject> }[] = [{ store: createStore(), model: new Map() }]
      for (const { on, do: verb, name, ...parts } of steps) {
        const { store, model } = stores[on % stores.length] ?? { store: createStore(), model: new Map() }
        const object = pod(name, parts)
        const key = `${parts.namespace}/${name}`
        if (verb === 'put') model.set(key, store.put(object))
        if (verb === 'drop') {
          store.drop(refOf(object))
          model.delete(key)
        }
        if (verb === 'fork') stores.push({ store: store.fork(), model: new Map(model) })
      }
      for (const { store, model } of stores) expect(answersOf(store, [...model.values()])).toEqual(searchOf([...model.values()]))
    }),
    { numRuns: 200 },
  )
})

/** The same questions, to the store's indexes and to a plain search. */
function answersOf(store: Store, objects: readonly KubeObject[]): unknown {
  return {
    all: namesOf(store.list('/Pod')),
    found: objects.every((object) => store.get(refOf(object)) === object && store.byUid(object.metadata.uid ?? '') === object),
    in: ['shop', 'bank'].map((namespace) => namesOf(store.list('/Pod', namespace))),
    on: ['n1', 'n2'].map((node) => namesOf(store.podsOn(node))),
    owned: ['r1', 'r2'].map((owner) => namesOf(store.ownedBy(owner))),
    carrying: ['cart', 'till'].map((app) => namesOf(store.podsCarrying('shop', { app, tier: 'web' }))),
    dependents: ['r1', 'r2'].map((owner) => namesOf(store.dependentsOf(owner))),
  }
}

function searchOf(objects: readonly KubeObject[]): unknown {
  const matching = (test: (object: KubeObject) => boolean): string[] => namesOf(objects.filter(test))
  const owned = ['r1', 'r2'].map((owner) => matching(({ metadata }) => metadata.ownerReferences?.[0]?.uid === owner))
  return {
    all: namesOf(objects),
    found: true,
    in: ['shop', 'bank'].map((namespace) => matching(({ metadata }) => metadata.namespace === namespace)),
    on: ['n1', 'n2'].map((node) => matching(({ spec }) => (spec as { nodeName?: string }).nodeName === node)),
    owned,
    carrying: ['cart', 'till'].map((app) => matching(({ metadata }) => metadata.namespace === 'shop' && metadata.labels?.['app'] === app)),
    dependents: owned,
  }
}
