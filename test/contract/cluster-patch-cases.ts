/** Cases of the cluster contract: the three kinds of patch. */

import { expect } from 'vitest'
import { refOf, type KubeObject } from '../../src/model/kube-object.ts'
import type { Patch } from '../../src/ports/cluster.ts'
import { codeOf, configMap, deployment, faultOf, field, read, type Arena, type ContractCase } from './cluster-arena.ts'

/** Paused and without replicas: no controller writes to its spec while a case looks at it. */
function stillWeb(arena: Arena): Promise<KubeObject> {
  const containers = [
    { name: 'app', image: 'registry.example/app:1', env: [{ name: 'A', value: '1' }, { name: 'B', value: '2' }], args: ['x', 'y'] },
    { name: 'side', image: 'registry.example/side:1' },
  ]
  return arena.cluster.create(deployment(arena, 'web', { replicas: 0, spec: { paused: true }, podSpec: { containers, tolerations: [{ key: 'a', operator: 'Exists' }] } }))
}

function containersPatch(...containers: readonly Record<string, unknown>[]): Patch {
  return { type: 'strategic', body: { spec: { template: { spec: { containers } } } } } as Patch
}

interface Container {
  readonly name: string
  readonly image: string
  readonly env?: readonly { readonly name: string; readonly value: string }[]
  readonly args?: readonly string[]
}

function containersIn(object: KubeObject): readonly Container[] {
  return field(object, 'spec.template.spec.containers') as readonly Container[]
}

export const PATCH_CASES: readonly ContractCase[] = [
  {
    name: 'merge: null takes a key away, the rest stays',
    run: async (arena) => {
      const created = await arena.cluster.create(configMap(arena, 'one', { data: { keep: '1', drop: '2', change: '3' } }))
      const patched = await arena.cluster.patch(refOf(created), { type: 'merge', body: { data: { drop: null, change: '4', add: '5' } } })
      expect(patched).toMatchObject({ data: { keep: '1', change: '4', add: '5' } })
      expect(field(patched, 'data')).not.toHaveProperty('drop')
    },
  },
  {
    name: 'merge: a list is replaced whole',
    run: async (arena) => {
      const web = await stillWeb(arena)
      const body = { spec: { template: { spec: { containers: [{ name: 'only', image: 'registry.example/only:1' }] } } } }
      const patched = await arena.cluster.patch(refOf(web), { type: 'merge', body })
      expect(containersIn(patched).map(({ name }) => name)).toEqual(['only'])
    },
  },
  {
    name: 'strategic: containers and variables are merged by name',
    run: async (arena) => {
      const web = await stillWeb(arena)
      const patched = await arena.cluster.patch(refOf(web), containersPatch({ name: 'app', image: 'registry.example/app:2', env: [{ name: 'B', value: '3' }] }))
      const [app, side] = containersIn(patched)
      expect(app).toMatchObject({ name: 'app', image: 'registry.example/app:2', args: ['x', 'y'] })
      expect(Object.fromEntries((app?.env ?? []).map(({ name, value }) => [name, value]))).toEqual({ A: '1', B: '3' })
      expect(side).toMatchObject({ name: 'side', image: 'registry.example/side:1' })
    },
  },
  {
    name: 'strategic: $patch delete takes a list item away, a plain list is replaced',
    run: async (arena) => {
      const web = await stillWeb(arena)
      const patched = await arena.cluster.patch(refOf(web), containersPatch({ name: 'side', $patch: 'delete' }, { name: 'app', args: ['z'] }))
      expect(containersIn(patched)).toMatchObject([{ name: 'app', args: ['z'] }])
      const tolerations = { spec: { template: { spec: { tolerations: [{ key: 'b', operator: 'Exists' }] } } } }
      const tolerant = await arena.cluster.patch(refOf(web), { type: 'strategic', body: tolerations })
      expect(field(tolerant, 'spec.template.spec.tolerations')).toEqual([{ key: 'b', operator: 'Exists' }])
    },
  },
  {
    name: 'strategic: a change of strategy must take the old parameters along',
    run: async (arena) => {
      const web = await stillWeb(arena)
      const recreate = (strategy: Readonly<Record<string, string | null>>): Promise<KubeObject> =>
        arena.cluster.patch(refOf(web), { type: 'strategic', body: { spec: { strategy: { type: 'Recreate', ...strategy } } } })
      expect(await codeOf(recreate({}))).toBe('invalid')
      expect(field(await recreate({ rollingUpdate: null }), 'spec.strategy')).toEqual({ type: 'Recreate' })
    },
  },
  {
    name: 'json: operations in order, and none of them when one fails',
    run: async (arena) => {
      const created = await arena.cluster.create(configMap(arena, 'one', { metadata: { annotations: { 'x/y': '1' } }, data: { a: '1', b: '2' } }))
      const patch = (...body: { op: string; path: string; value?: string }[]): Promise<KubeObject> => arena.cluster.patch(refOf(created), { type: 'json', body })
      const patched = await patch({ op: 'test', path: '/data/a', value: '1' }, { op: 'replace', path: '/data/a', value: '3' }, { op: 'remove', path: '/data/b' }, { op: 'add', path: '/metadata/annotations/x~1y', value: '4' })
      expect(field(patched, 'data')).toEqual({ a: '3' })
      expect(patched.metadata.annotations).toEqual({ 'x/y': '4' })
    },
  },
  {
    name: 'json: a test that fails, a path that is not there',
    run: async (arena) => {
      const created = await arena.cluster.create(configMap(arena, 'one', { data: { a: '1' } }))
      const patch = (...body: { op: string; path: string; value?: string }[]): Promise<KubeObject> => arena.cluster.patch(refOf(created), { type: 'json', body })
      expect(await codeOf(patch({ op: 'replace', path: '/data/a', value: '2' }, { op: 'test', path: '/data/a', value: '1' }))).toBe('invalid')
      expect(await codeOf(patch({ op: 'remove', path: '/data/nothing' }))).toBe('invalid')
      expect(await read(arena, created)).toEqual(created)
    },
  },
  {
    name: 'a patch of what is gone is not-found',
    run: async (arena) => expect(await codeOf(arena.cluster.patch(refOf(configMap(arena, 'nobody')), { type: 'merge', body: { data: {} } }))).toBe('not-found'),
  },
  {
    name: 'a patch that names a stale version is a conflict',
    run: async (arena) => {
      const created = await arena.cluster.create(configMap(arena, 'one'))
      await arena.cluster.patch(refOf(created), { type: 'merge', body: { data: { a: '1' } } })
      const { resourceVersion = '' } = created.metadata
      expect(await codeOf(arena.cluster.patch(refOf(created), { type: 'merge', body: { metadata: { resourceVersion }, data: { a: '2' } } }))).toBe('conflict')
    },
  },
  {
    name: 'a patch that changes nothing does not move the version',
    run: async (arena) => {
      const created = await arena.cluster.create(configMap(arena, 'one', { data: { a: '1' } }))
      const patched = await arena.cluster.patch(refOf(created), { type: 'merge', body: { data: { a: '1' } } })
      expect(patched.metadata.resourceVersion).toBe(created.metadata.resourceVersion)
    },
  },
  {
    name: 'a patch whose result is invalid is refused with the field, and leaves the object',
    run: async (arena) => {
      const web = await stillWeb(arena)
      const patch = (body: Patch['body']): Promise<KubeObject> => arena.cluster.patch(refOf(web), { type: 'merge', body } as Patch)
      const negative = await faultOf(patch({ spec: { replicas: -1 } }))
      expect(negative.code).toBe('invalid')
      expect(negative.message).toContain('spec.replicas')
      expect(await codeOf(patch({ spec: { replicas: 'three' } }))).toBe('invalid')
      expect(field(await read(arena, web), 'spec')).toEqual(web['spec'])
    },
  },
  {
    name: 'what a workload selects cannot change',
    run: async (arena) => {
      const web = await stillWeb(arena)
      const body = { spec: { selector: { matchLabels: { app: 'other' } }, template: { metadata: { labels: { app: 'other' } } } } }
      const refusal = await faultOf(arena.cluster.patch(refOf(web), { type: 'merge', body }))
      expect(refusal).toMatchObject({ code: 'invalid' })
      expect(refusal.message).toContain('immutable')
    },
  },
]
