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

/** Those with a plus are shown to who wants it wide. */
const COLUMNS = {
  '/apis/storage.k8s.io/v1/csidrivers': 'Name AttachRequired PodInfoOnMount StorageCapacity TokenRequests RequiresRepublish Modes Age',
  '/apis/storage.k8s.io/v1/csinodes': 'Name Drivers Age',
  '/apis/storage.k8s.io/v1/volumeattachments': 'Name Attacher PV Node Attached Age',
  '/apis/storage.k8s.io/v1/volumeattributesclasses': 'Name DriverName Age',
  '/apis/node.k8s.io/v1/runtimeclasses': 'Name Handler Age',
  '/apis/apps/v1/controllerrevisions': 'Name Controller Revision Age',
  '/apis/networking.k8s.io/v1/ingressclasses': 'Name Controller Parameters Age',
  '/apis/networking.k8s.io/v1/servicecidrs': 'Name CIDRs Age',
  '/apis/networking.k8s.io/v1/ipaddresses': 'Name ParentRef',
  '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings': 'Name Role Age Users+ Groups+ ServiceAccounts+',
  '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations': 'Name Webhooks Age',
  '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations': 'Name Webhooks Age',
  '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies': 'Name Validations ParamKind Age',
  '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings': 'Name PolicyName ParamRef Age',
  '/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies': 'Name Mutations ParamKind Age',
  '/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings': 'Name PolicyName ParamRef Age',
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
      expect(none.rows[0]).toHaveProperty('object', null)
      const partial = (await arena.call({ path: `${maps(arena)}?${OURS}`, accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' })).body
      expect(partial).toMatchObject({ kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', items: [{ metadata: { name: 'a' } }] })
      expect(partial.items[0]).not.toHaveProperty('data')
      expect((await arena.call({ path: maps(arena), accept: 'text/csv' })).status).toBe(406)
    },
  },
  {
    name: 'tables of what extends a cluster, and of who may what',
    run: async ({ call, namespace, unique }) => {
      const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io'
      const columnsOf = async (path: string): Promise<string> => ((await call({ path, accept })).body.columnDefinitions as { name: string; priority: number }[]).map(({ name, priority }) => name + '+'.repeat(priority)).join(' ')
      for (const [path, names] of Object.entries(COLUMNS)) expect(`${path}: ${await columnsOf(path)}`).toBe(`${path}: ${names}`)
      const cells = async (path: string, name: string): Promise<unknown[]> => (await call({ path: `${path}/${name}`, accept })).body.rows[0].cells
      const make = (path: string, object: object): Promise<unknown> => call({ method: 'POST', path, body: object })
      const drivers = '/apis/storage.k8s.io/v1/csidrivers'
      await make(drivers, { metadata: { name: unique }, spec: { tokenRequests: [{ audience: 'a' }], volumeLifecycleModes: ['Ephemeral'] } })
      expect((await cells(drivers, unique)).slice(0, 7)).toEqual([unique, true, false, false, 'a', false, 'Ephemeral'])
      await call({ method: 'DELETE', path: `${drivers}/${unique}` })
      const bindings = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`
      const user = { apiGroup: 'rbac.authorization.k8s.io', kind: 'User' }
      await make(bindings, { metadata: { name: 'b' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' }, subjects: [{ ...user, name: 'ann' }, { ...user, name: 'bob' }, { kind: 'ServiceAccount', name: 'x', namespace }] })
      const [, role, , ...subjects] = await cells(bindings, 'b')
      expect([role, ...subjects]).toEqual(['ClusterRole/view', 'ann, bob', '', `${namespace}/x`])
    },
  },
  {
    name: 'the amounts of an autoscaler, as they are kept and as they are shown',
    run: async ({ call, create, namespace }) => {
      const path = `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`
      const metrics = [
        { type: 'Pods', pods: { metric: { name: 'rps' }, target: { type: 'AverageValue', averageValue: 10 } } },
        { type: 'External', external: { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue: '1500m' } } },
        { type: 'Object', object: { metric: { name: 'q' }, describedObject: { kind: 'Service', name: 'web', apiVersion: 'v1' }, target: { type: 'Value', value: '2000m' } } },
      ]
      const { spec } = await create(path, { metadata: { name: 'a' }, spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'none' }, maxReplicas: 3, metrics, behavior: { scaleDown: { tolerance: 0.05 } } } })
      expect([spec.metrics[0].pods.target.averageValue, spec.metrics[1].external.target.averageValue, spec.metrics[2].object.target.value, spec.behavior.scaleDown.tolerance]).toEqual(['10', '1500m', '2', '50m'])
      const table = (await call({ path: `${path}/a`, accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })).body
      expect(table.rows[0].cells[2]).toBe('<unknown>/10, <unknown>/1500m (avg) + 1 more...')
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
