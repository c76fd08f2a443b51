/** A pod with volumes looks for a node: bound and waiting claims, zones, node affinity of volumes, attach limits, one pod only. */

import * as fc from 'fast-check'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { area } from '../area.ts'
import { HOSTNAME, NAMESPACES, NODES, nodeOf, onNodes, podOf, ZONE } from '../clusters.ts'
import { place, type Placing } from './scheduling.ts'

const REGION = 'topology.kubernetes.io/region'
const OLD_ZONE = 'failure-domain.beta.kubernetes.io/zone'
const DRIVER = 'disk.csi.example'
const CLAIMS = ['data-0', 'data-1', 'data-2']
const DISKS = ['pv-0', 'pv-1', 'pv-2']
const size = fc.constantFrom('1Gi', '5Gi', '10Gi')
const modes = fc.constantFrom(['ReadWriteOnce'], ['ReadWriteOnce'], ['ReadWriteOncePod'], ['ReadWriteMany'], ['ReadWriteOnce', 'ReadOnlyMany'])
const className = fc.constantFrom('slow', 'late', 'late', 'none', 'topo', '')

const named = (apiVersion: string, kind: string, name: string, more: object): KubeObject => ({ apiVersion, kind, metadata: { name, uid: `uid-${name}` }, ...more })
const within = (namespace: string, object: KubeObject): KubeObject => ({ ...object, metadata: { ...object.metadata, namespace } })

const nodes = fc
  .array(fc.record({ zone: fc.constantFrom('z1', 'z2', undefined), old: fc.constantFrom('', '', '', 'z1'), cordoned: fc.constantFrom(false, false, false, true) }), { minLength: 1, maxLength: 3 })
  .map((drawn) =>
    drawn.map(({ zone, old, cordoned }, index) =>
      nodeOf(NODES[index] ?? '', { cpu: '4', memory: '8Gi', pods: '110', gpu: undefined, zone, rack: undefined, more: { [REGION]: 'r', ...(old === '' ? {} : { [OLD_ZONE]: old }) }, taints: [], cordoned, images: [] }),
    ),
  )

const affinity = fc.constantFrom(undefined, [{ key: ZONE, operator: 'In', values: ['z1'] }], [{ key: ZONE, operator: 'In', values: ['z1', 'z2'] }], [{ key: HOSTNAME, operator: 'In', values: ['node-a'] }], [{ key: 'disk', operator: 'Exists' }])
const diskLabels = fc.constantFrom({}, {}, { [ZONE]: 'z1' }, { [ZONE]: 'z1__z2' }, { [OLD_ZONE]: 'z2' }, { [REGION]: 'r', [ZONE]: 'z2' }, { tier: 'a' })

const disk = fc.record({ size, modes, className, affinity, labels: diskLabels, csi: fc.boolean(), phase: fc.constantFrom('Available', 'Available', 'Bound', 'Released', undefined), claim: fc.constantFrom(undefined, undefined, ...CLAIMS), uid: fc.boolean() })
const disks = fc.array(disk, { maxLength: 3 }).map((drawn) =>
  drawn.map((parts, index) => {
    const name = DISKS[index] ?? ''
    const bare = named('v1', 'PersistentVolume', name, {
      spec: {
        capacity: { storage: parts.size },
        accessModes: parts.modes,
        storageClassName: parts.className,
        ...(parts.csi ? { csi: { driver: DRIVER, volumeHandle: name } } : { local: { path: '/mnt' } }),
        ...(parts.affinity === undefined ? {} : { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: parts.affinity }] } } }),
        ...(parts.claim === undefined ? {} : { claimRef: { kind: 'PersistentVolumeClaim', namespace: 'shop', name: parts.claim, ...(parts.uid ? { uid: `uid-${parts.claim}` } : {}) } }),
      },
      ...(parts.phase === undefined ? {} : { status: { phase: parts.phase } }),
    })
    return { ...bare, metadata: { ...bare.metadata, labels: { ...parts.labels } as Record<string, string> } }
  }),
)

const claim = fc.record({
  size,
  modes,
  className,
  volume: fc.constantFrom('', '', ...DISKS, 'pv-gone'),
  bound: fc.constantFrom(true, true, true, false),
  phase: fc.constantFrom('Bound', 'Pending', 'Pending', 'Lost'),
  deleting: fc.constantFrom(false, false, false, false, true),
  selected: fc.constantFrom('', '', '', 'node-a', 'node-b'),
  selector: fc.constantFrom(undefined, undefined, undefined, { matchLabels: { tier: 'a' } }),
  mode: fc.constantFrom(undefined, undefined, undefined, 'Block'),
})
const claims = fc.array(claim, { minLength: 1, maxLength: 3 }).map((drawn) =>
  drawn.map((parts, index) => {
    const isBound = parts.volume !== '' && parts.bound
    const bare = within('shop', named('v1', 'PersistentVolumeClaim', CLAIMS[index] ?? '', {
      spec: { accessModes: parts.modes, storageClassName: parts.className, resources: { requests: { storage: parts.size } }, ...(parts.volume === '' ? {} : { volumeName: parts.volume }), ...(parts.selector === undefined ? {} : { selector: parts.selector }), ...(parts.mode === undefined ? {} : { volumeMode: parts.mode }) },
      status: { phase: isBound && parts.phase !== 'Lost' ? 'Bound' : parts.phase === 'Bound' ? 'Pending' : parts.phase },
    }))
    const annotations = { ...(isBound ? { 'pv.kubernetes.io/bind-completed': 'yes' } : {}), ...(parts.selected === '' ? {} : { 'volume.kubernetes.io/selected-node': parts.selected }) }
    return { ...bare, metadata: { ...bare.metadata, annotations, ...(parts.deleting ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) } }
  }),
)

const classes = fc.record({ topology: fc.constantFrom(undefined, ['z1'], ['z2', 'z3']), there: fc.boolean() }).map(({ topology, there }) => [
  named('storage.k8s.io/v1', 'StorageClass', 'slow', { provisioner: DRIVER, volumeBindingMode: 'Immediate' }),
  named('storage.k8s.io/v1', 'StorageClass', 'late', { provisioner: DRIVER, volumeBindingMode: 'WaitForFirstConsumer' }),
  named('storage.k8s.io/v1', 'StorageClass', 'none', { provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'WaitForFirstConsumer' }),
  ...(there ? [named('storage.k8s.io/v1', 'StorageClass', 'topo', { provisioner: DRIVER, volumeBindingMode: 'WaitForFirstConsumer', ...(topology === undefined ? {} : { allowedTopologies: [{ matchLabelExpressions: [{ key: ZONE, values: topology }] }] }) })] : []),
])

const limits = fc.array(fc.record({ node: fc.constantFrom(...NODES.slice(0, 3)), count: fc.constantFrom(undefined, 0, 1, 2) }), { maxLength: 3 }).map((drawn) => {
  const perNode = new Map(drawn.map(({ node, count }) => [node, count]))
  return Array.from(perNode, ([node, count]) => named('storage.k8s.io/v1', 'CSINode', node, { spec: { drivers: [{ name: DRIVER, nodeID: node, ...(count === undefined ? {} : { allocatable: { count } }) }] } }))
})
const attachments = fc.array(fc.record({ node: fc.constantFrom(...NODES.slice(0, 3)), disk: fc.constantFrom(...DISKS) }), { maxLength: 2 }).map((drawn) =>
  drawn.map(({ node, disk: volume }, index) => named('storage.k8s.io/v1', 'VolumeAttachment', `va-${index}`, { spec: { attacher: DRIVER, nodeName: node, source: { persistentVolumeName: volume } }, status: { attached: true } })),
)
const capacities = fc.record({ driver: fc.constantFrom(undefined, undefined, true, false), list: fc.array(fc.record({ zone: fc.constantFrom('z1', 'z2'), capacity: fc.constantFrom('2Gi', '20Gi'), max: fc.constantFrom(undefined, '4Gi'), className: fc.constantFrom('late', 'topo') }), { maxLength: 2 }) }).map(({ driver, list }) => [
  ...(driver === undefined ? [] : [named('storage.k8s.io/v1', 'CSIDriver', DRIVER, { spec: { storageCapacity: driver } })]),
  ...list.map((parts, index) => within('kube-system', named('storage.k8s.io/v1', 'CSIStorageCapacity', `capacity-${index}`, { storageClassName: parts.className, capacity: parts.capacity, ...(parts.max === undefined ? {} : { maximumVolumeSize: parts.max }), nodeTopology: { matchLabels: { [ZONE]: parts.zone } } }))),
])

const volume = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...CLAIMS).map((claimName) => ({ persistentVolumeClaim: { claimName } })) },
  { weight: 1, arbitrary: fc.constantFrom({ emptyDir: {} }, { gcePersistentDisk: { pdName: 'a' } }, { gcePersistentDisk: { pdName: 'a', readOnly: true } }, { awsElasticBlockStore: { volumeID: 'b' } }, { iscsi: { targetPortal: 't', iqn: 'q', lun: 0 } }, { rbd: { monitors: ['m'], image: 'i' } }, { ephemeral: { volumeClaimTemplate: { spec: {} } } }, { csi: { driver: DRIVER } }) },
)
const volumesOf = fc.uniqueArray(volume, { minLength: 1, maxLength: 3, selector: (each) => JSON.stringify(each) }).map((drawn) => drawn.map((source, index) => ({ name: `v${index}`, ...source })))
const specWith = (volumes: readonly object[]): object => ({ containers: [{ name: 'c0', image: 'registry.local/app:1' }], volumes })
const incoming = volumesOf.map((volumes) => podOf({ name: 'new', space: 'shop', own: {}, spec: specWith(volumes) }))
const present = fc.array(fc.record({ volumes: volumesOf, node: fc.constantFrom(...NODES.slice(0, 3)) }), { maxLength: 3 }).map((drawn) => drawn.map(({ volumes, node }, index) => podOf({ name: `pod-${index}`, space: 'shop', own: {}, spec: { ...specWith(volumes), nodeName: node } })))

export const volumes = area<Placing>({
  name: 'volumes',
  questions: fc
    .record({ pod: incoming, nodes, pods: present, objects: fc.tuple(claims, disks, classes, limits, attachments, capacities).map((parts) => parts.flat()) })
    .map((drawn): Placing => ({ ...drawn, services: [], namespaces: NAMESPACES, pods: onNodes(drawn.pods, drawn.nodes) })),
  count: 1_000,
  answer: place,
})

/** A claim that waits, and volumes that are kept for it or for nobody: does one of them do, by size, mode and class? Of volumes of one size upstream takes any. */
const keptDisk = fc.record({ size, className: fc.constantFrom('none', 'none', 'late'), modes: fc.constantFrom(['ReadWriteOnce'], ['ReadWriteOnce', 'ReadWriteMany']), node: fc.constantFrom(undefined, 'node-a') })
const waiting = fc.record({ disks: fc.uniqueArray(keptDisk, { minLength: 1, maxLength: 3, selector: (each) => each.size }), kept: fc.nat(3), size, modes: fc.constantFrom(['ReadWriteOnce'], ['ReadWriteMany']), className: fc.constantFrom('none', 'none', 'late') }).map((drawn): Placing => {
  const volumeOf = (parts: (typeof drawn.disks)[number], index: number): KubeObject =>
    named('v1', 'PersistentVolume', DISKS[index] ?? '', {
      spec: {
        capacity: { storage: parts.size },
        accessModes: parts.modes,
        storageClassName: parts.className,
        local: { path: '/mnt' },
        ...(parts.node === undefined ? {} : { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: HOSTNAME, operator: 'In', values: [parts.node] }] }] } } }),
        ...(index === drawn.kept ? { claimRef: { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data-0' } } : {}),
      },
      status: { phase: 'Available' },
    })
  const claimed = within('shop', named('v1', 'PersistentVolumeClaim', 'data-0', { spec: { accessModes: drawn.modes, storageClassName: drawn.className, resources: { requests: { storage: drawn.size } } }, status: { phase: 'Pending' } }))
  const classOf = (name: string, provisioner: string): KubeObject => named('storage.k8s.io/v1', 'StorageClass', name, { provisioner, volumeBindingMode: 'WaitForFirstConsumer' })
  return {
    pod: podOf({ name: 'new', space: 'shop', own: {}, spec: specWith([{ name: 'v0', persistentVolumeClaim: { claimName: 'data-0' } }]) }),
    nodes: ['node-a', 'node-b'].map((name) => nodeOf(name, { cpu: '4', memory: '8Gi', pods: '110', gpu: undefined, zone: undefined, rack: undefined, more: {}, taints: [], cordoned: false, images: [] })),
    pods: [],
    objects: [claimed, ...drawn.disks.map(volumeOf), classOf('none', 'kubernetes.io/no-provisioner'), classOf('late', DRIVER)],
    services: [],
    namespaces: NAMESPACES,
  }
})

export const keptVolumes = area<Placing>({ name: 'kept-volumes', questions: waiting, count: 300, answer: place })
