/** Cases of the API contract: what the server says about itself. */

import { expect } from 'vitest'
import type { ApiArena, ApiCase, Body } from './api-arena.ts'

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'

async function read(arena: ApiArena, path: string, accept?: string): Promise<Body> {
  const response = await arena.call({ path, ...(accept === undefined ? {} : { accept }) })
  expect(response).toMatchObject({ status: 200 })
  return response.body as Body
}

export const DOCUMENT_CASES: readonly ApiCase[] = [
  {
    name: 'aggregated discovery, with a digest that saves the second reading',
    run: async ({ call }) => {
      const first = await call({ path: '/apis', accept: AGGREGATED })
      expect(first.headers['content-type']).toContain('as=APIGroupDiscoveryList')
      const apps = first.body.items.find(({ metadata }: Body) => metadata.name === 'apps')
      const deployments = apps.versions[0].resources.find(({ resource }: Body) => resource === 'deployments')
      expect(deployments).toMatchObject({
        responseKind: { group: '', version: '', kind: 'Deployment' },
        scope: 'Namespaced',
        singularResource: 'deployment',
        shortNames: ['deploy'],
        categories: ['all'],
        subresources: [
          { subresource: 'scale', responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' }, verbs: ['get', 'patch', 'update'] },
          { subresource: 'status', responseKind: { group: '', version: '', kind: 'Deployment' }, verbs: ['get', 'patch', 'update'] },
        ],
      })
      const pods = (await call({ path: '/api', accept: AGGREGATED })).body.items[0].versions[0].resources.find(({ resource }: Body) => resource === 'pods')
      expect(pods.subresources).toContainEqual(expect.objectContaining({ subresource: 'eviction', responseKind: { group: 'policy', version: 'v1', kind: 'Eviction' }, verbs: ['create'] }))
      expect((await call({ path: '/api', accept: AGGREGATED, headers: { 'if-none-match': (await call({ path: '/api', accept: AGGREGATED })).headers.etag ?? '' } })).status).toBe(304)
    },
  },
  {
    name: 'legacy discovery says the same',
    run: async (arena) => {
      expect(await read(arena, '/api')).toMatchObject({ kind: 'APIVersions', versions: ['v1'] })
      expect((await read(arena, '/apis')).groups.map(({ name }: Body) => name)).toEqual(expect.arrayContaining(['apps', 'batch', 'policy', 'rbac.authorization.k8s.io', 'apiextensions.k8s.io']))
      expect(await read(arena, '/apis/apps')).toMatchObject({ kind: 'APIGroup', name: 'apps', preferredVersion: { groupVersion: 'apps/v1', version: 'v1' } })
      const { resources } = await read(arena, '/api/v1')
      const named = (name: string): Body => resources.find((resource: Body) => resource.name === name)
      expect(named('pods')).toMatchObject({ kind: 'Pod', namespaced: true, singularName: 'pod', shortNames: ['po'] })
      expect(named('serviceaccounts/token')).toMatchObject({ group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', verbs: ['create'] })
    },
  },
  {
    name: 'health and version',
    run: async ({ call }) => {
      for (const path of ['/healthz', '/livez', '/readyz']) expect(await call({ path })).toMatchObject({ status: 200, text: 'ok' })
      expect((await call({ path: '/readyz?verbose' })).text).toMatch(/\[\+\]etcd ok[^]*readyz check passed/)
      expect(await call({ path: '/livez/etcd' })).toMatchObject({ status: 200 })
      expect((await call({ path: '/version' })).body).toMatchObject({ major: '1', gitVersion: expect.stringMatching(/^v1\./) as unknown })
    },
  },
  {
    name: 'OpenAPI v3: an index with digests, and documents with types, keys and strategies',
    run: async (arena) => {
      const { paths } = await read(arena, '/openapi/v3')
      expect(Object.keys(paths)).toEqual(expect.arrayContaining(['api', 'api/v1', 'apis', 'apis/apps', 'apis/apps/v1', 'version']))
      const url = paths['api/v1'].serverRelativeURL as string
      const document = await arena.call({ path: url })
      const { schemas } = document.body.components
      expect(schemas['io.k8s.api.core.v1.Container']).toMatchObject({ required: ['name'], properties: { stdin: { type: 'boolean' }, ports: { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['containerPort', 'protocol'], 'x-kubernetes-patch-merge-key': 'containerPort', 'x-kubernetes-patch-strategy': 'merge' } } })
      expect(schemas['io.k8s.api.core.v1.Pod']['x-kubernetes-group-version-kind']).toEqual([{ group: '', kind: 'Pod', version: 'v1' }])
      expect(Object.keys(document.body.paths['/api/v1/namespaces/{namespace}/pods/{name}'])).toEqual(expect.arrayContaining(['get', 'put', 'patch', 'delete']))
      expect(await arena.call({ path: url, headers: { 'if-none-match': document.headers.etag ?? '' } })).toMatchObject({ status: 304 })
      const moved = await arena.call({ path: '/openapi/v3/api/v1?hash=OLD' })
      expect(moved.status).toBe(301)
      expect(moved.headers.location).toContain(url.split('?')[1])
    },
  },
  {
    name: 'OpenAPI v2: definitions of what is served',
    run: async (arena) => {
      const { swagger, definitions, paths } = await read(arena, '/openapi/v2')
      expect(swagger).toBe('2.0')
      expect(definitions['io.k8s.api.apps.v1.DeploymentSpec']).toMatchObject({ required: ['selector', 'template'], properties: { replicas: { type: 'integer', format: 'int32' }, strategy: { $ref: '#/definitions/io.k8s.api.apps.v1.DeploymentStrategy', 'x-kubernetes-patch-strategy': 'retainKeys' } } })
      expect(paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}'].patch['x-kubernetes-group-version-kind']).toEqual({ group: 'apps', kind: 'Deployment', version: 'v1' })
    },
  },
  {
    name: 'what is not there',
    run: async ({ call, namespace }) => {
      expect(await call({ path: '/apis/nope.example.com/v1' })).toMatchObject({ status: 404 })
      expect((await call({ path: `/api/v1/namespaces/${namespace}/pods/none` })).body).toMatchObject({ kind: 'Status', reason: 'NotFound', code: 404, message: 'pods "none" not found', details: { name: 'none', kind: 'pods' } })
      expect((await call({ method: 'POST', path: `/api/v1/namespaces/${namespace}/pods/none`, body: {} })).status).toBe(405)
    },
  },
]
