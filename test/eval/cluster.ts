/** What every cluster has: nodes in zones, DNS, a proxy on each node. */

import type { KubeObject } from '../../src/model/kube-object.ts'
import type { Cast } from './cast.ts'

const ZONES = ['a', 'b', 'c']

export function capacityFor(cast: Cast): Readonly<Record<string, string>> {
  return { cpu: cast.pick('4', '8', '16'), memory: cast.pick('16Gi', '32Gi'), pods: '110', 'ephemeral-storage': '80Gi' }
}

export function nodesFor(cast: Cast, capacity: Readonly<Record<string, string>>): KubeObject[] {
  return Array.from({ length: cast.nodeCount }, (_, index) => nodeOf(nodeName(cast, index), `eu-1${ZONES[index % ZONES.length] as string}`, capacity))
}

function nodeName(cast: Cast, index: number): string {
  if (cast.nodeStyle === 0) return `ip-10-0-${12 + index}-${31 + index * 7}.eu-central-1.compute.internal`
  if (cast.nodeStyle === 1) return `aks-system-31442-vmss00000${index}`
  return `worker-${index + 1}`
}

function nodeOf(name: string, zone: string, capacity: Readonly<Record<string, string>>): KubeObject {
  const metadata = { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64', 'topology.kubernetes.io/zone': zone, 'topology.kubernetes.io/region': zone.slice(0, -1), 'eks.amazonaws.com/nodegroup': 'general' } }
  return { apiVersion: 'v1', kind: 'Node', metadata, status: { capacity, allocatable: capacity } }
}

export const DNS_IMAGE = 'registry.k8s.io/coredns/coredns:v1.12.1'

export function systemObjects(): KubeObject[] {
  const dnsLabels = { 'k8s-app': 'kube-dns' }
  const proxyLabels = { 'k8s-app': 'kube-proxy' }
  const corefile = '.:53 {\n    errors\n    health\n    ready\n    kubernetes cluster.local in-addr.arpa ip6.arpa\n    forward . /etc/resolv.conf\n    cache 30\n    loop\n    reload\n}\n'
  const dns = { name: 'coredns', image: DNS_IMAGE, args: ['-conf', '/etc/coredns/Corefile'], ports: [{ name: 'dns', containerPort: 53, protocol: 'UDP' }, { name: 'dns-tcp', containerPort: 53 }], readinessProbe: { httpGet: { path: '/ready', port: 8181 } }, volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns' }] }
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'coredns', namespace: 'kube-system' }, data: { Corefile: corefile } },
    workload('Deployment', 'coredns', { replicas: 2, selector: { matchLabels: dnsLabels }, template: { metadata: { labels: dnsLabels }, spec: { priorityClassName: 'system-cluster-critical', containers: [dns], volumes: [{ name: 'config-volume', configMap: { name: 'coredns' } }] } } }),
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'kube-dns', namespace: 'kube-system', labels: dnsLabels }, spec: { clusterIP: '10.96.0.10', selector: dnsLabels, ports: [{ name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 }, { name: 'dns-tcp', port: 53, targetPort: 53 }] } },
    workload('DaemonSet', 'kube-proxy', { selector: { matchLabels: proxyLabels }, template: { metadata: { labels: proxyLabels }, spec: { priorityClassName: 'system-node-critical', tolerations: [{ operator: 'Exists' }], containers: [{ name: 'kube-proxy', image: 'registry.k8s.io/kube-proxy:v1.36.0' }] } } }),
  ]
}

function workload(kind: string, name: string, spec: object): KubeObject {
  return { apiVersion: 'apps/v1', kind, metadata: { name, namespace: 'kube-system' }, spec }
}
