/**
 * The kinds that set a cluster up: rights, networks, storage, limits, autoscalers, classes; a valid object of each.
 *
 * Nothing here reaches beyond its play: volumes have a class that no claim asks for, and no class is the default one. `@` in a name is the play's own prefix, since these are not all in its namespace.
 */

import type { KubeObject } from '../../../src/model/kube-object.ts'

const meta = { name: 'NAMED' }
const wide = { name: '@NAMED' }
const RBAC = 'rbac.authorization.k8s.io/v1'
const RULE = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }

export const SETTING_BASES = {
  role: { apiVersion: RBAC, kind: 'Role', metadata: meta, rules: [RULE] },
  clusterRole: { apiVersion: RBAC, kind: 'ClusterRole', metadata: wide, rules: [RULE] },
  roleBinding: { apiVersion: RBAC, kind: 'RoleBinding', metadata: meta, roleRef: { kind: 'Role', name: 'r', apiGroup: 'rbac.authorization.k8s.io' }, subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'x' }] },
  clusterRoleBinding: { apiVersion: RBAC, kind: 'ClusterRoleBinding', metadata: wide, roleRef: { kind: 'ClusterRole', name: 'view', apiGroup: 'rbac.authorization.k8s.io' }, subjects: [{ kind: 'User', name: 'u' }] },
  networkPolicy: { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: meta, spec: { podSelector: {} } },
  ingress: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: meta, spec: { rules: [{ host: 'a.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 's', port: { number: 80 } } } }] } }] } },
  ingressClass: { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: wide, spec: { controller: 'example.com/ingress' } },
  autoscaler: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: meta, spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'none' }, maxReplicas: 3 } },
  limitRange: { apiVersion: 'v1', kind: 'LimitRange', metadata: meta, spec: { limits: [{ type: 'Container', max: { cpu: '2' } }] } },
  quota: { apiVersion: 'v1', kind: 'ResourceQuota', metadata: meta, spec: { hard: { pods: '10' } } },
  priorityClass: { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: wide, value: 10 },
  storageClass: { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: wide, provisioner: 'example.com/disk' },
  volume: { apiVersion: 'v1', kind: 'PersistentVolume', metadata: wide, spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: 'nobody', hostPath: { path: '/data' } } },
  attachment: { apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment', metadata: wide, spec: { attacher: 'example.com', nodeName: 'nowhere', source: { persistentVolumeName: 'none' } } },
  driver: { apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: wide, spec: { attachRequired: false } },
  csiNode: { apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', metadata: wide, spec: { drivers: [{ name: 'disk.example.com', nodeID: 'n' }] } },
  attributesClass: { apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttributesClass', metadata: wide, driverName: 'disk.example.com', parameters: { iops: '1' } },
  capacity: { apiVersion: 'storage.k8s.io/v1', kind: 'CSIStorageCapacity', metadata: meta, storageClassName: 'fast', capacity: '1Gi' },
  runtimeClass: { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: wide, handler: 'runc' },
  lease: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: meta, spec: { holderIdentity: 'me', leaseDurationSeconds: 15 } },
  slice: { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: meta, addressType: 'IPv4', endpoints: [{ addresses: ['10.1.2.3'] }], ports: [{ port: 80 }] },
  endpoints: { apiVersion: 'v1', kind: 'Endpoints', metadata: meta, subsets: [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ port: 80 }] }] },
  account: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { ...meta, labels: { app: 'a' } } },
  namespace: { apiVersion: 'v1', kind: 'Namespace', metadata: wide },
  node: { apiVersion: 'v1', kind: 'Node', metadata: { ...wide, labels: { app: 'a' } } },
  template: { apiVersion: 'v1', kind: 'PodTemplate', metadata: meta, template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'main', image: 'app:1' }] } } },
  revision: { apiVersion: 'apps/v1', kind: 'ControllerRevision', metadata: meta, data: { a: 1 }, revision: 1 },
  event: { apiVersion: 'v1', kind: 'Event', metadata: meta, involvedObject: { kind: 'Pod', name: 'p', namespace: '@play' }, reason: 'Seen', message: 'it was', type: 'Normal' },
} as const satisfies Record<string, KubeObject>

export type SettingKind = keyof typeof SETTING_BASES
