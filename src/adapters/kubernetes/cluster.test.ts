import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../kernel/clock.ts'
import { isFault, type Fault } from '../../kernel/fault.ts'
import { silentLog } from '../../kernel/log.ts'
import type { Cluster, WatchEvent } from '../../ports/cluster.ts'
import { connectKubernetes } from './cluster.ts'

/*
 * What the adapter does on the wire, against answers in the form the API documents. Whether the answers are
 * what a real API server gives is the contract suite's work; here is what a healthy cluster cannot be asked to do.
 */

interface Answer {
  readonly code?: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

interface Seen {
  readonly method: string
  readonly url: URL
  readonly contentType: string | undefined
  readonly body: unknown
}

const folders: string[] = []
const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const PODS = { name: 'pods', kind: 'Pod', namespaced: true, verbs: ['get', 'list'] }
const POD = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'cart-1' }
const RUNNING = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'shop', name: 'cart-1', uid: 'u-1', resourceVersion: '7' } }

/** Connects to a server that answers discovery itself and everything else through `answer`. */
async function clusterThat(answer: (seen: Seen) => Answer): Promise<{ readonly cluster: Cluster; readonly requests: readonly Seen[] }> {
  const requests: Seen[] = []
  const url = await listen(async (request, response) => {
    const seen = await readRequest(request)
    const fixed = discoveryAnswer(seen.url.pathname)
    if (fixed === undefined) requests.push(seen)
    reply(response, fixed ?? answer(seen))
  })
  const cluster = await connectKubernetes({ kubeconfigFile: kubeconfig({ server: url }), clock: systemClock(), log: silentLog() })
  return { cluster, requests }
}

function discoveryAnswer(path: string): Answer | undefined {
  if (path === '/version') return { body: { major: '1', minor: '36+', gitVersion: 'v1.36.2' } }
  if (path === '/api/v1') return { body: { resources: [PODS, { ...PODS, name: 'pods/log' }] } }
  return undefined
}

async function listen(handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>): Promise<string> {
  const server = createServer((request, response) => void handle(request, response))
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function readRequest(request: IncomingMessage): Promise<Seen> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return {
    method: request.method ?? '',
    url: new URL(request.url ?? '', 'http://server'),
    contentType: request.headers['content-type'],
    body: text === '' ? undefined : JSON.parse(text),
  }
}

function reply(response: ServerResponse, { code = 200, body, headers = {} }: Answer): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

function kubeconfig(cluster: Readonly<Record<string, unknown>>, changes: Readonly<Record<string, unknown>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'boyd-kubeconfig-'))
  folders.push(folder)
  const file = join(folder, 'config')
  const content = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'me' } }],
    clusters: [{ name: 'here', cluster }],
    users: [{ name: 'me', user: { token: 'secret-token' } }],
    ...changes,
  }
  writeFileSync(file, JSON.stringify(content))
  return file
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const outcome = await work.then(
    () => 'no fault',
    (error: unknown) => error,
  )
  if (!isFault(outcome)) throw new Error(`expected a fault, got ${String(outcome)}`)
  return outcome
}

function status(code: number, reason: string, message = 'said by the server', details: unknown = undefined): Answer {
  return { code, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, details } }
}

describe('refusals become faults', () => {
  const rbac = 'pods is forbidden: User "boyd" cannot patch resource "pods" in API group "" in the namespace "shop"'
  const cases = [
    { name: '401', answer: status(401, 'Unauthorized'), want: { code: 'unauthenticated', recovery: 'ask-human', hint: expect.stringMatching(/renew/) } },
    { name: '403 from RBAC', answer: status(403, 'Forbidden', rbac), want: { code: 'forbidden', hint: expect.stringMatching(/Grant this permission/) } },
    { name: '403 from a quota', answer: status(403, 'Forbidden', 'exceeded quota: team'), want: { code: 'forbidden', recovery: 'reread', hint: expect.stringMatching(/ResourceQuota/) } },
    {
      name: '403 from a terminating namespace',
      answer: status(403, 'Forbidden', 'unable to create new content', { causes: [{ reason: 'NamespaceTerminating' }] }),
      want: { code: 'forbidden', hint: expect.stringMatching(/being deleted/) },
    },
    { name: '404', answer: status(404, 'NotFound'), want: { code: 'not-found', recovery: 'reread' } },
    { name: '409 name taken', answer: status(409, 'AlreadyExists'), want: { code: 'already-exists' } },
    { name: '409 stale version', answer: status(409, 'Conflict'), want: { code: 'conflict', recovery: 'reread' } },
    { name: '410', answer: status(410, 'Expired'), want: { code: 'expired' } },
    { name: '413', answer: status(413, 'RequestEntityTooLarge'), want: { code: 'too-large' } },
    { name: '415', answer: status(415, 'UnsupportedMediaType'), want: { code: 'invalid', hint: expect.stringMatching(/type of patch/) } },
    { name: '422', answer: status(422, 'Invalid'), want: { code: 'invalid', recovery: 'give-up' } },
    { name: '429 says how long', answer: status(429, 'TooManyRequests', 'slow down', { retryAfterSeconds: 3 }), want: { code: 'rate-limited', retryAfterMs: 3000 } },
    { name: '429 in the header only', answer: { code: 429, body: 'busy', headers: { 'retry-after': '2' } }, want: { code: 'rate-limited', retryAfterMs: 2000 } },
    { name: '500', answer: status(500, 'InternalError'), want: { code: 'internal', recovery: 'give-up' } },
    { name: '500 while etcd elects', answer: status(500, 'InternalError', 'etcdserver: leader changed'), want: { code: 'unavailable', recovery: 'retry' } },
    { name: '500 from a webhook', answer: status(500, 'InternalError', 'failed calling webhook "x"'), want: { code: 'unavailable', hint: expect.stringMatching(/webhook/) } },
    { name: '503 without a Status', answer: { code: 503, body: 'upstream down' }, want: { code: 'unavailable', recovery: 'retry' } },
    { name: '504', answer: status(504, 'Timeout'), want: { code: 'timeout', recovery: 'retry' } },
  ]

  test.each(cases)('$name', async ({ answer, want }) => {
    const { cluster } = await clusterThat(() => answer)
    const fault = await faultOf(cluster.patch(POD, { type: 'merge', body: {} }))
    expect(fault).toMatchObject({ kind: 'fault', operation: 'kubernetes patch', subject: 'Pod shop/cart-1', statusCode: answer.code, ...want })
  })
})

describe('a connection that does not work is one clear line', () => {
  const connect = (options: { kubeconfigFile: string; context?: string }): Promise<Fault> =>
    faultOf(connectKubernetes({ ...options, clock: systemClock(), log: silentLog() }))

  test('nothing listens', async () => {
    const url = await listen(async () => undefined)
    await new Promise((resolve) => servers.pop()?.close(resolve))
    const fault = await connect({ kubeconfigFile: kubeconfig({ server: url }) })
    expect(fault).toMatchObject({ code: 'unavailable', recovery: 'retry', operation: 'kubernetes connect', subject: url })
    expect(fault.hint).toMatch(/Nothing listens/)
  })

  test('TLS where plain HTTP answers', async () => {
    const url = await listen(async (_request, response) => void response.end())
    const fault = await connect({ kubeconfigFile: kubeconfig({ server: url.replace('http:', 'https:'), 'insecure-skip-tls-verify': true }) })
    expect(fault).toMatchObject({ code: 'unavailable', recovery: 'ask-human' })
    expect(fault.hint).toMatch(/TLS/)
  })

  test.each([
    { name: 'no such file', file: () => '/nonexistent/config', want: /cannot be read/ },
    { name: 'no current context', file: () => kubeconfig({ server: 'https://x' }, { 'current-context': '' }), want: /no current-context/ },
    { name: 'context names no cluster', file: () => kubeconfig({ server: 'https://x' }, { clusters: [] }), want: /names a cluster that is not in it/ },
    { name: 'cluster without server', file: () => kubeconfig({}), want: /server is missing/ },
    { name: 'server is not a URL', file: () => kubeconfig({ server: 'cluster' }), want: /not a URL/ },
    { name: 'http beyond this machine', file: () => kubeconfig({ server: 'http://10.0.0.1:8080' }), want: /not encrypted/ },
    { name: 'certificate file is gone', file: () => kubeconfig({ server: 'https://x', 'certificate-authority': '/nonexistent/ca.crt' }), want: /ca\.crt, which cannot be read/ },
  ])('$name', async ({ file, want }) => {
    const fault = await connect({ kubeconfigFile: file() })
    expect(fault.code).toBe('invalid')
    expect(fault.message).toMatch(want)
    expect(fault.message).not.toContain('\n')
    expect(fault.hint ?? '').not.toBe('')
  })

  test('a context that is not there names those that are', async () => {
    const fault = await connect({ kubeconfigFile: kubeconfig({ server: 'https://x' }), context: 'prod' })
    expect(fault.message).toContain('no context "prod"')
    expect(fault.hint).toContain('here')
  })
})

describe('lists', () => {
  test('pages are joined and items say what they are', async () => {
    const { cluster, requests } = await clusterThat(({ url }) =>
      url.searchParams.get('continue') === 'two'
        ? { body: { metadata: { resourceVersion: '10' }, items: [{ metadata: { name: 'b' } }] } }
        : { body: { metadata: { resourceVersion: '10', continue: 'two' }, items: [{ metadata: { name: 'a' } }] } },
    )
    const list = await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', labelSelector: 'app=cart' })
    expect(list.resourceVersion).toBe('10')
    expect(list.items).toEqual([
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } },
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b' } },
    ])
    expect(requests.map(({ url }) => `${url.pathname} ${url.searchParams.get('limit')} ${url.searchParams.get('labelSelector')}`)).toEqual([
      '/api/v1/namespaces/shop/pods 500 app=cart',
      '/api/v1/namespaces/shop/pods 500 app=cart',
    ])
  })

  test('a page that expired starts the list again, from one moment', async () => {
    let expired = false
    const { cluster } = await clusterThat(({ url }) => {
      if (url.searchParams.get('continue') === null) return { body: { metadata: { resourceVersion: expired ? '20' : '10', continue: expired ? '' : 'two' }, items: [{ metadata: { name: 'a' } }] } }
      expired = true
      return status(410, 'Expired')
    })
    const list = await cluster.list({ apiVersion: 'v1', kind: 'Pod' })
    expect(list).toMatchObject({ resourceVersion: '20', items: [{ metadata: { name: 'a' } }] })
  })

  test('a kind that is not served is told from an object that is not there', async () => {
    const { cluster } = await clusterThat(() => status(404, 'NotFound'))
    expect(await cluster.get(POD)).toBeUndefined()
    expect(await cluster.get({ apiVersion: 'example.com/v1', kind: 'Widget', namespace: 'shop', name: 'w' })).toBeUndefined()
    const fault = await faultOf(cluster.list({ apiVersion: 'example.com/v1', kind: 'Widget' }))
    expect(fault).toMatchObject({ code: 'not-found', message: 'the cluster does not serve this kind' })
  })
})

describe('watches', () => {
  const line = (type: string, resourceVersion: string): string => `${JSON.stringify({ type, object: { ...RUNNING, metadata: { ...RUNNING.metadata, resourceVersion } } })}\n`

  async function watchUntilFault(cluster: Cluster): Promise<{ readonly events: readonly WatchEvent[]; readonly fault: unknown }> {
    const events: WatchEvent[] = []
    try {
      for await (const event of cluster.watch({ apiVersion: 'v1', kind: 'Pod' }, { resourceVersion: '5', signal: new AbortController().signal })) events.push(event)
    } catch (fault) {
      return { events, fault }
    }
    return { events, fault: undefined }
  }

  test('a broken connection goes on from the last version seen, a bookmark included', async () => {
    const { cluster, requests } = await clusterThat(({ url }) => {
      switch (url.searchParams.get('resourceVersion')) {
        case '5':
          return { body: line('ADDED', '6') + line('BOOKMARK', '9') }
        case '9':
          return { body: line('DELETED', '11') }
        default:
          return { body: `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' } })}\n` }
      }
    })
    const { events, fault } = await watchUntilFault(cluster)
    expect(events.map((event) => event.type)).toEqual(['added', 'bookmark', 'deleted'])
    expect(requests.map(({ url }) => url.searchParams.get('resourceVersion'))).toEqual(['5', '9', '11'])
    expect(fault).toMatchObject({ kind: 'fault', code: 'expired' })
  })

  test('a 410 before the stream ends it too', async () => {
    const { cluster } = await clusterThat(() => status(410, 'Expired'))
    const { events, fault } = await watchUntilFault(cluster)
    expect(events).toEqual([])
    expect(fault).toMatchObject({ code: 'expired' })
  })

  test('aborting ends it without a fault', async () => {
    const { cluster } = await clusterThat(() => ({ body: line('ADDED', '6') }))
    const controller = new AbortController()
    const types: string[] = []
    for await (const event of cluster.watch({ apiVersion: 'v1', kind: 'Pod' }, { resourceVersion: '5', signal: controller.signal })) {
      types.push(event.type)
      controller.abort()
    }
    expect(types).toEqual(['added'])
  })
})

describe('evictions', () => {
  const budget = (retryAfterSeconds?: number): Answer =>
    status(429, 'TooManyRequests', "would violate the pod's disruption budget", { retryAfterSeconds, causes: [{ reason: 'DisruptionBudget', message: 'needs 2 healthy pods' }] })

  test.each([
    { name: 'accepted', answer: status(201, 'Created'), want: { type: 'evicted' } },
    { name: 'gone', answer: status(404, 'NotFound'), want: { type: 'gone' } },
    { name: 'budget', answer: budget(), want: { type: 'blocked', message: "would violate the pod's disruption budget needs 2 healthy pods", retryAfterMs: 0 } },
    { name: 'budget not yet counted', answer: budget(10), want: { type: 'blocked', retryAfterMs: 10_000 } },
  ])('$name', async ({ answer, want }) => {
    const { cluster, requests } = await clusterThat(() => answer)
    expect(await cluster.evict(POD, { uid: 'u-1', gracePeriodSeconds: 5 })).toMatchObject(want)
    expect(requests[0]).toMatchObject({
      method: 'POST',
      url: { pathname: '/api/v1/namespaces/shop/pods/cart-1/eviction' },
      body: { apiVersion: 'policy/v1', kind: 'Eviction', deleteOptions: { gracePeriodSeconds: 5, preconditions: { uid: 'u-1' } } },
    })
  })

  test('throttling is not a budget', async () => {
    const { cluster } = await clusterThat(() => status(429, 'TooManyRequests'))
    expect(await faultOf(cluster.evict(POD))).toMatchObject({ code: 'rate-limited' })
  })

  test.each([
    { name: 'another pod has the name', uid: 'u-0', want: 'gone' },
    { name: 'a race over the budget', uid: 'u-1', want: 'conflict' },
  ])('a conflict: $name', async ({ uid, want }) => {
    const { cluster } = await clusterThat(({ method }) => (method === 'GET' ? { body: RUNNING } : status(409, 'Conflict')))
    const outcome = await cluster.evict(POD, { uid }).then(
      ({ type }) => type,
      (error: unknown) => (isFault(error) ? error.code : 'other'),
    )
    expect(outcome).toBe(want)
  })
})

describe('writes', () => {
  test.each([
    { type: 'json', body: [{ op: 'remove', path: '/spec/x' }], contentType: 'application/json-patch+json' },
    { type: 'merge', body: { spec: {} }, contentType: 'application/merge-patch+json' },
    { type: 'strategic', body: { spec: {} }, contentType: 'application/strategic-merge-patch+json' },
  ] as const)('a $type patch is sent as such, once', async ({ contentType, ...patch }) => {
    const { cluster, requests } = await clusterThat(() => ({ body: RUNNING }))
    await cluster.patch(POD, patch, { dryRun: true, fieldManager: 'tester', subresource: 'status' })
    expect(requests).toHaveLength(1)
    expect(requests[0]).toMatchObject({ method: 'PATCH', contentType, body: patch.body })
    expect(`${requests[0]?.url.pathname}${requests[0]?.url.search}`).toBe('/api/v1/namespaces/shop/pods/cart-1/status?dryRun=All&fieldManager=tester')
  })

  test('a delete carries its preconditions', async () => {
    const { cluster, requests } = await clusterThat(() => status(200, ''))
    await cluster.remove(POD, { uid: 'u-1', resourceVersion: '7', propagation: 'Foreground', gracePeriodSeconds: 0, dryRun: true })
    expect(requests[0]?.body).toEqual({ gracePeriodSeconds: 0, propagationPolicy: 'Foreground', preconditions: { uid: 'u-1', resourceVersion: '7' }, dryRun: ['All'] })
  })

  test('an object without a namespace is not guessed', async () => {
    const { cluster, requests } = await clusterThat(() => ({ body: RUNNING }))
    expect(await faultOf(cluster.remove({ apiVersion: 'v1', kind: 'Pod', name: 'cart-1' }))).toMatchObject({ code: 'invalid' })
    expect(requests).toEqual([])
  })
})

describe('logs', () => {
  test.each([
    { name: 'text', answer: { body: 'line one\nline two' }, want: 'line one\nline two' },
    { name: 'not started', answer: status(400, 'BadRequest', 'container "app" in pod "cart-1" is waiting to start: ContainerCreating'), want: '' },
    { name: 'no run before', answer: status(400, 'BadRequest', 'previous terminated container "app" in pod "cart-1" not found'), want: 'not-found' },
    { name: 'no such container', answer: status(400, 'BadRequest', 'container x is not valid for pod cart-1'), want: 'not-found' },
    { name: 'no such pod', answer: status(404, 'NotFound'), want: 'not-found' },
  ])('$name', async ({ answer, want }) => {
    const { cluster } = await clusterThat(() => answer)
    const outcome = await cluster.logs({ namespace: 'shop', pod: 'cart-1', container: 'app', tailLines: 5 }).catch((error: unknown) => (isFault(error) ? error.code : 'other'))
    expect(outcome).toBe(want)
  })
})
