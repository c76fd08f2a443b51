/** PodSecurity: what a namespace's labels say of a pod that is made or changed in it, of a template, and of the pods that are there when the labels change. */

import * as fc from 'fast-check'
import { isFault } from '../../../src/kernel/fault.ts'
import { createRng } from '../../../src/kernel/rng.ts'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { createEnvironment } from '../../../src/twin/api/create-api.ts'
import { admitSecurity, type SecurityRequest } from '../../../src/twin/pod-security/admit.ts'
import { profileFor } from '../../../src/twin/profile.ts'
import { createStore } from '../../../src/twin/store.ts'
import { area } from '../area.ts'

type Labels = Record<string, string>
type Drawn = Record<string, unknown>

interface Securing {
  readonly of: 'pod' | 'template' | 'namespace'
  readonly labels: Labels
  readonly oldLabels?: Labels
  readonly pod?: KubeObject
  readonly oldPod?: KubeObject
  readonly pods?: readonly KubeObject[]
}

/** Each member sometimes, so that a pod is now and then as it should be. */
const partly = (members: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Drawn> => fc.record(members, { requiredKeys: [] }) as fc.Arbitrary<Drawn>

const level = fc.constantFrom('restricted', 'restricted', 'restricted', 'baseline', 'baseline', 'privileged', 'Restricted', '')
/** Every release that changed a check, those before, and some that nobody has. */
const version = fc.constantFrom('latest', 'latest', 'latest', ...[0, 7, 8, 18, 19, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 99].map((minor) => `v1.${minor}`), 'v1.034', '1.34', 'v2.0', 'v1.9223372036854775807', 'v1.9223372036854775808')
const modes = ['enforce', 'audit', 'warn']
const labels = partly(Object.fromEntries(modes.flatMap((mode) => [[`pod-security.kubernetes.io/${mode}`, level], [`pod-security.kubernetes.io/${mode}-version`, version]]))) as fc.Arbitrary<Labels>
const enforced = fc.tuple(labels, fc.constantFrom('restricted', 'restricted', 'baseline')).map(([given, at]): Labels => ({ ...given, 'pod-security.kubernetes.io/enforce': at }))

const profile = (...types: string[]): fc.Arbitrary<Drawn> => partly({ type: fc.constantFrom('RuntimeDefault', 'RuntimeDefault', 'Localhost', ...types) })
const capability = fc.constantFrom('ALL', 'NET_BIND_SERVICE', 'NET_BIND_SERVICE', 'CHOWN', 'NET_RAW', 'SYS_ADMIN', 'all', 'CAP_CHOWN')
const shared = {
  runAsNonRoot: fc.constantFrom(true, true, true, false),
  runAsUser: fc.constantFrom(1000, 1000, 0),
  seccompProfile: profile('Unconfined', ''),
  appArmorProfile: profile('Unconfined', 'Runtime'),
  seLinuxOptions: partly({ type: fc.constantFrom('', 'container_t', 'container_engine_t', 'spc_t', 'container_kvm_t'), user: fc.constantFrom('', '', 'root'), role: fc.constantFrom('', '', 'admin'), level: fc.constant('s0') }),
  windowsOptions: partly({ hostProcess: fc.constantFrom(false, false, true) }),
}
const securityContext = fc.oneof(
  { weight: 2, arbitrary: partly({ ...shared, privileged: fc.constantFrom(false, false, true), allowPrivilegeEscalation: fc.constantFrom(false, false, false, true), capabilities: partly({ add: fc.array(capability, { maxLength: 2 }), drop: fc.array(capability, { maxLength: 2 }) }), procMount: fc.constantFrom('Default', 'Default', 'Unmasked') }) },
  { weight: 2, arbitrary: fc.constant({ allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } }) },
)
const address = fc.constantFrom('', '', '127.0.0.1', 'host.local')
const handler = fc.oneof(address.map((host) => ({ httpGet: { path: '/', port: 8080, host } })), address.map((host) => ({ tcpSocket: { port: 8080, host } })), fc.constant({ exec: { command: ['true'] } }))
const rarely = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { freq: 2, nil: undefined })
const container = fc
  .record({
    securityContext: fc.option(securityContext, { nil: undefined }),
    image: fc.constantFrom('registry.local/app:1', 'registry.local/app:2'),
    ports: rarely(fc.array(fc.record({ containerPort: fc.constant(8080), hostPort: fc.constantFrom(0, 0, 80, 443, 9090) }), { maxLength: 2 })),
    livenessProbe: rarely(handler),
    readinessProbe: rarely(handler),
    startupProbe: rarely(handler),
    lifecycle: rarely(partly({ postStart: handler, preStop: handler })),
  })
  .map(defined)
const named = (prefix: string, { minLength = 0, maxLength }: fc.ArrayConstraints): fc.Arbitrary<object[]> => fc.array(container, { minLength, ...(maxLength === undefined ? {} : { maxLength }) }).map((drawn) => drawn.map((one, index) => ({ name: `${prefix}${index}`, ...one })))

function defined(drawn: object): Drawn {
  return Object.fromEntries(Object.entries(drawn).filter(([, value]) => value !== undefined))
}

const volumes = fc
  .array(
    fc.constantFrom<Drawn>(
      { emptyDir: {} }, { configMap: { name: 'settings' } }, { secret: { secretName: 's' } }, { persistentVolumeClaim: { claimName: 'data' } }, { projected: { sources: [] } }, { csi: { driver: 'x' } }, { downwardAPI: {} }, { ephemeral: {} }, { image: { reference: 'registry.local/data:1' } },
      { hostPath: { path: '/var/log' } }, { hostPath: { path: '/' } }, { nfs: { server: 'nas', path: '/' } }, { iscsi: { targetPortal: 'a', iqn: 'b', lun: 0 } }, { gitRepo: { repository: 'r' } }, { awsElasticBlockStore: { volumeID: 'v' } }, { cephfs: { monitors: ['m'] } }, { flexVolume: { driver: 'd' } }, { azureFile: { secretName: 's', shareName: 's' } }, { storageos: {} }, { fc: {} }, {},
    ),
    { maxLength: 3 },
  )
  .map((drawn) => drawn.map((one, index) => ({ name: `v${index}`, ...one })))
const sysctl = fc.constantFrom('kernel.shm_rmid_forced', 'net.ipv4.ip_local_reserved_ports', 'net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_rmem', 'net.core.somaxconn', 'kernel.msgmax')
const spec = fc
  .record({
    initContainers: rarely(named('i', { maxLength: 1 })),
    containers: named('c', { minLength: 1, maxLength: 3 }),
    ephemeralContainers: rarely(named('e', { maxLength: 2 })),
    volumes: rarely(volumes),
    hostNetwork: rarely(fc.boolean()),
    hostPID: rarely(fc.boolean()),
    hostIPC: rarely(fc.boolean()),
    hostUsers: rarely(fc.boolean()),
    os: rarely(fc.constantFrom({ name: 'windows' }, { name: 'linux' })),
    securityContext: fc.option(partly({ ...shared, sysctls: fc.array(sysctl.map((name) => ({ name, value: '1' })), { maxLength: 2 }) }), { nil: undefined }),
  })
  .map(defined)
const annotations = partly({
  'seccomp.security.alpha.kubernetes.io/pod': fc.constantFrom('runtime/default', 'docker/default', 'localhost/x', 'unconfined', 'a"b'),
  'container.seccomp.security.alpha.kubernetes.io/c0': fc.constantFrom('runtime/default', 'unconfined'),
  'container.apparmor.security.beta.kubernetes.io/c0': fc.constantFrom('runtime/default', 'localhost/x', 'unconfined', ''),
  'container.apparmor.security.beta.kubernetes.io/c1': fc.constantFrom('runtime/default', 'unconfined', 'a"b'),
})
const podNamed = (name: string, of: Drawn, more: Drawn = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', ...more }, spec: of })
const pod = fc.record({ spec, annotations: rarely(annotations) }).map(({ spec: of, annotations: more }) => podNamed('web', of, defined({ annotations: more })))
const owner = fc.constantFrom(undefined, undefined, 'rs-1', 'rs-2')
const pods = fc.array(fc.record({ spec, uid: owner }), { maxLength: 4 }).map((drawn) => drawn.map(({ spec: of, uid }, index) => podNamed(`web-${(index * 7) % 5}`, of, uid === undefined ? {} : { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: uid, uid, controller: true }] })))

/** What may change in a pod, what may not, and nothing. */
const changes: readonly ((pod: KubeObject) => KubeObject)[] = [
  (old) => ({ ...old, metadata: { ...old.metadata, labels: { changed: 'yes' } } }),
  (old) => withContainers(old, 'containers', (container) => ({ ...container, image: 'registry.local/app:3' })),
  (old) => withContainers(old, 'initContainers', (container) => ({ ...container, image: 'registry.local/app:3' })),
  (old) => withContainers(old, 'ephemeralContainers', (container) => ({ ...container, image: 'registry.local/app:3' })),
  (old) => ({ ...old, spec: { ...(old['spec'] as object), ephemeralContainers: [{ name: 'shell', image: 'registry.local/shell:1' }] } }),
  (old) => ({ ...old, spec: { ...(old['spec'] as object), ephemeralContainers: [] } }),
  (old) => ({ ...old, spec: { ...(old['spec'] as object), hostNetwork: true } }),
]

function withContainers(old: KubeObject, list: string, change: (container: object) => object): KubeObject {
  const of = old['spec'] as Readonly<Record<string, readonly object[] | undefined>>
  return of[list] === undefined ? old : { ...old, spec: { ...of, [list]: of[list].map(change) } }
}

const questions: fc.Arbitrary<Securing> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ of: fc.constant('pod' as const), labels: fc.oneof(enforced, labels), pod }) },
  { weight: 2, arbitrary: fc.record({ of: fc.constant('template' as const), labels, pod }) },
  { weight: 1, arbitrary: fc.record({ labels: enforced, pod, change: fc.constantFrom(...changes) }).map(({ pod: oldPod, change, labels: given }) => ({ of: 'pod' as const, labels: given, oldPod, pod: change(oldPod) })) },
  { weight: 3, arbitrary: fc.record({ of: fc.constant('namespace' as const), labels: fc.oneof(enforced, labels), oldLabels: labels, pods }) },
)

export const podSecurity = area<Securing>({
  name: 'pod-security',
  questions,
  count: 1_200,
  answer(question, minor) {
    const warnings: string[] = []
    const store = createStore()
    const profileOfMinor = profileFor({ minor })
    store.put(namespaceWith(question.of === 'namespace' ? question.oldLabels : question.labels))
    for (const one of question.pods ?? []) store.put(one)
    const environment = createEnvironment({ store, profile: profileOfMinor, rng: createRng(1), nowMs: () => Date.UTC(2026, 0, 1) })
    const heard = { ...environment, requester: { user: 'somebody', warn: (text: string) => void warnings.push(text) } }
    try {
      admitSecurity(heard, requestOf(question))
      return { warnings }
    } catch (error) {
      if (!isFault(error)) throw error
      return { warnings, refused: error.message }
    }
  },
})

function namespaceWith(labels: Labels = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } }
}

function requestOf({ of, labels: given, oldLabels, pod: next, oldPod }: Securing): SecurityRequest {
  if (of === 'namespace') return { resource: { group: '', plural: 'namespaces' }, next: namespaceWith(given), before: namespaceWith(oldLabels) }
  const { metadata, ...rest } = next as KubeObject
  if (of === 'template') return { resource: { group: '', plural: 'podtemplates' }, next: { apiVersion: 'v1', kind: 'PodTemplate', metadata: { name: 'web', namespace: 'shop' }, template: { metadata, spec: rest['spec'] } } }
  return { resource: { group: '', plural: 'pods' }, next: next as KubeObject, ...(oldPod === undefined ? {} : { before: oldPod }) }
}
