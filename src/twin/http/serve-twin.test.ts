import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { bareMachinery } from '../bare-machinery.ts'
import { composeTwin, type Twin } from '../compose-twin.ts'
import { serveTwin, type ServedTwin } from './serve-twin.ts'
import { nodeNamed, webDeployment } from './served-twin-bed.ts'

/** Read from a cluster at a later version than the first: what came before it is gone from the log. */
const AGED: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'aged', namespace: 'default', uid: 'aged', resourceVersion: '1000' } }

/** No controllers and no passing time: what is written stays, and every answer is exact. */
const started: { readonly twin: Twin; readonly served: ServedTwin }[] = []
beforeAll(async () => {
  const pods = ['a', 'b', 'c'].map(podNamed)
  const crd: KubeObject = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com', scope: 'Namespaced', names: { kind: 'Widget', plural: 'widgets', shortNames: ['wd'] },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }, additionalPrinterColumns: [{ name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' }] }],
    },
  }
  const widget: KubeObject = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'one', namespace: 'default' }, status: { conditions: [{ type: 'Ready', status: 'True' }] } }
  const objects = [nodeNamed('n1'), webDeployment(), ...pods, crd, widget]
  const twin = composeTwin({ seed: 3, startMs: Date.parse('2026-05-01T00:00:00Z'), version: { major: 1, minor: 36, gitVersion: 'v1.36.0' }, machinery: bareMachinery(), objects, raw: [AGED] })
  started.push({ twin, served: await serveTwin({ twin, log: silentLog() }) })
})
afterAll(async () => {
  for (const { served } of started) await served.stop()
})

function podNamed(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default', labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'web:1' }] } }
}

const bed = (): { readonly twin: Twin; readonly served: ServedTwin } => started[0] as { readonly twin: Twin; readonly served: ServedTwin }

interface Call {
  readonly method?: string
  readonly accept?: string
  readonly type?: string
  readonly body?: unknown
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
}

async function call(path: string, { method = 'GET', accept = 'application/json', type = 'application/json', body, token, headers: more = {} }: Call = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${token ?? bed().served.token}`, accept, 'content-type': type, 'user-agent': 'curious/1.0', ...more }
  return fetch(`${bed().served.url}${path}`, { method, headers, ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }) })
}

async function read(path: string, options?: Call): Promise<Record<string, never>> {
  return (await call(path, options)).json() as Promise<Record<string, never>>
}

const PODS = '/api/v1/namespaces/default/pods'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'

describe('who may come in', () => {
  test.each([
    ['no token', '/api', 'nonsense', 401],
    ['health without a token', '/readyz', 'nonsense', 200],
    ['the version without a token', '/version', 'nonsense', 200],
  ])('%s', async (_name, path, token, status) => {
    expect((await call(path, { token })).status).toBe(status)
  })

  test('the token may stand in the path, and only the right one', async () => {
    expect((await fetch(`${bed().served.kubeconfigUrl}/api/v1/nodes`)).status).toBe(200)
    expect((await fetch(`${bed().served.url}/token/wrong/api/v1/nodes`)).status).toBe(401)
  })
})

describe('discovery', () => {
  test('legacy: eviction is of group policy', async () => {
    const list = (await read('/api/v1')) as unknown as { resources: { name: string; kind: string; group?: string; version?: string; verbs: string[] }[] }
    expect(list.resources.find(({ name }) => name === 'pods/eviction')).toMatchObject({ kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] })
    expect(await read('/apis')).toMatchObject({ kind: 'APIGroupList', groups: expect.arrayContaining([expect.objectContaining({ name: 'apps', preferredVersion: { groupVersion: 'apps/v1', version: 'v1' } })]) })
  })

  test('aggregated: one document, custom resources in it', async () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'
    const response = await call('/apis', { accept })
    expect(response.headers.get('content-type')).toBe('application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList')
    const { items } = (await response.json()) as { items: { metadata: { name: string }; versions: { resources: { resource: string; shortNames?: string[] }[] }[] }[] }
    expect(items.find(({ metadata }) => metadata.name === 'example.com')?.versions[0]?.resources[0]).toMatchObject({ resource: 'widgets', shortNames: ['wd'] })
  })

  test('OpenAPI has the types of fields, custom ones too, and a digest', async () => {
    const index = (await read('/openapi/v3')) as unknown as { paths: Record<string, { serverRelativeURL: string }> }
    const apps = await call(index.paths['apis/apps/v1']?.serverRelativeURL ?? '')
    const { components } = (await apps.json()) as { components: { schemas: Record<string, { properties: Record<string, unknown>; 'x-kubernetes-group-version-kind': unknown }> } }
    expect(components.schemas['io.k8s.api.apps.v1.DeploymentSpec']?.properties['replicas']).toMatchObject({ type: 'integer', format: 'int32' })
    expect((await call('/openapi/v3/apis/apps/v1', { headers: { 'if-none-match': apps.headers.get('etag') ?? '' } })).status).toBe(304)
    const own = (await read('/openapi/v3/apis/example.com/v1')) as unknown as typeof components & { components: typeof components; paths: object }
    expect(own.components.schemas['com.example.v1.Widget']).toMatchObject({ 'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: 'Widget' }] })
    expect(Object.keys(own.paths)).toContain('/apis/example.com/v1/namespaces/{namespace}/widgets/{name}')
    const v2 = (await read('/openapi/v2')) as unknown as { definitions: Record<string, { properties: Record<string, object> }> }
    expect(v2.definitions['io.k8s.api.core.v1.Container']?.properties['ports']).toMatchObject({ 'x-kubernetes-list-map-keys': ['containerPort', 'protocol'], 'x-kubernetes-patch-merge-key': 'containerPort' })
    expect(v2.definitions).toHaveProperty(['com.example.v1.Widget'])
  })

  test.each(['/apis/apps/v9', '/api/v1/pods/a/b/c/d', '/apis/apps/v1/namespaces/default/pods'])('%s is not there', async (path) => {
    expect(await read(path)).toMatchObject({ kind: 'Status', reason: 'NotFound', code: 404 })
  })

  test.each(['/apis/nope', '/apis/nope/v1/things', '/nothing'])('%s is nowhere', async (path) => {
    const response = await call(path)
    expect([response.status, await response.text()]).toEqual([404, '404 page not found\n'])
  })
})

describe('reading', () => {
  test('a list is paged at one version', async () => {
    const first = (await read(`${PODS}?limit=2`)) as unknown as { metadata: { continue: string; remainingItemCount: number; resourceVersion: string }; items: KubeObject[] }
    expect(first).toMatchObject({ kind: 'PodList', metadata: { remainingItemCount: 1 } })
    bed().twin.api.create(podNamed('late'))
    const second = (await read(`${PODS}?limit=2&continue=${first.metadata.continue}`)) as unknown as typeof first
    bed().twin.api.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'late' })
    expect([...first.items, ...second.items].map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c'])
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
    expect((await call(`${PODS}?limit=2&continue=nonsense`)).status).toBe(400)
  })

  test('a table has the columns of kubectl', async () => {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
    expect(await read(`${PODS}/a`, { accept })).toMatchObject({
      kind: 'Table',
      columnDefinitions: expect.arrayContaining([expect.objectContaining({ name: 'Status', priority: 0 }), expect.objectContaining({ name: 'Node', priority: 1 })]),
      rows: [{ cells: ['a', '0/1', 'Pending', '0', '0s', '<none>', '<none>', '<none>', '<none>'], object: { kind: 'PartialObjectMetadata' } }],
    })
    expect(await read('/apis/example.com/v1/widgets', { accept })).toMatchObject({ rows: [{ cells: ['one', 'True'] }] })
  })

  test('what we cannot write is not acceptable', async () => {
    expect((await call(PODS, { accept: 'application/vnd.kubernetes.protobuf' })).status).toBe(406)
  })

  test.each([
    ['an unknown field', '?fieldSelector=spec.shoe%3D42', 400, 'field label not supported: spec.shoe'],
    ['a version to come', '?resourceVersion=999999', 504, 'Too large resource version: 999999'],
  ])('%s', async (_name, query, code, message) => {
    expect(await read(`${PODS}${query}`)).toMatchObject({ code, message: expect.stringContaining(message) })
  })
})

async function events(path: string, count: number, act: () => void = () => undefined): Promise<{ type: string; object: Record<string, never> }[]> {
  const stopping = new AbortController()
  const response = await fetch(`${bed().served.url}${path}`, { headers: { authorization: `Bearer ${bed().served.token}` }, signal: stopping.signal })
  act()
  const decoder = new TextDecoder()
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  let text = ''
  while (text.split('\n').length <= count) {
    const { value, done } = await reader.read()
    if (done) break
    text += decoder.decode(value)
  }
  stopping.abort()
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as never)
}

describe('watching', () => {
  test('WatchList ends the present state with a bookmark', async () => {
    const query = 'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&labelSelector=app%3Dweb'
    const seen = await events(`${PODS}?${query}`, 4)
    expect(seen.map(({ type }) => type)).toEqual(['ADDED', 'ADDED', 'ADDED', 'BOOKMARK'])
    expect(seen[3]?.object).toMatchObject({ kind: 'Pod', metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } })
  })

  test('from a version on, selector exits are deletions', async () => {
    const { twin } = bed()
    const ref = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'moving' }
    const seen = await events(`${PODS}?watch=true&resourceVersion=${twin.store.resourceVersion}&labelSelector=app%3Dweb`, 3, () => {
      twin.api.create(podNamed('moving'))
      twin.api.patch(ref, { type: 'merge', body: { metadata: { annotations: { a: 'b' } } } })
      twin.api.patch(ref, { type: 'merge', body: { metadata: { labels: { app: 'other' } } } })
      twin.api.remove(ref)
    })
    expect(seen.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED'])
  })

  test('a version that is too old is an error inside the stream', async () => {
    const [only] = await events(`${PODS}?watch=true&resourceVersion=5`, 1)
    expect(only).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: expect.stringContaining('too old resource version') } })
  })

  test('half a WatchList is refused, so that clients fall back to lists', async () => {
    expect((await call(`${PODS}?watch=true&sendInitialEvents=true`)).status).toBe(422)
  })

  test('ends when its time is up', async () => {
    const clock = systemClock()
    const startMs = clock.now()
    expect(await events(`${PODS}?watch=true&timeoutSeconds=1&resourceVersion=${bed().twin.store.resourceVersion}`, 1)).toEqual([])
    expect(clock.now() - startMs).toBeLessThan(5_000)
  })
})

describe('writing', () => {
  test.each([
    ['application/json-patch+json', [{ op: 'replace', path: '/spec/replicas', value: 5 }], 200],
    ['application/merge-patch+json', { spec: { replicas: 6 } }, 200],
    ['application/strategic-merge-patch+json', { spec: { replicas: 7 } }, 200],
    ['application/json', { spec: { replicas: 8 } }, 415],
    ['application/json-patch+json', { spec: {} }, 400],
  ])('a patch of type %s', async (type, body, status) => {
    expect((await call(`${DEPLOYMENTS}/web`, { method: 'PATCH', type, body })).status).toBe(status)
  })

  test.each(['application/cbor', 'application/x-www-form-urlencoded', 'text/plain'])('a body of type %s is in an unknown format', async (type) => {
    expect(await read(DEPLOYMENTS, { method: 'POST', type, body: webDeployment() })).toMatchObject({ code: 415, reason: 'UnsupportedMediaType' })
  })

  test('a strategic patch of a custom resource is of an unsupported type', async () => {
    const path = '/apis/example.com/v1/namespaces/default/widgets/one'
    expect((await call(path, { method: 'PATCH', type: 'application/strategic-merge-patch+json', body: {} })).status).toBe(415)
    expect(await read(path, { method: 'PATCH', type: 'application/merge-patch+json', body: { spec: { size: 3 } } })).toMatchObject({ spec: { size: 3 }, metadata: { generation: 2 } })
  })

  test('names and namespaces must agree with the URL', async () => {
    expect(await read(`${DEPLOYMENTS}/web`, { method: 'PUT', body: { ...webDeployment(), metadata: { name: 'other' } } })).toMatchObject({ code: 400, message: 'the name of the object (other) does not match the name on the URL (web)' })
    expect(await read(PODS, { method: 'POST', body: { ...podNamed('x'), metadata: { name: 'x', namespace: 'kube-system' } } })).toMatchObject({ code: 400 })
    expect((await call(PODS, { method: 'POST', body: '{"kind":' })).status).toBe(400)
  })

  test('fields that nobody knows are refused, reported or dropped, as asked', async () => {
    const typo = { ...webDeployment(), metadata: { name: 'typo' }, spec: { ...(webDeployment()['spec'] as object), replica: 3 } }
    expect(await read(`${DEPLOYMENTS}?fieldValidation=Strict`, { method: 'POST', body: typo })).toMatchObject({
      code: 400,
      message: 'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replica"',
    })
    const warned = await call(`${DEPLOYMENTS}?dryRun=All`, { method: 'POST', body: typo })
    expect(warned.headers.get('warning')).toBe('299 - "unknown field \\"spec.replica\\""')
    expect(await warned.json()).toMatchObject({ spec: { replicas: 3 } })
    const ignored = await call(`${DEPLOYMENTS}?dryRun=All&fieldValidation=Ignore`, { method: 'POST', body: typo })
    expect(ignored.headers.get('warning')).toBeNull()
    expect((await ignored.json()) as object).not.toHaveProperty('spec.replica')
  })

  test('an eviction is refused by a budget with its reason', async () => {
    bed().twin.api.create({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'hold', namespace: 'default' }, spec: { minAvailable: 1, selector: {} } })
    bed().twin.api.create({ ...podNamed('held'), spec: { nodeName: 'n1', containers: [{ name: 'app', image: 'a:1' }] } })
    const held = bed().twin.store.get({ apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'held' }) as KubeObject
    bed().twin.api.updateStatus(held, { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] })
    const response = await call(`${PODS}/held/eviction`, { method: 'POST', body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'held', namespace: 'default' } } })
    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe('10')
    expect(await response.json()).toMatchObject({ reason: 'TooManyRequests', details: { causes: [{ reason: 'DisruptionBudget', message: 'The disruption budget hold is still being processed by the server.' }] } })
    expect((await call(`${PODS}/nobody/eviction`, { method: 'POST', body: { metadata: { name: 'nobody' } } })).status).toBe(404)
    expect((await call(`${PODS}/held/eviction`, { method: 'POST', body: {} })).status).toBe(400)
  })

  test('a collection is deleted by selector, and a dry run deletes nothing', async () => {
    bed().twin.api.create(podNamed('sweep'))
    bed().twin.api.patch({ apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'sweep' }, { type: 'merge', body: { metadata: { labels: { app: 'sweep' } } } })
    const path = `${PODS}?labelSelector=app%3Dsweep`
    expect((await call(`${path}&dryRun=All`, { method: 'DELETE' })).status).toBe(200)
    expect((await call(`${PODS}/sweep`)).status).toBe(200)
    await call(path, { method: 'DELETE' })
    expect((await call(`${PODS}/sweep`)).status).toBe(404)
    expect((await call(`${PODS}/a`)).status).toBe(200)
  })

  test('the field manager is the client by default, and every write is on record', async () => {
    const made = (await read('/api/v1/namespaces/default/configmaps', { method: 'POST', body: { metadata: { name: 'mine' }, data: { a: '1' } } })) as unknown as KubeObject
    expect(made.metadata.managedFields).toMatchObject([{ manager: 'curious', operation: 'Update', fieldsV1: { 'f:data': { 'f:a': {} } } }])
    expect(bed().twin.audit().at(-1)).toMatchObject({ user: 'admin', verb: 'create', ref: { kind: 'ConfigMap', name: 'mine' }, code: 201 })
  })
})
