/** Networks: what is laid into a valid object of each kind, right and wrong values alike. */

import type { Mutation } from './mutation.ts'
import { BROKEN_SELECTOR, SELECTOR, metadata } from './setting-metadata.ts'

const PORTS = [{ port: 80 }, { port: 'web', protocol: 'UDP' }, { port: 100, endPort: 200 }]
const BROKEN_PORTS = [{ port: 0 }, { port: 'Not_A_Port' }, { port: 200, endPort: 100 }, { endPort: 5 }, { port: 'web', endPort: 5 }, { port: 1, protocol: 'ICMP' }]
const PEERS = [{ podSelector: SELECTOR }, { namespaceSelector: {} }, { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }]
const BROKEN_PEERS = [{}, { ipBlock: { cidr: '10.0.0.0' } }, { ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/8', 'x'] } }, { ipBlock: { cidr: '' } }, { podSelector: {}, ipBlock: { cidr: '1.0.0.0/8' } }, { podSelector: BROKEN_SELECTOR }]

const service = (name: string, port: object): object => ({ service: { name, port } })
const path = (value: string, pathType: unknown, backend: object = service('s', { number: 80 })): object => ({ path: value, ...(pathType === undefined ? {} : { pathType }), backend })

export const NETWORK_MENUS = {
  networkPolicy: [
    ...metadata,
    ['spec.podSelector', SELECTOR],
    ['spec.podSelector', BROKEN_SELECTOR],
    ['spec.policyTypes', ['Egress']],
    ['spec.policyTypes', ['Ingress', 'Sideways']],
    ['spec.policyTypes', ['Ingress', 'Egress', 'Ingress']],
    ['spec.ingress', []],
    ['spec.ingress', [{}]],
    ['spec.ingress', [{ ports: PORTS, from: PEERS }]],
    ['spec.ingress', [{ ports: BROKEN_PORTS }]],
    ['spec.ingress', [{ from: BROKEN_PEERS }]],
    ['spec.egress', [{ to: PEERS, ports: PORTS }]],
    ['spec.egress', [{ to: BROKEN_PEERS, ports: BROKEN_PORTS }]],
  ],
  ingress: [
    ...metadata,
    ['spec.rules', [{ host: 'Not A Host' }]],
    ['spec.rules', [{ host: '*.example.com' }, { host: '*.*.com' }, { host: '10.0.0.1' }]],
    ['spec.rules', [{ host: 'a.example.com' }]],
    ['spec.rules', [{ http: { paths: [] } }]],
    ['spec.rules', [{ http: { paths: [path('/a', undefined), path('a', 'Prefix'), path('', 'Exact'), path('/x', 'Fuzzy')] } }]],
    ['spec.rules', [{ http: { paths: [path('/a//b', 'Prefix'), path('/a/./b', 'Exact'), path('/a/../b', 'Prefix'), path('/a%2fb', 'Exact'), path('/a', 'ImplementationSpecific')] } }]],
    ['spec.rules', [{ http: { paths: [path('/', 'Prefix', {}), path('/', 'Prefix', service('', {})), path('/', 'Prefix', service('Not_A_Name', { number: 0, name: 'x' })), path('/', 'Prefix', service('s', { name: 'Bad_Port' })), path('/', 'Prefix', service('s', { number: 70_000 }))] } }]],
    ['spec.rules', [{ http: { paths: [path('/', 'Prefix', { resource: { kind: 'Bucket', name: 'b', apiGroup: 'x.io' } }), path('/', 'Prefix', { resource: { kind: '', name: '' } }), path('/', 'Prefix', { ...service('s', { number: 1 }), resource: { kind: 'B', name: 'b' } })] } }]],
    ['spec.defaultBackend', service('s', { name: 'http' })],
    ['spec.defaultBackend', {}],
    ['spec.tls', [{ hosts: ['a.example.com'], secretName: 't' }]],
    ['spec.tls', [{ hosts: ['Bad Host', '*.x.com', '*.*'], secretName: 'Bad_Name' }]],
    ['spec.ingressClassName', 'nginx'],
    ['spec.ingressClassName', 'Not_A_Class'],
    ['metadata.annotations', { 'kubernetes.io/ingress.class': 'old' }],
  ],
  ingressClass: [
    ...metadata,
    ['spec.controller', ''],
    ['spec.controller', 'nodomain'],
    ['spec.controller', 'b/'.repeat(3)],
    ['spec.controller', 'example.com/other'],
    ['spec.parameters', { kind: 'P', name: 'p' }],
    ['spec.parameters', { kind: '', name: '', apiGroup: 'Not A Group' }],
    ['spec.parameters', { kind: 'P', name: 'p', scope: 'Namespace', namespace: 'n' }],
    ['spec.parameters', { kind: 'P', name: 'p', scope: 'Namespace' }],
    ['spec.parameters', { kind: 'P', name: 'a/b', scope: 'Cluster', namespace: 'n' }],
    ['spec.parameters', { kind: 'P', name: 'p', scope: 'World' }],
  ],
  slice: [
    ...metadata,
    ['addressType', ''],
    ['addressType', 'FQDN'],
    ['addressType', 'IPv6'],
    ['addressType', 'IPX'],
    ['endpoints', []],
    ['endpoints.0.addresses', []],
    ['endpoints.0.addresses', ['10.1.2.3', '10.1.2.4']],
    ['endpoints.0.addresses', ['not-an-address']],
    ['endpoints.0.addresses', ['127.0.0.1']],
    ['endpoints.0.addresses', ['010.1.2.3']],
    ['endpoints.0.hostname', 'Bad_Host'],
    ['endpoints.0.nodeName', 'Bad_Node'],
    ['endpoints.0.conditions', { ready: true, serving: false }],
    ['endpoints.0.zone', 'z1'],
    ['endpoints.0.deprecatedTopology', { a: 'b' }],
    ['endpoints.0.hints', { forZones: [{ name: 'z1' }, { name: 'z1' }, { name: '' }] }],
    ['endpoints.0.targetRef', { kind: 'Pod', name: 'p' }],
    ['ports', [{ name: 'Bad_Port', port: 0, protocol: 'ICMP' }]],
    ['ports', [{ name: 'a', port: 80 }, { name: 'a', port: 81 }]],
    ['ports', [{ name: 'a', appProtocol: 'http' }, { name: 'b', port: 1, appProtocol: 'bad protocol!' }]],
    ['ports', [{ port: 80 }, { port: 81 }]],
  ],
  endpoints: [
    ...metadata,
    ['subsets', []],
    ['subsets.0.addresses', [{ ip: 'x' }]],
    ['subsets.0.addresses', [{ ip: '127.0.0.1' }, { ip: '169.254.1.1' }, { ip: '224.0.0.1' }, { ip: '0.0.0.0' }]],
    ['subsets.0.addresses', []],
    ['subsets.0.addresses', [{ ip: '10.0.0.1', hostname: 'Bad_Host', nodeName: 'Bad_Node' }]],
    ['subsets.0.ports', [{ port: 0 }, { port: 80, name: 'a', protocol: 'ICMP' }]],
    ['subsets.0.ports', [{ port: 80 }, { port: 81 }]],
    ['subsets.0.ports', []],
    ['subsets.0.notReadyAddresses', [{ ip: '10.0.0.9' }]],
  ],
} as const satisfies Readonly<Record<string, readonly Mutation[]>>
