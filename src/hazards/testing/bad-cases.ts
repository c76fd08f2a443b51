/** A cluster or more for each hazard in which it is there: what the linter takes its plans from. A hazard without a row fails the linter. */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { ContainerLog } from '../../model/snapshot.ts'
import { ago, clusterObject, container, crashed, deployment, event, log, logNow, node, object, running, service, waiting, type PodDraft } from './cluster.ts'
import { cronJob, job, owned, unplaced } from './workloads.ts'

export interface BadCase {
  readonly objects: readonly (KubeObject | readonly KubeObject[])[]
  readonly logs?: readonly ContainerLog[]
}

const crash = crashed({ exitCode: 1 })
const oom = crashed({ exitCode: 137, reason: 'OOMKilled' })
const stood = { spec: container(), minutes: 6000, ready: 1 }
const pool = { 'eks.amazonaws.com/nodegroup': 'g' }
const limited = (memory: string) => container({ resources: { limits: { memory } } })

/** A rollout 20 minutes ago whose pods are like this. */
function rolledOut(now: Partial<Container>, pods: readonly PodDraft[]): KubeObject[] {
  return deployment('w', { revisions: [stood, { spec: container(now), minutes: 20 }], pods })
}

function warning(kind: string, name: string, reason: string, message: string): KubeObject {
  return event({ kind, name }, { reason, message, minutes: 1 })
}

const store = [service('store', { port: 5432 }), ...deployment('store', { revisions: [stood], pods: [running] })]
const probed = { ports: [{ containerPort: 8080 }], livenessProbe: { httpGet: { path: '/l', port: 9999 } } }
const probeKilled: PodDraft = { state: { restartCount: 4, state: { running: { startedAt: ago(1) } }, lastState: { terminated: { exitCode: 137, startedAt: ago(2), finishedAt: ago(1.5) } } } }
const caller = (dnsPolicy?: string) => deployment('api', { revisions: [{ spec: { ...container({ env: [{ name: 'DB_HOST', value: 'store:5432' }] }), ...(dnsPolicy === undefined ? {} : { dnsPolicy }) }, minutes: 6000 }], pods: [crash] })
const waitsOnClaim = deployment('w', { revisions: [{ spec: { ...container(), volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] }, minutes: 30 }], pods: [waiting('')] })
const claimed = { ...container(), volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] }
const budget = object('policy/v1', 'PodDisruptionBudget', 'b', { spec: { minAvailable: 2, selector: { matchLabels: { app: 'w' } } }, status: { disruptionsAllowed: 0 } })
const spread = deployment('w', { revisions: [stood], pods: [{ ...running, node: 'n1' }, { ...running, node: 'n2' }] })
const keyed = { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'creds', key: 'token' } } }] }

/** By the hazard's id. */
export const badCases: Readonly<Record<string, readonly BadCase[]>> = {
  'volume-full': [{ objects: [clusterObject('storage.k8s.io/v1', 'StorageClass', 'fast', { allowVolumeExpansion: true }), object('v1', 'PersistentVolumeClaim', 'data', { spec: { storageClassName: 'fast' } }), deployment('w', { revisions: [{ spec: { ...claimed, ...container({ volumeMounts: [{ name: 'd', mountPath: '/data' }] }) }, minutes: 900 }], pods: [crash] })], logs: [log('w-h1-p0', 'write /data/x: no space left on device')] }],
  'fault-injected': [
    { objects: [deployment('w', { revisions: [stood], pods: [running] }), object('chaos-mesh.org/v1alpha1', 'NetworkChaos', 'x', { spec: { action: 'loss', selector: { namespaces: ['shop'], labelSelectors: { app: 'w' } } }, status: { conditions: [{ type: 'AllInjected', status: 'True' }], experiment: { desiredPhase: 'Run', containerRecords: [{ id: 'shop/w-h1-p0', phase: 'Injected', events: [{ operation: 'Apply', timestamp: ago(3) }] }] } } })] },
    { objects: [deployment('w', { revisions: [stood], pods: [running] }), object('litmuschaos.io/v1alpha1', 'ChaosEngine', 'e', { spec: { appinfo: { appns: 'shop', applabel: 'app=w' }, experiments: [{ name: 'pod-cpu-hog', spec: { components: { env: [{ name: 'TARGET_NODE', value: 'n1' }] } } }] }, status: { engineStatus: 'initialized', experiments: [{ name: 'pod-cpu-hog', status: 'Running', lastUpdateTime: ago(3) }] } })] },
    { objects: [deployment('w', { revisions: [stood], pods: [running] }), clusterObject('chaosblade.io/v1alpha1', 'ChaosBlade', 'b', { spec: { experiments: [{ scope: 'pod', target: 'cpu', action: 'fullload', matchers: [{ name: 'labels', value: ['app=w'] }, { name: 'namespace', value: ['shop'] }] }] }, status: { phase: 'Running' } })] },
    { objects: [deployment('w', { revisions: [stood], pods: [running] }), service('w'), object('networking.istio.io/v1', 'VirtualService', 'v', { spec: { http: [{ fault: { delay: { fixedDelay: '5s', percentage: { value: 10 } } }, route: [{ destination: { host: 'w' } }] }] } })] },
  ],
  'mesh-route-broken': [
    { objects: [service('w'), object('networking.istio.io/v1', 'DestinationRule', 'd', { spec: { host: 'w', subsets: [{ name: 'v1', labels: { version: 'v1' } }] } }), object('networking.istio.io/v1', 'VirtualService', 'v', { spec: { http: [{ route: [{ destination: { host: 'w', subset: 'v2' } }] }] } })] },
    { objects: [service('w'), deployment('w', { revisions: [stood], pods: [running] }), object('networking.istio.io/v1', 'DestinationRule', 'd', { spec: { host: 'w', subsets: [{ name: 'v1', labels: { version: 'v1' } }] } }), object('networking.istio.io/v1', 'VirtualService', 'v', { spec: { tcp: [{ route: [{ destination: { host: 'w', subset: 'v1', port: { number: 80 } } }] }] } })] },
  ],
  'stream-cut-by-proxy': [{ objects: [service('mcp'), object('networking.k8s.io/v1', 'Ingress', 'in', { spec: { ingressClassName: 'nginx', rules: [{ http: { paths: [{ path: '/sse', backend: { service: { name: 'mcp', port: { number: 80 } } } }] } }] } })] }],
  'end-of-life-version': [{ objects: [deployment('w', { revisions: [{ spec: container({ image: 'postgres:11' }), minutes: 900 }], pods: [running] })] }],
  'removed-api': [{ objects: [object('policy/v1beta1', 'PodDisruptionBudget', 'b')] }],
  'retired-registry': [{ objects: [rolledOut({ image: 'k8s.gcr.io/x:1' }, [waiting('ErrImagePull', 'x')])] }, { objects: [deployment('w', { revisions: [{ spec: container({ image: 'k8s.gcr.io/x:1' }), minutes: 900 }], pods: [running] })] }],
  'certificate-expired': [{ objects: [object('cert-manager.io/v1', 'Certificate', 'c', { status: { notAfter: ago(1) } })] }],
  'node-going-away': [{ objects: [node('n1', { conditions: [{ type: 'PreemptScheduled', status: 'True' }] }), node('n2'), spread] }, { objects: [node('n1', { conditions: [{ type: 'PreemptScheduled', status: 'True' }] }), spread] }],
  'kubelet-version-skew': [{ objects: [clusterObject('v1', 'Node', 'n1', { status: { nodeInfo: { kubeletVersion: 'v1.30.0' } } })] }],
  'daemonset-covers-nothing': [{ objects: [node('n1'), owned('DaemonSet', 'agent', { spec: { ...container(), nodeSelector: { a: 'b' } }, earlier: [container()] })] }],
  'pod-stuck-terminating': [{ objects: [deployment('w', { revisions: [stood], pods: [running] }).map((item) => (item.kind === 'Pod' ? { ...item, metadata: { ...item.metadata, deletionTimestamp: ago(60) } } : item))] }],
  'lease-expired': [{ objects: [object('coordination.k8s.io/v1', 'Lease', 'l', { spec: { holderIdentity: 'x', renewTime: ago(60) } })] }],
  'api-service-unavailable': [{ objects: [clusterObject('apiregistration.k8s.io/v1', 'APIService', 'v1.x', { status: { conditions: [{ type: 'Available', status: 'False', lastTransitionTime: ago(20) }] } })] }],
  'replicas-fought-over': [{ objects: [rolledOut({}, [running]), ...['a', 'b'].map((name) => object('autoscaling/v2', 'HorizontalPodAutoscaler', name, { spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'w' } } }))] }],
  'cronjob-cannot-run': [{ objects: [object('batch/v1', 'CronJob', 'j', { spec: { schedule: 'never' } })] }],
  'token-shorter-than-job': [{ objects: [object('batch/v1', 'Job', 'j', { spec: { template: { spec: { ...container(), volumes: [{ name: 't', projected: { sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 600 } }] } }] } } }, status: { startTime: ago(60), completionTime: ago(1) } })] }],
  'token-rejected': [{ objects: [deployment('w', { revisions: [stood], pods: [crash] })], logs: [log('w-h1-p0', 'service account token has expired')] }, { objects: [deployment('w', { revisions: [stood, { spec: { ...container(), automountServiceAccountToken: false }, minutes: 20 }], pods: [crash] })], logs: [log('w-h2-p0', 'open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file')] }],
  'custom-resource-not-ready': [{ objects: [object('example.com/v1', 'Database', 'db', { status: { phase: 'Failed' } })] }],
  'coredns-misconfigured': [{ objects: [object('v1', 'ConfigMap', 'coredns', { metadata: { namespace: 'kube-system' }, data: { Corefile: '.:53 {\n    template ANY ANY cluster.local {\n        rcode NXDOMAIN\n    }\n    kubernetes cluster.local\n}\n' } })] }],
  'service-selects-others': [{ objects: [deployment('cart', { revisions: [stood], pods: [running] }), deployment('pay', { revisions: [stood], pods: [running] }), service('pay'), service('cart', { selector: { app: 'pay' } })] }],
  'headless-service-missing': [{ objects: [service('other'), object('apps/v1', 'StatefulSet', 'db', { spec: { serviceName: 'db', template: { spec: container() } } })] }],
  'load-balancer-pending': [{ objects: [object('v1', 'Service', 'lb', { spec: { type: 'LoadBalancer' }, status: { loadBalancer: {} } }), warning('Service', 'lb', 'SyncLoadBalancerFailed', 'quota')] }],
  'gateway-route-broken': [{ objects: [object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'r', { spec: { rules: [{ backendRefs: [{ name: 'web', port: 8080 }] }] } }), service('web')] }],
  'ingress-tls-missing': [{ objects: [object('networking.k8s.io/v1', 'Ingress', 'in', { spec: { tls: [{ secretName: 'a' }] } }), object('v1', 'Secret', 'b', { type: 'kubernetes.io/tls', data: {} })] }],
  'ingress-class-missing': [{ objects: [object('networking.k8s.io/v1', 'Ingress', 'in', { spec: { ingressClassName: 'x' } }), clusterObject('networking.k8s.io/v1', 'IngressClass', 'y')] }],
  'volume-held-elsewhere': [{ objects: [object('v1', 'PersistentVolumeClaim', 'data', { spec: { accessModes: ['ReadWriteOnce'] } }), deployment('w', { replicas: 1, revisions: [{ spec: claimed, minutes: 900, ready: 1 }, { spec: { ...claimed, dnsPolicy: 'Default' }, minutes: 20 }], pods: [{ ...running, revision: 1 }, { ...waiting('ContainerCreating'), node: 'n2' }] }), warning('Pod', 'w-h2-p1', 'FailedAttachVolume', 'Multi-Attach error')] }],
  'volume-elsewhere': [{ objects: [node('n1'), clusterObject('v1', 'PersistentVolume', 'pv', { spec: { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['b'] }] }] } } } }), object('v1', 'PersistentVolumeClaim', 'data', { spec: { volumeName: 'pv' } }), deployment('w', { revisions: [{ spec: claimed, minutes: 900 }], pods: [unplaced('x')] })] }],
  'device-claim-pending': [{ objects: [deployment('w', { revisions: [{ spec: { ...container(), ...({ resourceClaims: [{ name: 'g', resourceClaimTemplateName: 'g' }] } as object) }, minutes: 900 }], pods: [unplaced('x')] }), clusterObject('resource.k8s.io/v1', 'DeviceClass', 'c')] }],
  'scheduling-gated': [{ objects: [deployment('w', { revisions: [stood, { spec: { ...container(), schedulingGates: [{ name: 'a/b' }] }, minutes: 20 }], pods: [unplaced('x')] })] }],
  'node-tainted': [{ objects: [node('n1', { spec: { taints: [{ key: 'team', effect: 'NoSchedule' }] } }), deployment('old', { revisions: [stood], pods: [running] }), deployment('w', { revisions: [stood], pods: [unplaced('x')] })] }],
  'pods-evicted': [{ objects: [deployment('w', { revisions: [stood], pods: [{ state: {}, status: { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.', containerStatuses: undefined } }] })] }],
  'container-finishes': [{ objects: [deployment('w', { revisions: [stood], pods: [crashed({ exitCode: 0, reason: 'Completed' })] })] }],
  'memory-unlimited': [{ objects: [deployment('w', { revisions: [stood], pods: [oom] })] }],
  'cpu-limit-too-low': [{ objects: [deployment('w', { revisions: [{ spec: container({ ...probed, resources: { limits: { cpu: '10m' } } }), minutes: 900 }], pods: [probeKilled] }), warning('Pod', 'w-h1-p0', 'Unhealthy', 'Liveness probe failed: timeout')] }],
  'init-container-hangs': [{ objects: [deployment('w', { revisions: [stood, { spec: { ...container(), initContainers: [{ name: 'i', image: 'i' }] }, minutes: 20 }], pods: [{ state: {}, status: { phase: 'Pending', initContainerStatuses: [{ name: 'i', image: 'i', imageID: '', ready: false, restartCount: 0, state: { running: { startedAt: ago(19) } } }] } }] })] }],
  'credentials-refused': [{ objects: [rolledOut({ env: [{ name: 'DB_USER', value: 'x' }] }, [crash])], logs: [log('w-h2-p0', 'Login failed for user')] }, { objects: [deployment('w', { revisions: [stood], pods: [crash] })], logs: [log('w-h1-p0', 'Login failed for user')] }],
  'container-lacks-permission': [{ objects: [deployment('w', { revisions: [{ spec: container({ securityContext: { readOnlyRootFilesystem: true } }), minutes: 900 }], pods: [crash] })], logs: [log('w-h1-p0', 'open /var/x: read-only file system')] }],
  'file-not-mounted': [{ objects: [deployment('w', { revisions: [{ spec: { ...container({ volumeMounts: [{ name: 'v', mountPath: '/etc/a' }] }), volumes: [{ name: 'v', configMap: { name: 'c' } }] }, minutes: 900 }], pods: [crash] }), object('v1', 'ConfigMap', 'c', { data: { 'a.yaml': 'x' } })], logs: [log('w-h1-p0', 'open /etc/b/a.yaml: no such file or directory')] }],
  'port-in-use': [{ objects: [rolledOut({ args: ['--port=80'] }, [crash])], logs: [log('w-h2-p0', 'bind: address already in use')] }, { objects: [deployment('w', { revisions: [stood], pods: [crash] })], logs: [log('w-h1-p0', 'bind: address already in use')] }],
  'missing-env': [{ objects: [deployment('w', { revisions: [stood], pods: [crash] }), object('v1', 'ConfigMap', 'c', { data: { API_KEY: 'x' } })], logs: [log('w-h1-p0', 'API_KEY is not set')] }],
  'bad-command': [{ objects: [rolledOut({ command: ['/nowhere'] }, [crashed({ exitCode: 127 })])] }, { objects: [deployment('w', { revisions: [stood], pods: [crashed({ exitCode: 126 })] })] }],
  'admission-denied': [{ objects: [deployment('w', { revisions: [stood, { spec: container({ securityContext: { privileged: true } }), minutes: 20 }] }), warning('ReplicaSet', 'w-h2', 'FailedCreate', 'Error creating: pods "w" is forbidden: violates PodSecurity "baseline:latest": privileged')] }],
  'application-errors': [{ objects: [deployment('w', { revisions: [stood], pods: [running] })], logs: [logNow('w-h1-p0', Array.from({ length: 6 }, () => 'ERROR: relation "orders" does not exist').join('\n'))] }],
  'application-unhealthy': [{ objects: [rolledOut({ ports: [{ containerPort: 80 }], readinessProbe: { httpGet: { path: '/', port: 80 } } }, [{ state: { state: { running: { startedAt: ago(20) } } } }]), warning('Pod', 'w-h2-p0', 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503')] }],
  'bad-image': [
    { objects: [rolledOut({ image: 'a:9' }, [waiting('ErrImagePull', 'not found')])] },
    { objects: [owned('StatefulSet', 'db', { spec: container({ image: 'db:9' }), earlier: [container()], pods: [waiting('ErrImagePull', 'not found')] })] },
    { objects: [cronJob('nightly', container()), job('nightly-1', { spec: container(), of: 'nightly', pods: [waiting('ErrImagePull', 'not found')] })] },
  ],
  'bad-probe': [
    { objects: [rolledOut(probed, [probeKilled]), warning('Pod', 'w-h2-p0', 'Unhealthy', 'Liveness probe failed: dial tcp 10.0.0.1:9999: connect: connection refused')] },
    { objects: [deployment('w', { revisions: [{ spec: container({ livenessProbe: { tcpSocket: { port: 80 }, periodSeconds: 1 } }), minutes: 900 }], pods: [probeKilled] }), warning('Pod', 'w-h1-p0', 'Unhealthy', 'Liveness probe failed: dial tcp 10.0.0.1:80: connect: connection refused')] },
  ],
  'container-exits': [{ objects: [rolledOut({ args: ['--new'] }, [crash])] }, { objects: [owned('DaemonSet', 'agent', { spec: container({ args: ['--new'] }), earlier: [container()], pods: [crash], fields: {} })] }],
  'cronjob-suspended': [{ objects: [object('batch/v1', 'CronJob', 'j', { spec: { schedule: '* * * * *', suspend: true } })] }],
  'dependency-unreachable': [{ objects: [store, rolledOut({ env: [{ name: 'DB_HOST', value: 'stroe' }] }, [crash])], logs: [log('w-h2-p0', 'getaddrinfo ENOTFOUND stroe')] }, { objects: [store, deployment('w', { revisions: [{ spec: container({ env: [{ name: 'DB_HOST', value: 'stroe' }] }), minutes: 900 }], pods: [crash] })], logs: [log('w-h1-p0', 'getaddrinfo ENOTFOUND stroe')] }],
  'dns-broken': [{ objects: [store, caller('Default')], logs: [log('api-h1-p0', 'dial tcp: lookup store on 8.8.8.8:53: no such host')] }],
  'failed-job': [{ objects: [job('import', { spec: container(), finished: 'Failed' })] }],
  'finalizer-stuck': [{ objects: [clusterObject('v1', 'Namespace', 'old', { metadata: { deletionTimestamp: ago(60) }, spec: { finalizers: ['kubernetes'] } })] }],
  'hpa-cannot-scale': [{ objects: [rolledOut({}, [running]), object('autoscaling/v2', 'HorizontalPodAutoscaler', 'h', { spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'wob' } }, status: { conditions: [] } })] }],
  'ingress-backend-missing': [{ objects: [service('web'), object('networking.k8s.io/v1', 'Ingress', 'in', { spec: { rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 8080 } } } }] } }] } })] }],
  'memory-limit-too-low': [{ objects: [deployment('w', { revisions: [{ spec: limited('512Mi'), minutes: 6000 }, { spec: limited('64Mi'), minutes: 20 }], pods: [oom] })] }],
  'missing-config': [{ objects: [rolledOut(keyed, [waiting('CreateContainerConfigError', 'secret "creds" not found')])] }, { objects: [owned('StatefulSet', 'db', { spec: container(keyed), pods: [waiting('CreateContainerConfigError', 'secret "creds" not found')] })] }],
  'network-policy-blocks': [{ objects: [store, caller(), object('networking.k8s.io/v1', 'NetworkPolicy', 'deny', { spec: { podSelector: { matchLabels: { app: 'store' } }, policyTypes: ['Ingress'], ingress: [] } })], logs: [log('api-h1-p0', 'dial tcp 10.0.0.5:5432: i/o timeout')] }],
  'node-cordoned-forgotten': [{ objects: [node('n1', { spec: { unschedulable: true } }), deployment('w', { revisions: [stood], pods: [unplaced('0/1 nodes are available: 1 node(s) were unschedulable.')] })] }],
  'node-network-down': [{ objects: [node('n1'), node('n2'), ...['a', 'b'].map((name) => deployment(name, { revisions: [stood], pods: [{ ...waiting('ContainerCreating'), node: 'n1', minutes: 12 }] })), deployment('c', { revisions: [stood], pods: [{ ...running, node: 'n2' }] }), ...['a', 'b'].map((name) => warning('Pod', `${name}-h1-p0`, 'FailedCreatePodSandBox', 'Failed to create pod sandbox: plugin type="calico" failed (add)'))] }],
  'node-not-ready': [
    { objects: [node('n1', { labels: pool, conditions: [{ type: 'DiskPressure', status: 'True', lastTransitionTime: ago(10) }] }), node('n2', { labels: pool }), spread, budget] },
    { objects: [node('n1', { labels: pool, ready: 'Unknown' }), node('n2', { labels: pool }), spread] },
    { objects: [node('n1', { ready: 'False' }), node('n2'), spread] },
  ],
  'pdb-blocks-everything': [{ objects: [spread, budget] }],
  'pods-preempted': [{ objects: [rolledOut({ resources: { requests: { cpu: '3' } } }, [running]), deployment('small', { revisions: [stood], pods: [unplaced('0/1 nodes are available: 1 Insufficient cpu.')] }), event({ kind: 'Pod', name: 'small-h1-gone' }, { reason: 'Preempted', message: 'Preempted by pod shop/w-h2-p0 on node n1' })] }],
  'pvc-unbound': [{ objects: [waitsOnClaim, object('v1', 'PersistentVolumeClaim', 'data', { metadata: { creationTimestamp: ago(30) }, spec: { storageClassName: 'fast' }, status: { phase: 'Pending' } }), clusterObject('storage.k8s.io/v1', 'StorageClass', 'slow', {})] }],
  'quota-exceeded': [{ objects: [deployment('w', { revisions: [stood, { spec: container({ resources: { requests: { cpu: '8' } } }), minutes: 20 }] }), warning('ReplicaSet', 'w-h2', 'FailedCreate', 'Error creating: pods "w" is forbidden: exceeded quota: team, requested: requests.cpu=8, used: requests.cpu=1, limited: requests.cpu=4')] }],
  'rbac-forbidden': [{ objects: [deployment('w', { revisions: [stood], pods: [crash] })], logs: [log('w-h1-p0', 'pods is forbidden: User "system:serviceaccount:shop:op" cannot list resource "pods" in API group "" in the namespace "shop"')] }],
  'readiness-gate-unset': [{ objects: [deployment('w', { revisions: [stood, { spec: { ...container(), readinessGates: [{ conditionType: 'lb.test/healthy' }] }, minutes: 20 }], pods: [{ state: { ready: true, state: { running: { startedAt: ago(15) } } }, status: { conditions: [{ type: 'ContainersReady', status: 'True', lastTransitionTime: ago(15) }, { type: 'Ready', status: 'False' }] } }] })] }],
  'rollout-stuck': [{ objects: [deployment('w', { revisions: [stood], pods: [running], fields: { spec: { replicas: 3, paused: true, selector: { matchLabels: { app: 'w' } }, template: { metadata: { labels: { app: 'w' } }, spec: container() } }, status: { replicas: 3 } } })] }],
  'rollout-takes-all': [{ objects: [deployment('w', { revisions: [stood, { spec: container({ image: 'app:2' }), minutes: 4 }], pods: [{ state: { state: { running: { startedAt: ago(3) } } } }], fields: { spec: { replicas: 2, strategy: { type: 'Recreate' }, selector: { matchLabels: { app: 'w' } }, template: { metadata: { labels: { app: 'w' } }, spec: container({ image: 'app:2' }) } }, status: { availableReplicas: 0 } } })] }],
  'scaled-to-zero': [{ objects: [deployment('w', { revisions: [stood], replicas: 0 }), service('w'), event({ kind: 'Deployment', name: 'w' }, { reason: 'ScalingReplicaSet', message: 'Scaled down replica set w-h1 to 0 from 4' })] }, { objects: [deployment('w', { revisions: [stood], replicas: 0 }), service('w')] }],
  'service-port-mismatch': [{ objects: [deployment('w', { revisions: [{ spec: container({ ports: [{ containerPort: 8080 }] }), minutes: 900 }], pods: [running] }), service('w', { targetPort: 9090 })] }],
  'service-selects-nothing': [{ objects: [deployment('w', { revisions: [{ ...stood, labels: { tier: 'a' } }, { spec: container(), minutes: 20, labels: { tier: 'b' } }], pods: [running] }), service('w', { selector: { app: 'w', tier: 'a' } })] }],
  'service-without-endpoints': [{ objects: [deployment('w', { revisions: [stood], pods: [crash] }), service('w')] }],
  'stuck-creating': [{ objects: [deployment('w', { revisions: [stood], pods: [waiting('ContainerCreating')] }), warning('Pod', 'w-h1-p0', 'FailedAttachVolume', 'Multi-Attach error for volume "v"')] }],
  unschedulable: [{ objects: [node('n1'), rolledOut({ resources: { requests: { cpu: '64' } } }, [unplaced('0/1 nodes are available: 1 Insufficient cpu.')])] }],
  'webhook-fails-closed': [{ objects: [clusterObject('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'hook', { webhooks: [{ name: 'check.test', failurePolicy: 'Fail', clientConfig: { service: { namespace: 'shop', name: 'guard' } } }] }), service('guard'), deployment('w', { revisions: [{ spec: container(), minutes: 20 }] }), warning('ReplicaSet', 'w-h1', 'FailedCreate', 'Error creating: Internal error occurred: failed calling webhook "check.test": no endpoints available')] }],
}
