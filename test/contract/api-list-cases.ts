/** Cases of the API contract: pages, versions, selectors, tables, watches. */

import { expect } from 'vitest'
import { eventsIn, type ApiArena, type ApiCase, type Body } from './api-arena.ts'

function maps({ namespace }: ApiArena): string {
  return `/api/v1/namespaces/${namespace}/configmaps`
}

async function make(arena: ApiArena, ...names: readonly string[]): Promise<void> {
  for (const name of names) await arena.create(maps(arena), { metadata: { name, labels: { app: name } }, data: { key: name } })
}

const OURS = 'labelSelector=app'

function named(list: Body): string[] {
  return list.items.map(({ metadata }: Body) => metadata.name as string)
}

export const LIST_CASES: readonly ApiCase[] = [
  {
    name: 'pages of one version, whatever happens meanwhile',
    run: async (arena) => {
      await make(arena, 'a', 'b', 'c', 'd')
      const first = (await arena.call({ path: `${maps(arena)}?limit=2` })).body
      expect(first.metadata.continue).toEqual(expect.any(String))
      expect(first.metadata.remainingItemCount).toBeGreaterThanOrEqual(2)
      await make(arena, 'bb')
      const second = (await arena.call({ path: `${maps(arena)}?limit=10&continue=${encodeURIComponent(first.metadata.continue as string)}` })).body
      expect([...named(first), ...named(second)].filter((name) => name !== 'kube-root-ca.crt')).toEqual(['a', 'b', 'c', 'd'])
      expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
      expect(second.metadata).not.toHaveProperty('continue')
      const selected = (await arena.call({ path: `${maps(arena)}?limit=2&${OURS}` })).body
      expect(selected.metadata).not.toHaveProperty('remainingItemCount')
    },
  },
  {
    name: 'a token that is none, and options that do not go together',
    run: async (arena) => {
      const status = async (query: string): Promise<number> => (await arena.call({ path: `${maps(arena)}?${query}` })).status
      expect(await status('continue=nonsense')).toBe(400)
      expect(await status('resourceVersionMatch=Exact')).toBe(422)
      expect(await status('resourceVersion=0&resourceVersionMatch=Exact')).toBe(422)
      expect(await status('resourceVersion=1&resourceVersionMatch=Sometimes')).toBe(422)
      expect(await status('labelSelector=%3D%3D')).toBe(400)
      expect(await status('fieldSelector=spec.none%3D1')).toBe(400)
      expect(await status('watch=true&sendInitialEvents=true')).toBe(422)
      expect(await status('sendInitialEvents=true')).toBe(422)
    },
  },
  {
    name: 'a list at a version that is not old',
    run: async (arena) => {
      await make(arena, 'a')
      const { metadata } = (await arena.call({ path: maps(arena) })).body
      expect((await arena.call({ path: `${maps(arena)}?resourceVersion=${metadata.resourceVersion}&resourceVersionMatch=NotOlderThan` })).status).toBe(200)
      expect((await arena.call({ path: `${maps(arena)}?resourceVersion=0` })).status).toBe(200)
      const exact = (await arena.call({ path: `${maps(arena)}?resourceVersion=${metadata.resourceVersion}&resourceVersionMatch=Exact` })).body
      expect(named(exact)).toContain('a')
      await make(arena, 'b')
      const past = (await arena.call({ path: `${maps(arena)}?resourceVersion=${metadata.resourceVersion}&resourceVersionMatch=Exact` })).body
      expect(named(past)).not.toContain('b')
    },
  },
  {
    name: 'field selectors by kind',
    run: async (arena) => {
      const { namespace, create, call } = arena
      await create(`/api/v1/namespaces/${namespace}/secrets`, { metadata: { name: 's' }, type: 'example.com/kind', data: {} })
      const list = async (plural: string, selector: string): Promise<string[]> => named((await call({ path: `/api/v1/namespaces/${namespace}/${plural}?fieldSelector=${encodeURIComponent(selector)}` })).body)
      expect(await list('secrets', 'type=example.com/kind')).toEqual(['s'])
      expect(await list('secrets', 'type!=example.com/kind,metadata.name=s')).toEqual([])
      expect((await call({ path: `/api/v1/namespaces/${namespace}/secrets?fieldSelector=data%3D1` })).body).toMatchObject({ code: 400, message: expect.stringContaining('field label not supported: data') as unknown })
    },
  },
  {
    name: 'tables, metadata alone, and what cannot be written',
    run: async (arena) => {
      await make(arena, 'a')
      const table = (await arena.call({ path: `${maps(arena)}/a`, accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })).body
      expect(table).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1', columnDefinitions: [{ name: 'Name', type: 'string', format: 'name', priority: 0 }, { name: 'Data' }, { name: 'Age' }], rows: [{ object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'a' } } }] })
      expect(table.rows[0].cells.slice(0, 2)).toEqual(['a', 1])
      const whole = (await arena.call({ path: `${maps(arena)}/a?includeObject=Object`, accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })).body
      expect(whole.rows[0].object).toMatchObject({ kind: 'ConfigMap', data: { key: 'a' } })
      const none = (await arena.call({ path: `${maps(arena)}/a?includeObject=None`, accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })).body
      expect(none.rows[0].object ?? null).toBeNull()
      const partial = (await arena.call({ path: `${maps(arena)}?${OURS}`, accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' })).body
      expect(partial).toMatchObject({ kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', items: [{ metadata: { name: 'a' } }] })
      expect(partial.items[0]).not.toHaveProperty('data')
      expect((await arena.call({ path: maps(arena), accept: 'text/csv' })).status).toBe(406)
    },
  },
  {
    name: 'a watch from a version: added, modified, deleted, and leaving the selection',
    run: async (arena) => {
      await make(arena, 'a')
      const { metadata } = (await arena.call({ path: maps(arena) })).body
      await make(arena, 'b')
      await arena.call({ method: 'PATCH', path: `${maps(arena)}/a`, type: 'application/merge-patch+json', body: { data: { key: 'x' } } })
      await arena.call({ method: 'PATCH', path: `${maps(arena)}/b`, type: 'application/merge-patch+json', body: { metadata: { labels: { app: null } } } })
      await arena.call({ method: 'DELETE', path: `${maps(arena)}/a` })
      const watch = await arena.call({ path: `${maps(arena)}?watch=true&timeoutSeconds=1&resourceVersion=${metadata.resourceVersion}&${OURS}` })
      expect(eventsIn(watch).map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual(['ADDED b', 'MODIFIED a', 'DELETED b', 'DELETED a'])
    },
  },
  {
    name: 'a watch that begins with a list, and says where the list ends',
    run: async (arena) => {
      await make(arena, 'a', 'b')
      const query = `watch=true&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&${OURS}`
      const events = eventsIn(await arena.call({ path: `${maps(arena)}?${query}` }))
      expect(events.slice(0, 2).map(({ type, object }) => `${type} ${object.metadata.name}`).sort()).toEqual(['ADDED a', 'ADDED b'])
      expect(events[2]).toMatchObject({ type: 'BOOKMARK', object: { kind: 'ConfigMap', metadata: { annotations: { 'k8s.io/initial-events-end': 'true' }, resourceVersion: expect.stringMatching(/^\d+$/) as unknown } } })
    },
  },
  {
    name: 'a watch of one object by its path',
    run: async (arena) => {
      await make(arena, 'a', 'b')
      const watch = await arena.call({ path: `/api/v1/watch/namespaces/${arena.namespace}/configmaps/a?timeoutSeconds=1` })
      expect(eventsIn(watch).map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual(['ADDED a'])
    },
  },
]
