/** Cases of the cluster contract: create, read, list, update, and what a refused write says. */

import { expect } from 'vitest'
import { refOf, type KubeObject } from '../../src/model/kube-object.ts'
import { codeOf, configMap, deployment, faultOf, field, find, pod, read, UNSCHEDULED, type Arena, type ContractCase } from './cluster-arena.ts'

export const OBJECT_CASES: readonly ContractCase[] = [
  {
    name: 'create stores the object and stamps it',
    run: async (arena) => {
      const created = await arena.cluster.create(configMap(arena, 'one', { data: { key: 'value' } }))
      expect(created).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: { key: 'value' } })
      expect(created.metadata).toMatchObject({ uid: expect.stringMatching(/^[0-9a-f-]{36}$/), resourceVersion: expect.stringMatching(/^\d+$/), creationTimestamp: expect.stringMatching(/Z$/) })
      expect(await read(arena, created)).toEqual(created)
    },
  },
  {
    name: 'an object that is not there is undefined',
    run: async (arena) => {
      expect(await find(arena, configMap(arena, 'nobody'))).toBeUndefined()
      expect(await find(arena, { apiVersion: 'example.com/v1', kind: 'Widget', namespace: arena.namespace, name: 'w' })).toBeUndefined()
    },
  },
  {
    name: 'a kind that is not served cannot be listed',
    run: async ({ cluster }) => expect(await codeOf(cluster.list({ apiVersion: 'example.com/v1', kind: 'Widget' }))).toBe('not-found'),
  },
  {
    name: 'a name is taken once',
    run: async (arena) => {
      await arena.cluster.create(configMap(arena, 'one'))
      expect(await codeOf(arena.cluster.create(configMap(arena, 'one')))).toBe('already-exists')
    },
  },
  {
    name: 'generateName makes names of its own',
    run: async (arena) => {
      const init: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: arena.namespace, generateName: 'made-' } }
      const [first, second] = await Promise.all([arena.cluster.create(init), arena.cluster.create(init)])
      expect(first.metadata.name).toMatch(/^made-[a-z0-9]{5}$/)
      expect(first.metadata.name).not.toBe(second.metadata.name)
    },
  },
  {
    name: 'an object needs a valid name',
    run: async (arena) => {
      expect((await faultOf(arena.cluster.create(configMap(arena, 'Not_Valid')))).message).toContain('metadata.name')
      expect(await codeOf(arena.cluster.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: arena.namespace } }))).toBe('invalid')
    },
  },
  {
    name: 'label selectors in all their forms',
    run: async (arena) => {
      const labels: Readonly<Record<string, Record<string, string>>> = { a: { tier: 'web', env: 'prod' }, b: { tier: 'web' }, c: { tier: 'db', env: 'test' }, d: {} }
      for (const [name, own] of Object.entries(labels)) await arena.cluster.create(configMap(arena, name, { metadata: { labels: { suite: 'yes', ...own } } }))
      const select = (labelSelector: string): Promise<string> => namesOf(arena, { labelSelector: `suite,${labelSelector}` })
      expect(await select('tier=web')).toBe('a b')
      expect(await select('tier==web,env=prod')).toBe('a')
      expect(await select('tier!=web')).toBe('c d')
      expect(await select('tier in (web,db),env')).toBe('a c')
      expect(await select('env notin (prod)')).toBe('b c d')
      expect(await select('!env')).toBe('b d')
    },
  },
  {
    name: 'a selector that does not parse is refused',
    run: async (arena) => {
      expect(await codeOf(arena.cluster.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: arena.namespace, labelSelector: 'tier in web' }))).toBe('invalid')
      expect(await codeOf(arena.cluster.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: arena.namespace, fieldSelector: 'data.key=1' }))).toBe('invalid')
    },
  },
  {
    name: 'field selectors by name, node and phase',
    run: async (arena) => {
      await arena.cluster.create(pod(arena, 'left', UNSCHEDULED))
      await arena.cluster.create(pod(arena, 'bound', { nodeName: 'no-such-node' }))
      const select = async (fieldSelector: string): Promise<string> => namesOf(arena, { fieldSelector }, 'Pod')
      expect(await select('metadata.name=left')).toBe('left')
      expect(await select('spec.nodeName=no-such-node')).toBe('bound')
      expect(await select('spec.nodeName=')).toBe('left')
      expect(await select('status.phase=Pending,metadata.name!=left')).toBe('bound')
      expect(await select('status.phase!=Pending')).toBe('')
    },
  },
  {
    name: 'a list is of one namespace, or of all',
    run: async (arena) => {
      await arena.cluster.create(configMap(arena, 'mine', { metadata: { labels: { suite: arena.namespace } } }))
      const everywhere = await arena.cluster.list({ apiVersion: 'v1', kind: 'ConfigMap', labelSelector: `suite=${arena.namespace}` })
      expect(everywhere.items.map((item) => `${item.apiVersion} ${item.kind} ${item.metadata.namespace}/${item.metadata.name}`)).toEqual([`v1 ConfigMap ${arena.namespace}/mine`])
      const elsewhere = await arena.cluster.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-public', labelSelector: `suite=${arena.namespace}` })
      expect(elsewhere.items).toEqual([])
    },
  },
  {
    name: 'an update of a stale version is a conflict, one without a version is not',
    run: async (arena) => {
      const first = await arena.cluster.create(configMap(arena, 'one', { data: { key: '1' } }))
      const second = await arena.cluster.update({ ...first, data: { key: '2' } })
      expect(Number(second.metadata.resourceVersion)).toBeGreaterThan(Number(first.metadata.resourceVersion))
      expect(await faultOf(arena.cluster.update({ ...first, data: { key: '3' } }))).toMatchObject({ code: 'conflict', recovery: 'reread' })
      expect(await arena.cluster.update(configMap(arena, 'one', { data: { key: '4' } }))).toMatchObject({ data: { key: '4' } })
    },
  },
  {
    name: 'an update of another object of that name is a conflict',
    run: async (arena) => {
      await arena.cluster.create(configMap(arena, 'one'))
      expect(await codeOf(arena.cluster.update(configMap(arena, 'one', { metadata: { uid: '00000000-0000-4000-8000-000000000000' } })))).toBe('conflict')
    },
  },
  {
    name: 'an update of what is gone is not-found',
    run: async (arena) => expect(await codeOf(arena.cluster.update(configMap(arena, 'nobody')))).toBe('not-found'),
  },
  {
    name: 'an update that changes nothing does not move the version',
    run: async (arena) => {
      const created = await arena.cluster.create(configMap(arena, 'one', { data: { key: '1' } }))
      const updated = await arena.cluster.update(created)
      expect(updated.metadata.resourceVersion).toBe(created.metadata.resourceVersion)
    },
  },
  {
    name: 'a dry run of each write stores nothing',
    run: async (arena) => {
      const { cluster } = arena
      expect((await cluster.create(configMap(arena, 'ghost'), { dryRun: true })).metadata.uid).toBeDefined()
      expect(await find(arena, configMap(arena, 'ghost'))).toBeUndefined()
      const real = await cluster.create(configMap(arena, 'real', { data: { key: '1' } }))
      expect(await cluster.update({ ...real, data: { key: '2' } }, { dryRun: true })).toMatchObject({ data: { key: '2' } })
      expect(await cluster.patch(refOf(real), { type: 'merge', body: { data: { key: '3' } } }, { dryRun: true })).toMatchObject({ data: { key: '3' } })
      await cluster.remove(refOf(real), { dryRun: true })
      expect(await read(arena, real)).toEqual(real)
    },
  },
  {
    name: 'a dry run is refused as the write would be',
    run: async (arena) => {
      await arena.cluster.create(configMap(arena, 'one'))
      expect(await codeOf(arena.cluster.create(configMap(arena, 'one'), { dryRun: true }))).toBe('already-exists')
      expect(await codeOf(arena.cluster.remove(refOf(configMap(arena, 'nobody')), { dryRun: true }))).toBe('not-found')
    },
  },
  {
    name: 'status and the rest are written apart',
    run: async (arena) => {
      const created = await arena.cluster.create({ ...pod(arena, 'one', UNSCHEDULED), status: { phase: 'Running', message: 'from create' } })
      expect(field(created, 'status.phase')).toBe('Pending')
      expect(field(created, 'status.message')).toBeUndefined()
      const body = { spec: { activeDeadlineSeconds: 99 }, status: { message: 'from status' } }
      await arena.cluster.patch(refOf(created), { type: 'merge', body }, { subresource: 'status' })
      expect(await read(arena, created)).toMatchObject({ status: { message: 'from status' }, spec: expect.not.objectContaining({ activeDeadlineSeconds: 99 }) })
      await arena.cluster.patch(refOf(created), { type: 'merge', body: { ...body, status: { message: 'from spec' } } })
      expect(await read(arena, created)).toMatchObject({ status: { message: 'from status' }, spec: { activeDeadlineSeconds: 99 } })
    },
  },
  {
    name: 'generation counts changes of the spec, not of labels',
    run: async (arena) => {
      const created = await arena.cluster.create(deployment(arena, 'web', { replicas: 0 }))
      expect(created.metadata.generation).toBe(1)
      const labelled = await arena.cluster.patch(refOf(created), { type: 'merge', body: { metadata: { labels: { a: 'b' } } } })
      expect(labelled.metadata.generation).toBe(1)
      const paused = await arena.cluster.patch(refOf(created), { type: 'merge', body: { spec: { paused: true } } })
      expect(paused.metadata.generation).toBe(2)
    },
  },
  {
    name: 'scale changes replicas and nothing else',
    run: async (arena) => {
      const web = await arena.cluster.create(deployment(arena, 'web', { replicas: 1, podSpec: UNSCHEDULED }))
      const scale = await arena.cluster.patch(refOf(web), { type: 'merge', body: { spec: { replicas: 3 } } }, { subresource: 'scale' })
      expect(field(scale, 'spec.replicas')).toBe(3)
      expect(await read(arena, web)).toMatchObject({ kind: 'Deployment', spec: { replicas: 3, template: field(web, 'spec.template') } })
    },
  },
  {
    name: 'the cluster says who it is and what it serves',
    run: async ({ cluster }) => {
      expect(await cluster.id()).toBe(await cluster.id())
      expect(await cluster.version()).toMatchObject({ major: 1, gitVersion: expect.stringMatching(/^v1\.\d+\.\d+/) })
      const kinds = await cluster.kinds()
      const served = (apiVersion: string, kind: string) => kinds.find((candidate) => candidate.apiVersion === apiVersion && candidate.kind === kind)
      expect(served('v1', 'Pod')).toMatchObject({ plural: 'pods', namespaced: true, verbs: expect.arrayContaining(['get', 'list', 'watch', 'patch', 'delete']) })
      expect(served('v1', 'Node')).toMatchObject({ plural: 'nodes', namespaced: false })
      expect(served('apps/v1', 'Deployment')).toMatchObject({ plural: 'deployments', namespaced: true })
      expect(served('policy/v1', 'PodDisruptionBudget')).toMatchObject({ plural: 'poddisruptionbudgets', namespaced: true })
    },
  },
]

async function namesOf({ cluster, namespace }: Arena, selectors: { labelSelector?: string; fieldSelector?: string }, kind = 'ConfigMap'): Promise<string> {
  const { items } = await cluster.list({ apiVersion: 'v1', kind, namespace, ...selectors })
  return items.map((item) => item.metadata.name).sort().join(' ')
}
