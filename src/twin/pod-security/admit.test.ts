import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { conditionOf } from '../../model/kube/workload.ts'
import { createStore } from '../store.ts'
import { inShop, podsOf, setContainer, testDeployment, testTwin } from '../test-twin.ts'
import type { Twin } from '../twin.ts'
import { admitSecurity } from './admit.ts'

const SHOP = { apiVersion: 'v1', kind: 'Namespace', name: 'shop' }
const HARD = { allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } }
const MISSING = 'allowPrivilegeEscalation != false (container "main" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "main" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "main" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "main" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")'

const pod = (name: string, container: object = {}, spec: object = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop' }, spec: { containers: [{ name: 'main', image: 'app:1', ...container }], ...spec } })

function labelled(twin: Twin, labels: Readonly<Record<string, string>>): readonly string[] {
  const named = Object.fromEntries(Object.entries(labels).map(([name, value]) => [`pod-security.kubernetes.io/${name}`, value]))
  return heardBy(twin, (api) => api.patch(SHOP, { type: 'merge', body: { metadata: { labels: named } } }))
}

/** What the writer is warned of. */
function heardBy(twin: Twin, write: (api: Twin['api']) => void): readonly string[] {
  const warnings: string[] = []
  write(twin.api.as({ user: 'somebody', warn: (text) => void warnings.push(text) }))
  return warnings
}

describe('a pod', () => {
  test('that is more than its namespace allows is refused, in the words of the server', () => {
    const twin = testTwin({})
    labelled(twin, { enforce: 'restricted' })
    const message = `pods "web" is forbidden: violates PodSecurity "restricted:latest": ${MISSING}`
    const status = { reason: 'Forbidden', code: 403, details: { name: 'web', kind: 'pods' }, message }
    expect(() => twin.api.create(pod('web'))).toThrow(expect.objectContaining({ kubeStatus: expect.objectContaining(status) as unknown }) as Error)
    expect(twin.api.create(pod('web', { securityContext: HARD })).metadata.name).toBe('web')
  })

  test('is judged by what the release of the server and the version of the policy ask', () => {
    const free = { hostUsers: false, containers: [{ name: 'main', image: 'app:1', securityContext: { ...HARD, runAsNonRoot: false } }] }
    const isLetIn = (minor: number, version: string): boolean => {
      const twin = testTwin({ minor })
      labelled(twin, { enforce: 'restricted', 'enforce-version': version })
      try {
        return twin.api.create(pod('web', {}, free)).metadata.name === 'web'
      } catch {
        return false
      }
    }
    expect([isLetIn(34, 'latest'), isLetIn(34, 'v1.35'), isLetIn(35, 'latest'), isLetIn(36, 'v1.34'), isLetIn(36, 'v1.35')]).toEqual([false, false, true, false, true])
  })

  test('that was there keeps running, and only a change that is judged is refused', () => {
    const twin = testTwin({})
    twin.api.create(pod('web'))
    labelled(twin, { enforce: 'restricted' })
    const ref = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web' }
    expect(twin.api.patch(ref, { type: 'merge', body: { metadata: { labels: { a: 'b' } } } }).metadata.labels).toEqual({ a: 'b' })
    expect(() => twin.api.patch(ref, { type: 'strategic', body: { spec: { containers: [{ name: 'main', image: 'app:2' }] } } })).toThrow('violates PodSecurity')
    expect(() => twin.api.patch(ref, { type: 'strategic', body: { spec: { ephemeralContainers: [{ name: 'shell', image: 'shell:1' }] } } }, { subresource: 'ephemeralcontainers' })).toThrow('violates PodSecurity')
  })

  test('that the level allows and the warned level does not is let in with a warning', () => {
    const twin = testTwin({})
    labelled(twin, { enforce: 'baseline', warn: 'restricted', 'warn-version': 'v1.30' })
    expect(heardBy(twin, (api) => api.create(pod('web')))).toEqual([`would violate PodSecurity "restricted:v1.30": ${MISSING}`])
  })

  test.each(['strict', ''])('is held to everything where nobody can read the level %j', (level) => {
    const store = createStore()
    store.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'pod-security.kubernetes.io/enforce': level } } })
    expect(() => admitSecurity({ store, requester: { user: 'somebody' }, profile: { minor: 36 } }, { resource: { group: '', plural: 'pods' }, next: pod('web') })).toThrow('violates PodSecurity "restricted:latest"')
  })
})

describe('a namespace', () => {
  test('warns of the pods that its new level would refuse, each sort once', () => {
    const twin = testTwin({ objects: [testDeployment('web')] })
    twin.advance(10_000)
    twin.api.create(pod('bare', {}, { hostNetwork: true }))
    const reasons = 'allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile'
    const [first] = podsOf(twin, 'web').map(({ metadata }) => metadata.name).sort()
    expect(labelled(twin, { enforce: 'restricted' })).toEqual([
      'existing pods in namespace "shop" violate the new PodSecurity enforce level "restricted:latest"',
      `${first} (and 1 other pod): ${reasons}`,
      `bare: host namespaces, ${reasons}`,
    ].toSorted((left, right) => (left.startsWith('existing') ? -1 : right.startsWith('existing') ? 1 : left < right ? -1 : 1)))
    expect(labelled(twin, { enforce: 'baseline' })).toEqual([])
    expect(labelled(twin, { 'enforce-version': 'v1.30' })).toEqual(['existing pods in namespace "shop" violate the new PodSecurity enforce level "baseline:v1.30"', 'bare: host namespaces'])
  })

  test('with labels that nobody can read is refused, and keeps those it had', () => {
    const twin = testTwin({})
    expect(() => labelled(twin, { enforce: 'strict' })).toThrow('Namespace "shop" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted')
    expect(() => labelled(twin, { 'warn-version': 'v2.0' })).toThrow('must be "latest" or "v1.x"')
  })
})

test('a roll-out of pods that may not be stalls, and tells why', () => {
  const twin = testTwin({ objects: [testDeployment('web', { securityContext: HARD })] })
  labelled(twin, { enforce: 'restricted' })
  twin.advance(30_000)
  expect(podsOf(twin, 'web')).toHaveLength(2)
  setContainer(twin, 'Deployment', 'web', { path: 'securityContext/allowPrivilegeEscalation', value: true })
  twin.advance(30_000)
  expect(podsOf(twin, 'web').map(({ spec }) => spec?.containers[0]?.securityContext?.allowPrivilegeEscalation)).toEqual([false, false])
  const failure = conditionOf(inShop(twin, 'Deployment', 'web'), 'ReplicaFailure')
  expect(failure).toMatchObject({ status: 'True', reason: 'FailedCreate' })
  expect(failure?.message).toMatch(/^pods "web-\w+-\w+" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false \(container "main" must set/)
})

test('a daemon that may not be is wanted all the same', () => {
  const twin = testTwin({})
  labelled(twin, { enforce: 'baseline' })
  twin.api.create({ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'log', namespace: 'shop' }, spec: { selector: { matchLabels: { app: 'log' } }, template: { metadata: { labels: { app: 'log' } }, spec: { hostNetwork: true, containers: [{ name: 'main', image: 'app:1' }] } } } })
  twin.advance(30_000)
  const { status } = inShop(twin, 'DaemonSet', 'log') as KubeObject
  expect(status).toMatchObject({ desiredNumberScheduled: [...twin.store.list('/Node')].length, currentNumberScheduled: 0, observedGeneration: 1 })
})

test('who writes a template is told what its pods would be refused for, whatever is enforced', () => {
  const twin = testTwin({})
  labelled(twin, { enforce: 'restricted' })
  expect(heardBy(twin, (api) => api.create(testDeployment('web')))).toEqual([`would violate PodSecurity "restricted:latest": ${MISSING}`])
  const job = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'night', namespace: 'shop' }, spec: { schedule: '0 0 1 1 *', jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'app:1', securityContext: HARD }] } } } } } }
  expect(heardBy(twin, (api) => api.create(job as KubeObject))).toEqual([])
})
