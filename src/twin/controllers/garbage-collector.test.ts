import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import type { RemoveOptions } from '../../ports/cluster.ts'
import { createTwin } from '../twin.ts'

const VERSION = { gitVersion: 'v1.36.3', major: 1, minor: 36 }
const NAMESPACE: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }

type Owner = string | { readonly name: string; readonly blocks: true }

/** Named objects and who owns each; an owner that is to wait for it is marked. */
interface Family {
  readonly [name: string]: readonly Owner[]
}

function member(name: string, finalizers: readonly string[]): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop', ...(finalizers.length === 0 ? {} : { finalizers: [...finalizers] }) } }
}

const blocks = (name: string): Owner => ({ name, blocks: true })

/** Who is left, with those who still own it, after these were deleted one after the other. */
function left(family: Family, deletions: readonly (readonly [string, RemoveOptions['propagation']])[], held: readonly string[] = []): Record<string, readonly string[]> {
  const twin = createTwin({ seed: 1, startMs: Date.UTC(2026, 0, 1), version: VERSION as never, objects: [NAMESPACE] })
  const uids = Object.fromEntries(Object.keys(family).map((name) => [name, twin.api.create(member(name, held.includes(name) ? ['example.com/hold'] : [])).metadata.uid]))
  for (const [name, owners] of Object.entries(family)) {
    const ownerReferences = owners.map((owner) => (typeof owner === 'string' ? { name: owner } : { name: owner.name, blockOwnerDeletion: true })).map((owner) => ({ apiVersion: 'v1', kind: 'ConfigMap', uid: uids[owner.name], ...owner }))
    if (owners.length > 0) twin.api.patch({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name }, { type: 'merge', body: { metadata: { ownerReferences } } as never })
  }
  twin.advance(1_000)
  for (const [name, propagation] of deletions) {
    twin.api.remove({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name }, propagation === undefined ? {} : { propagation })
    twin.advance(10_000)
  }
  const found = Array.from(twin.store.list('/ConfigMap', 'shop')).filter(({ metadata }) => metadata.name !== undefined && metadata.name in family)
  return Object.fromEntries(found.map(({ metadata }) => [metadata.name ?? '', (metadata.ownerReferences ?? []).map(({ name }) => name)]))
}

interface Row {
  readonly name: string
  readonly family: Family
  readonly deletions: Parameters<typeof left>[1]
  /** Who has a finalizer of somebody else. */
  readonly held?: readonly string[]
  readonly expected: Readonly<Record<string, readonly string[]>>
}

describe('what goes with an owner', () => {
  test.each<Row>([
    { name: 'in the background, what only it owned, down to the last', family: { a: [], b: ['a'], c: ['b'] }, deletions: [['a', 'Background']], expected: {} },
    { name: 'what somebody else owns too stays with them', family: { a: [], z: [], b: ['a', 'z'] }, deletions: [['a', 'Background']], expected: { z: [], b: ['z'] } },
    { name: 'who lost all owners but one goes with that one', family: { a: [], z: [], b: ['a', 'z'] }, deletions: [['a', 'Background'], ['z', 'Background']], expected: {} },
    { name: 'of several owners that are gone none is named any more', family: { a: [], y: [], z: [], b: ['a', 'y', 'z'] }, deletions: [['a', 'Background'], ['y', 'Background']], expected: { z: [], b: ['z'] } },
    { name: 'orphans stay and name it no more', family: { a: [], b: ['a'], c: ['b'] }, deletions: [['a', 'Orphan']], expected: { b: [], c: ['b'] } },
    { name: 'in the foreground, first what holds it', family: { a: [], b: [blocks('a')], c: [blocks('b')] }, deletions: [['a', 'Foreground']], expected: {} },
    { name: 'it waits for what holds it and cannot go', family: { a: [], b: [blocks('a')] }, deletions: [['a', 'Foreground']], held: ['b'], expected: { a: [], b: ['a'] } },
    { name: 'it waits for nobody who does not hold it', family: { a: [], b: ['a'] }, deletions: [['a', 'Foreground']], held: ['b'], expected: { b: ['a'] } },
    { name: 'in the foreground too, what somebody else owns stays, and lets it go', family: { a: [], z: [], b: [blocks('a'), blocks('z')] }, deletions: [['a', 'Foreground']], expected: { z: [], b: ['z'] } },
    { name: 'an owner that waits keeps nobody', family: { a: [], z: [], b: [blocks('a'), 'z'] }, deletions: [['a', 'Foreground'], ['z', 'Background']], held: ['a'], expected: { a: [] } },
    { name: 'two that own each other do not wait for ever', family: { a: [blocks('b')], b: [blocks('a')] }, deletions: [['a', 'Foreground']], expected: {} },
    { name: 'nor do three in a circle', family: { a: [blocks('c')], b: [blocks('a')], c: [blocks('b')] }, deletions: [['a', 'Foreground']], expected: {} },
  ])('$name', ({ family, deletions, held, expected }) => {
    expect(left(family, deletions, held)).toEqual(expected)
  })
})
