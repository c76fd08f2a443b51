/** Cases of the cluster contract: watching, deleting, owners, namespaces. */

import { expect } from 'vitest'
import { refOf, type KubeObject } from '../../src/model/kube-object.ts'
import type { ListQuery } from '../../src/ports/cluster.ts'
import { changesSince, codeOf, configMap, eventually, faultOf, field, find, pod, read, UNSCHEDULED, untilGone, type Arena, type ContractCase } from './cluster-arena.ts'

function configMaps({ namespace }: Arena, labelSelector = 'watched'): ListQuery {
  return { apiVersion: 'v1', kind: 'ConfigMap', namespace, labelSelector }
}

function watched(arena: Arena, name: string, labels: Readonly<Record<string, string>> = {}): Promise<KubeObject> {
  return arena.cluster.create(configMap(arena, name, { metadata: { labels: { watched: 'yes', ...labels } } }))
}

function setData(arena: Arena, object: KubeObject, value: string): Promise<KubeObject> {
  return arena.cluster.patch(refOf(object), { type: 'merge', body: { data: { key: value } } })
}

function owned(arena: Arena, owner: KubeObject, name: string): Promise<KubeObject> {
  const { name: ownerName = '', uid = '' } = owner.metadata
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: ownerName, uid, blockOwnerDeletion: true }]
  return arena.cluster.create(configMap(arena, name, { metadata: { ownerReferences } }))
}

const FINALIZER = 'example.com/hold'

/** Objects that are held must be let go, or their namespace never ends. */
function letGo(arena: Arena, object: KubeObject): Promise<KubeObject> {
  return arena.cluster.patch(refOf(object), { type: 'merge', body: { metadata: { finalizers: null } } })
}

export const LIFETIME_CASES: readonly ContractCase[] = [
  {
    name: 'watch: changes after the version of a list, in order',
    run: async (arena) => {
      const before = await watched(arena, 'before')
      const { resourceVersion } = await arena.cluster.list(configMaps(arena))
      const one = await watched(arena, 'one')
      await setData(arena, one, '1')
      await setData(arena, before, '1')
      await arena.cluster.remove(refOf(one))
      const changes = await changesSince(arena, { query: configMaps(arena), resourceVersion, count: 4 })
      expect(changes).toEqual(['added one', 'modified one', 'modified before', 'deleted one'])
    },
  },
  {
    name: 'watch: without a version begins with all there is, says when that is all, and goes on',
    run: async (arena) => {
      await watched(arena, 'first')
      await watched(arena, 'second')
      const changes = changesSince(arena, { query: configMaps(arena), count: 4 })
      const [seen] = await Promise.all([changes, watched(arena, 'later')])
      expect(new Set(seen)).toEqual(new Set(['added first', 'added second', 'all there was', 'added later']))
      expect(seen.indexOf('all there was')).toBeGreaterThan(Math.max(seen.indexOf('added first'), seen.indexOf('added second')))
    },
  },
  {
    name: 'watch: resumes from the version of any change',
    run: async (arena) => {
      const one = await watched(arena, 'one')
      const second = await setData(arena, one, '1')
      await setData(arena, one, '2')
      await watched(arena, 'two')
      const changes = await changesSince(arena, { query: configMaps(arena), resourceVersion: second.metadata.resourceVersion ?? '', count: 2 })
      expect(changes).toEqual(['modified one', 'added two'])
    },
  },
  {
    name: 'watch: entering a selector is added, leaving it is deleted',
    run: async (arena) => {
      const query = configMaps(arena, 'watched,side=left')
      const { resourceVersion } = await arena.cluster.list(query)
      const one = await watched(arena, 'one', { side: 'right' })
      const move = (side: string | null): Promise<KubeObject> => arena.cluster.patch(refOf(one), { type: 'merge', body: { metadata: { labels: { side } } } })
      await move('left')
      await setData(arena, one, '1')
      await move('right')
      await arena.cluster.remove(refOf(one))
      await watched(arena, 'two', { side: 'left' })
      const changes = await changesSince(arena, { query, resourceVersion, count: 4 })
      expect(changes).toEqual(['added one', 'modified one', 'deleted one', 'added two'])
    },
  },
  {
    name: 'watch: sees what happens while it waits',
    run: async (arena) => {
      const { resourceVersion } = await arena.cluster.list(configMaps(arena))
      const watching = changesSince(arena, { query: configMaps(arena), resourceVersion, count: 1 })
      await arena.clock.sleep(50)
      await watched(arena, 'late')
      expect(await watching).toEqual(['added late'])
    },
  },
  {
    name: 'remove: what is gone is not-found',
    run: async (arena) => {
      const one = await arena.cluster.create(configMap(arena, 'one'))
      await arena.cluster.remove(refOf(one))
      expect(await find(arena, one)).toBeUndefined()
      expect(await codeOf(arena.cluster.remove(refOf(one)))).toBe('not-found')
    },
  },
  {
    name: 'remove: another uid or version is a conflict',
    run: async (arena) => {
      const one = await arena.cluster.create(configMap(arena, 'one'))
      const { uid = '', resourceVersion = '' } = one.metadata
      expect(await codeOf(arena.cluster.remove(refOf(one), { uid: '00000000-0000-4000-8000-000000000000' }))).toBe('conflict')
      const moved = await setData(arena, one, '1')
      expect(await codeOf(arena.cluster.remove(refOf(one), { uid, resourceVersion }))).toBe('conflict')
      expect(await codeOf(arena.cluster.remove(refOf(one), { uid, resourceVersion: moved.metadata.resourceVersion ?? '' }))).toBe('ok')
      expect(await find(arena, one)).toBeUndefined()
    },
  },
  {
    name: 'remove: a finalizer holds the object until it is taken off',
    run: async (arena) => {
      const held = await arena.cluster.create(configMap(arena, 'held', { metadata: { finalizers: [FINALIZER] } }))
      await arena.cluster.remove(refOf(held))
      expect((await read(arena, held)).metadata.deletionTimestamp).toBeDefined()
      await letGo(arena, held)
      expect(await find(arena, held)).toBeUndefined()
    },
  },
  {
    name: 'remove: a pod on a node ends gracefully, one without a node at once',
    run: async (arena) => {
      const running = await arena.cluster.create(pod(arena, 'bound', { nodeName: 'no-such-node', terminationGracePeriodSeconds: 25 }))
      await arena.cluster.remove(refOf(running))
      const ending = await read(arena, running)
      expect(ending.metadata).toMatchObject({ deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 25 })
      await arena.cluster.remove(refOf(running), { gracePeriodSeconds: 0 })
      expect(await find(arena, running)).toBeUndefined()
      const unbound = await arena.cluster.create(pod(arena, 'unbound', UNSCHEDULED))
      await arena.cluster.remove(refOf(unbound))
      expect(await find(arena, unbound)).toBeUndefined()
    },
  },
  {
    name: 'remove: a running pod leaves its node',
    run: async (arena) => {
      const one = await arena.cluster.create(pod(arena, 'one'))
      await eventually(arena, () => read(arena, one), (now) => field(now, 'status.phase') === 'Running')
      await arena.cluster.remove(refOf(one), { gracePeriodSeconds: 1 })
      await untilGone(arena, one)
    },
  },
  {
    name: 'owners: what is owned goes with its owner, in the background',
    run: async (arena) => {
      const owner = await arena.cluster.create(configMap(arena, 'owner'))
      const dependent = await owned(arena, owner, 'dependent')
      await arena.cluster.remove(refOf(owner), { propagation: 'Background' })
      expect(await find(arena, owner)).toBeUndefined()
      await untilGone(arena, dependent)
    },
  },
  {
    name: 'owners: in the foreground the owner goes last',
    run: async (arena) => {
      const owner = await arena.cluster.create(configMap(arena, 'owner'))
      const dependent = await owned(arena, owner, 'dependent')
      const held = await arena.cluster.patch(refOf(dependent), { type: 'merge', body: { metadata: { finalizers: [FINALIZER] } } })
      await eventually(arena, async () => codeOf(arena.cluster.remove(refOf(owner), { propagation: 'Foreground' })), (code) => code === 'ok')
      await eventually(arena, () => read(arena, dependent), (now) => now.metadata.deletionTimestamp !== undefined)
      expect((await read(arena, owner)).metadata.finalizers).toContain('foregroundDeletion')
      await letGo(arena, held)
      await untilGone(arena, owner)
    },
  },
  {
    name: 'owners: orphans stay and forget their owner',
    run: async (arena) => {
      const owner = await arena.cluster.create(configMap(arena, 'owner'))
      const dependent = await owned(arena, owner, 'dependent')
      await arena.cluster.remove(refOf(owner), { propagation: 'Orphan' })
      await untilGone(arena, owner)
      expect((await read(arena, dependent)).metadata.ownerReferences ?? []).toEqual([])
    },
  },
  {
    name: 'namespaces: nothing is created where there is none',
    run: async (arena) => {
      expect(await codeOf(arena.cluster.create(configMap({ ...arena, namespace: `${arena.namespace}-not` }, 'one')))).toBe('not-found')
    },
  },
  {
    name: 'namespaces: one that ends takes nothing new, and takes all it has with it',
    run: async (arena) => {
      const held = await arena.cluster.create(configMap(arena, 'held', { metadata: { finalizers: [FINALIZER] } }))
      const plain = await arena.cluster.create(configMap(arena, 'plain'))
      const namespace = { apiVersion: 'v1', kind: 'Namespace', name: arena.namespace }
      await arena.cluster.remove(namespace)
      expect(field(await arena.cluster.get(namespace), 'status.phase')).toBe('Terminating')
      expect(await faultOf(arena.cluster.create(configMap(arena, 'late')))).toMatchObject({ code: 'forbidden', message: expect.stringContaining('being terminated') })
      await untilGone(arena, plain)
      await eventually(arena, () => read(arena, held), (now) => now.metadata.deletionTimestamp !== undefined)
      await letGo(arena, held)
      await eventually(arena, () => arena.cluster.get(namespace), (found) => found === undefined)
    },
  },
]
