import { describe, expect, test } from 'vitest'
import { isFault, type Fault } from '../../kernel/fault.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { bareMachinery } from '../bare-machinery.ts'
import { composeTwin, type Twin } from '../compose-twin.ts'

const START_MS = Date.parse('2026-03-01T12:00:00Z')

function bareTwin(objects: readonly KubeObject[] = []): Twin {
  return composeTwin({ seed: 7, startMs: START_MS, version: { major: 1, minor: 36, gitVersion: 'v1.36.0' }, machinery: bareMachinery(), objects })
}

const pod = (name: string, spec: Record<string, unknown> = {}, metadata: Record<string, unknown> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', ...metadata },
  spec: { containers: [{ name: 'app', image: 'app:1' }], ...spec },
})

function faultOf(run: () => unknown): Fault {
  try {
    run()
  } catch (error) {
    if (isFault(error)) return error
    throw error
  }
  throw new Error('expected a fault')
}

describe('creation', () => {
  test('a pod gets defaults, tolerations, service account, priority and status', () => {
    const created = bareTwin().api.create(pod('a', { containers: [{ name: 'app', image: 'app', resources: { limits: { cpu: '1', memory: '1Gi' } }, readinessProbe: { httpGet: { port: 80 } } }] }))
    expect(created).toMatchObject({
      metadata: { namespace: 'default', creationTimestamp: '2026-03-01T12:00:00Z', generation: 1 },
      spec: {
        restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', terminationGracePeriodSeconds: 30, serviceAccountName: 'default', priority: 0, preemptionPolicy: 'PreemptLowerPriority', enableServiceLinks: true,
        tolerations: [
          { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
          { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
        ],
        containers: [{ imagePullPolicy: 'Always', resources: { requests: { cpu: '1', memory: '1Gi' } }, readinessProbe: { httpGet: { path: '/', scheme: 'HTTP' }, periodSeconds: 10, failureThreshold: 3 } }],
      },
      status: { phase: 'Pending', qosClass: 'Guaranteed' },
    })
    expect((created['spec'] as { volumes: { name: string }[] }).volumes[0]?.name).toMatch(/^kube-api-access-[a-z0-9]{5}$/)
  })

  test.each([
    ['a taken name', () => pod('a'), 'already-exists', 'pods "a" already exists'],
    ['a namespace that is not there', () => pod('a', {}, { namespace: 'nowhere' }), 'not-found', 'namespaces "nowhere" not found'],
    ['a resource version', () => pod('b', {}, { resourceVersion: '5' }), 'internal', 'resourceVersion should not be set on objects to be created'],
    ['no container', () => pod('b', { containers: [] }), 'invalid', 'Pod "b" is invalid: spec.containers: Required value'],
    ['a bad name', () => pod('B'), 'invalid', 'Pod "B" is invalid: metadata.name: Invalid value: "B": a lowercase RFC 1123 subdomain must consist'],
    ['a bad quantity', () => pod('b', { containers: [{ name: 'app', image: 'a', resources: { requests: { cpu: 'lots' } } }] }), 'invalid', 'spec.containers[0].resources.requests[cpu]: Invalid value: "lots": quantities must match'],
    ['an unknown service account', () => pod('b', { serviceAccountName: 'ghost' }), 'forbidden', 'pods "b" is forbidden: error looking up service account default/ghost: serviceaccount "ghost" not found'],
    ['an unknown priority class', () => pod('b', { priorityClassName: 'ghost' }), 'forbidden', 'pods "b" is forbidden: no PriorityClass with name ghost was found'],
    ['an unknown kind', () => ({ ...pod('b'), kind: 'Pot' }), 'not-found', 'could not find the requested resource'],
  ])('refuses %s', (_name, object, code, message) => {
    const twin = bareTwin([pod('a')])
    const refusal = faultOf(() => twin.api.create(object() as KubeObject))
    expect(refusal.code).toBe(code)
    expect(refusal.message).toContain(message)
  })

  test('generated names are different, and the same seed makes the same ones', () => {
    const names = (): string[] => {
      const twin = bareTwin()
      return [1, 2].map(() => twin.api.create(pod('', {}, { name: undefined, generateName: 'web-' })).metadata.name ?? '')
    }
    expect(new Set(names()).size).toBe(2)
    expect(names()).toEqual(names())
  })

  test('services get addresses of their own', () => {
    const twin = bareTwin()
    const service = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec: { type: 'NodePort', ports: [{ port: 80 }] } })
    const made = ['a', 'b'].map((name) => twin.api.create(service(name))['spec'] as { clusterIP: string; ports: { nodePort: number; targetPort: number }[] })
    expect(new Set(made.map(({ clusterIP }) => clusterIP)).size).toBe(2)
    expect(made[0]?.clusterIP).toMatch(/^10\.(9[6-9]|10\d|11[01])\./)
    expect(made[0]?.ports[0]).toMatchObject({ targetPort: 80, nodePort: expect.any(Number) })
    expect(faultOf(() => twin.api.create({ ...service('c'), spec: { clusterIP: made[0]?.clusterIP, ports: [{ port: 80 }] } })).message).toContain('provided IP is already allocated')
  })
})

describe('a Service that is replaced', () => {
  test('two ports without names both take the number of the one before them, and the server stumbles', () => {
    const twin = bareTwin()
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', namespace: 'default' }, spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30_123 }] } }
    twin.api.create(service)
    const ref = { apiVersion: 'v1', kind: 'Service', namespace: 'default', name: 'a' }
    const refusal = faultOf(() => twin.api.patch(ref, { type: 'merge', body: { spec: { ports: [{ port: 80 }, { port: 443 }] } } }))
    expect([refusal.statusCode, refusal.message]).toEqual([500, 'duplicate nodePort: {TCP 30123}'])
    expect(twin.api.patch(ref, { type: 'merge', body: { spec: { ports: [{ port: 80, name: 'a' }, { port: 443, name: 'b' }] } } })['spec']).toMatchObject({ type: 'NodePort' })
  })
})

describe('generations', () => {
  test.each([
    ['rules that are told to be none', { ingress: [] }, 2],
    ['what is there already', { policyTypes: ['Ingress'] }, 1],
  ])('of a NetworkPolicy that is patched with %s', (_, spec, generation) => {
    const twin = bareTwin()
    twin.api.create({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'a', namespace: 'default' }, spec: { podSelector: {} } })
    const ref = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespace: 'default', name: 'a' }
    const patched = twin.api.patch(ref, { type: 'merge', body: { spec } })
    expect(patched.metadata.generation).toBe(generation)
    expect(patched['spec']).toEqual({ podSelector: {}, policyTypes: ['Ingress'] })
  })
})

describe('deletion', () => {
  const bound = (twin: Twin, spec: Record<string, unknown> = {}): KubeObject => twin.api.create(pod('a', { nodeName: 'n1', ...spec }))
  const ref = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'a' }

  test('a bound pod terminates within its grace, and a second delete may only shorten it', () => {
    const twin = bareTwin()
    bound(twin, { terminationGracePeriodSeconds: 60 })
    twin.api.remove(ref)
    expect(twin.store.get(ref)?.metadata).toMatchObject({ deletionTimestamp: '2026-03-01T12:01:00Z', deletionGracePeriodSeconds: 60, generation: 2 })
    twin.api.remove(ref, { gracePeriodSeconds: 90 })
    expect(twin.store.get(ref)?.metadata.deletionGracePeriodSeconds).toBe(60)
    twin.api.remove(ref, { gracePeriodSeconds: 5 })
    expect(twin.store.get(ref)?.metadata).toMatchObject({ deletionTimestamp: '2026-03-01T12:00:05Z', deletionGracePeriodSeconds: 5 })
    twin.api.remove(ref, { gracePeriodSeconds: 0 })
    expect(twin.store.get(ref)).toBeUndefined()
  })

  test('a pod without a node goes at once', () => {
    const twin = bareTwin([pod('a')])
    twin.api.remove(ref)
    expect(twin.store.get(ref)).toBeUndefined()
  })

  test('a finalizer holds it, its removal lets go, and none may be added meanwhile', () => {
    const twin = bareTwin([pod('a', {}, { finalizers: ['example.com/hold'] })])
    twin.api.remove(ref)
    const held = twin.store.get(ref) as KubeObject
    expect(held.metadata.deletionTimestamp).toBeDefined()
    expect(faultOf(() => twin.api.patch(ref, { type: 'merge', body: { metadata: { finalizers: ['example.com/hold', 'example.com/more'] } } })).message).toContain('no new finalizers can be added')
    twin.api.patch(ref, { type: 'merge', body: { metadata: { finalizers: null } } })
    expect(twin.store.get(ref)).toBeUndefined()
  })

  test('preconditions name another object', () => {
    const twin = bareTwin([pod('a')])
    expect(faultOf(() => twin.api.remove(ref, { uid: 'other' }))).toMatchObject({ code: 'conflict', message: expect.stringContaining('the UID in the precondition (other) does not match') })
    expect(faultOf(() => twin.api.remove(ref, { resourceVersion: '1' })).code).toBe('conflict')
  })

  test.each([['Foreground', 'foregroundDeletion'], ['Orphan', 'orphan']] as const)('%s waits for the garbage collector', (propagation, finalizer) => {
    const twin = bareTwin([pod('a')])
    twin.api.remove(ref, { propagation })
    expect(twin.store.get(ref)?.metadata).toMatchObject({ finalizers: [finalizer], deletionTimestamp: expect.any(String) })
  })

  test('a namespace closes before it goes', () => {
    const twin = bareTwin([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }])
    const shop = { apiVersion: 'v1', kind: 'Namespace', name: 'shop' }
    twin.api.remove(shop)
    expect(twin.store.get(shop)).toMatchObject({ status: { phase: 'Terminating' } })
    expect(faultOf(() => twin.api.create(pod('a', {}, { namespace: 'shop' })))).toMatchObject({
      code: 'forbidden',
      message: 'pods "a" is forbidden: unable to create new content in namespace shop because it is being terminated',
    })
    twin.api.finalize({ ...(twin.store.get(shop) as KubeObject), spec: { finalizers: [] } })
    expect(twin.store.get(shop)).toBeUndefined()
    expect(faultOf(() => twin.api.remove({ ...shop, name: 'kube-system' })).message).toContain('this namespace may not be deleted')
  })
})

describe('updates', () => {
  const deployment: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'app:1' }] } } },
  }

  test('a deployment counts its generations, and the selector stays', () => {
    const { api } = bareTwin()
    const created = api.create(deployment)
    expect(created).toMatchObject({ metadata: { generation: 1 }, spec: { replicas: 1, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } }, progressDeadlineSeconds: 600 } })
    expect(api.updateStatus(created, { replicas: 1 }).metadata.generation).toBe(1)
    const annotated = api.patch({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'web' }, { type: 'merge', body: { metadata: { annotations: { note: 'x' } } } })
    expect(annotated).toMatchObject({ metadata: { generation: 2 }, status: { replicas: 1 } })
    const moved = { ...annotated, spec: { ...(annotated['spec'] as object), selector: { matchLabels: { app: 'web', tier: 'x' } } } }
    expect(faultOf(() => api.update(moved)).message).toContain('spec.selector: Invalid value: {"matchLabels":{"app":"web","tier":"x"}}: field is immutable')
  })

  test('the template must carry the labels that the selector asks for', () => {
    const { api } = bareTwin()
    const wrong = { ...deployment, spec: { ...(deployment['spec'] as object), selector: { matchLabels: { app: 'other' } } } }
    expect(faultOf(() => api.create(wrong)).message).toBe('Deployment.apps "web" is invalid: spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`')
  })

  test('most of a pod cannot change', () => {
    const { api } = bareTwin([pod('a')])
    const ref = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'a' }
    const image = api.patch(ref, { type: 'strategic', body: { spec: { containers: [{ name: 'app', image: 'app:2' }] } } })
    expect(image).toMatchObject({ metadata: { generation: 2 }, spec: { containers: [{ image: 'app:2' }] } })
    expect(faultOf(() => api.patch(ref, { type: 'merge', body: { spec: { nodeName: 'n1' } } })).message).toContain('pod updates may not change fields other than')
  })
})

describe('quota', () => {
  const quota = (hard: Record<string, string>): KubeObject => ({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'team', namespace: 'default' }, spec: { hard } })
  const sized = (name: string, memory: string): KubeObject => pod(name, { containers: [{ name: 'app', image: 'a:1', resources: { requests: { memory }, limits: { memory } } }] })

  test('charges what is let in, and refuses what is too much in the real words', () => {
    const twin = bareTwin([sized('first', '256Mi'), quota({ 'requests.memory': '512Mi', pods: '5' })])
    twin.api.create(sized('second', '128Mi'))
    const used = (): unknown => twin.store.get({ apiVersion: 'v1', kind: 'ResourceQuota', namespace: 'default', name: 'team' })?.['status']
    expect(used()).toEqual({ hard: { 'requests.memory': '512Mi', pods: '5' }, used: { 'requests.memory': '384Mi', pods: '2' } })
    const refusal = faultOf(() => twin.api.create(sized('third', '256Mi')))
    expect(refusal).toMatchObject({ code: 'forbidden', statusCode: 403 })
    expect(refusal.message).toBe('pods "third" is forbidden: exceeded quota: team, requested: requests.memory=256Mi, used: requests.memory=384Mi, limited: requests.memory=512Mi')
    expect(used()).toMatchObject({ used: { pods: '2' } })
  })

  test('leaves pods from before it alone', () => {
    const twin = bareTwin([pod('old'), quota({ pods: '2', 'limits.cpu': '4' })])
    const ref = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'old' }
    expect(twin.api.patch(ref, { type: 'merge', body: { metadata: { labels: { seen: 'yes' } } } }).metadata.labels).toEqual({ seen: 'yes' })
  })

  test('makes the resources it counts compulsory', () => {
    const twin = bareTwin([quota({ 'limits.cpu': '4', 'requests.memory': '1Gi' })])
    expect(faultOf(() => twin.api.create(pod('a'))).message).toBe('pods "a" is forbidden: failed quota: team: must specify limits.cpu for: app; requests.memory for: app')
  })
})

describe('limit ranges', () => {
  const range: KubeObject = {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'bounds', namespace: 'default' },
    spec: { limits: [{ type: 'Container', default: { memory: '256Mi' }, defaultRequest: { memory: '128Mi' }, max: { memory: '512Mi' } }] },
  }

  test('give defaults and bound what is asked', () => {
    const twin = bareTwin([range])
    expect(twin.api.create(pod('a'))).toMatchObject({ spec: { containers: [{ resources: { limits: { memory: '256Mi' }, requests: { memory: '128Mi' } } }] } })
    const big = pod('b', { containers: [{ name: 'app', image: 'a:1', resources: { limits: { memory: '1Gi' } } }] })
    expect(faultOf(() => twin.api.create(big)).message).toBe('pods "b" is forbidden: maximum memory usage per Container is 512Mi, but limit is 1Gi')
  })
})

test('a custom resource is served while it is defined, and goes with its definition', () => {
  const widget: KubeObject = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'one', namespace: 'default' }, spec: { size: 1 } }
  const spec = { group: 'example.com', scope: 'Namespaced', names: { kind: 'Widget', plural: 'widgets' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } }] }
  const { api, store } = bareTwin()
  expect(faultOf(() => api.create(widget)).code).toBe('not-found')
  const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'widgets.example.com' } }
  // Nobody has looked at it yet when its maker is answered.
  expect(api.create({ ...definition, spec })).toMatchObject({ status: { acceptedNames: { kind: '', plural: '' }, storedVersions: ['v1'] } })
  expect(store.get({ ...definition, name: 'widgets.example.com' })).toMatchObject({
    status: { conditions: expect.arrayContaining([expect.objectContaining({ type: 'Established', status: 'True' })]), storedVersions: ['v1'] },
  })
  expect(api.create(widget).metadata.generation).toBe(1)
  api.remove({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: 'widgets.example.com' })
  expect(store.get({ apiVersion: 'example.com/v1', kind: 'Widget', namespace: 'default', name: 'one' })).toBeUndefined()
})

test('a fork goes its own way', () => {
  const twin = bareTwin([pod('a')])
  const fork = twin.fork(9)
  fork.api.create(pod('b'))
  twin.api.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'a' })
  const names = (of: Twin): string[] => [...of.store.list('/Pod', 'default')].map((object) => object.metadata.name ?? '')
  expect(names(fork)).toEqual(['a', 'b'])
  expect(names(twin)).toEqual([])
})

test('what was read from a cluster keeps its versions', () => {
  const raw = { ...pod('old', {}, { uid: 'u1', resourceVersion: '123456' }) }
  const twin = composeTwin({ seed: 1, startMs: START_MS, version: { major: 1, minor: 36, gitVersion: 'v1.36.0' }, machinery: bareMachinery(), raw: [raw] })
  expect(twin.store.byUid('u1')?.metadata.resourceVersion).toBe('123456')
  expect(Number(twin.api.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'next', namespace: 'default' } }).metadata.resourceVersion)).toBeGreaterThan(123456)
})
