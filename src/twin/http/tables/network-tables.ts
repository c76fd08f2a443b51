/** Services, endpoints, ingresses, and the kinds that hold configuration and identity. */

import type { ConfigMap, Endpoints, Secret, Service, ServiceAccount } from 'kubernetes-types/core/v1.d.ts'
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.d.ts'
import type { Ingress, IngressClass, NetworkPolicy } from 'kubernetes-types/networking/v1.d.ts'
import type { RoleBinding } from 'kubernetes-types/rbac/v1.d.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import { selectorText } from '../../api/scale.ts'
import { age, joined, labelsText, nameOf, table, type TableKind } from './table.ts'

type Typed<T> = KubeObject & T

const roles = table('Name, Created At', (role) => [nameOf(role), role.metadata.creationTimestamp ?? ''])
const bindings = table<RoleBinding>('Name, Role, Age | Users, Groups, ServiceAccounts', (binding, nowMs) => [
  nameOf(binding),
  `${binding.roleRef?.kind ?? ''}/${binding.roleRef?.name ?? ''}`,
  age(binding, nowMs),
  ...['User', 'Group', 'ServiceAccount'].map((kind) => subjectsText(binding, kind)),
])

export const OLD_ACCOUNTS = table<ServiceAccount>('Name, Secrets, Age', (account, nowMs) => [nameOf(account), (account.secrets ?? []).length, age(account, nowMs)])

export const NETWORK_TABLES: Readonly<Record<string, TableKind>> = {
  '/Service': table<Service>('Name, Type, Cluster-IP, External-IP, Port(s), Age | Selector', (service, nowMs) => [
    nameOf(service),
    service.spec?.type ?? '',
    known(service.spec?.clusterIP),
    externalText(service),
    portsText(service),
    age(service, nowMs),
    labelsText(service.spec?.selector),
  ]),
  '/Endpoints': table<Endpoints>('Name, Endpoints, Age', (endpoints, nowMs) => [nameOf(endpoints), endpointsText(endpoints), age(endpoints, nowMs)]),
  'discovery.k8s.io/EndpointSlice': table<EndpointSlice>('Name, AddressType, Ports, Endpoints, Age', (slice, nowMs) => [
    nameOf(slice),
    slice.addressType,
    firstThree((slice.ports ?? []).map(({ port }) => String(port ?? '*')), '<unset>'),
    firstThree((slice.endpoints ?? []).flatMap(({ addresses }) => addresses), '<unset>'),
    age(slice, nowMs),
  ]),
  'networking.k8s.io/Ingress': table<Ingress>('Name, Class, Hosts, Address, Ports, Age', (ingress, nowMs) => [
    nameOf(ingress),
    known(ingress.spec?.ingressClassName),
    joined((ingress.spec?.rules ?? []).map(({ host }) => host), '*'),
    joined((ingress.status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname), ''),
    (ingress.spec?.tls ?? []).length > 0 ? '80, 443' : '80',
    age(ingress, nowMs),
  ]),
  'networking.k8s.io/IngressClass': table<IngressClass>('Name, Controller, Parameters, Age', (ingressClass, nowMs) => {
    const { controller = '', parameters } = ingressClass.spec ?? {}
    const isDefault = ingressClass.metadata.annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true'
    const kind = `${parameters?.kind}${parameters?.apiGroup === undefined ? '' : `.${parameters.apiGroup}`}`
    return [isDefault ? `${nameOf(ingressClass)} (default)` : nameOf(ingressClass), controller, parameters === undefined ? '<none>' : `${kind}/${parameters.name}`, age(ingressClass, nowMs)]
  }),
  'networking.k8s.io/NetworkPolicy': table<NetworkPolicy>('Name, Pod-Selector, Age', (policy, nowMs) => [nameOf(policy), known(selectorText(policy.spec?.podSelector)), age(policy, nowMs)]),
  '/ConfigMap': table<ConfigMap>('Name, Data, Age', (map, nowMs) => [nameOf(map), Object.keys(map.data ?? {}).length + Object.keys(map.binaryData ?? {}).length, age(map, nowMs)]),
  '/Secret': table<Secret>('Name, Type, Data, Age', (secret, nowMs) => [nameOf(secret), secret.type ?? '', Object.keys(secret.data ?? {}).length, age(secret, nowMs)]),
  '/ServiceAccount': table('Name, Age', (account, nowMs) => [nameOf(account), age(account, nowMs)]),
  'rbac.authorization.k8s.io/Role': roles,
  'rbac.authorization.k8s.io/ClusterRole': roles,
  'rbac.authorization.k8s.io/RoleBinding': bindings,
  'rbac.authorization.k8s.io/ClusterRoleBinding': bindings,
  'apiextensions.k8s.io/CustomResourceDefinition': table('Name, Created At', (crd) => [nameOf(crd), crd.metadata.creationTimestamp ?? '']),
}

function known(text: string | undefined): string {
  return text === undefined || text === '' ? '<none>' : text
}

function subjectsText({ subjects = [] }: Typed<RoleBinding>, kind: string): string {
  const named = subjects.filter((subject) => subject.kind === kind)
  return named.map(({ name, namespace }) => (kind === 'ServiceAccount' ? `${namespace ?? ''}/${name}` : name)).join(', ')
}

function externalText(service: Typed<Service>): string {
  const { type, externalIPs = [], externalName } = service.spec ?? {}
  if (type === 'ExternalName') return externalName ?? ''
  const balanced = (service.status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname)
  if (type === 'LoadBalancer') return joined([...balanced, ...externalIPs], '<pending>')
  return joined(externalIPs)
}

function portsText(service: Typed<Service>): string {
  const ports = (service.spec?.ports ?? []).map(({ port, nodePort, protocol }) => (nodePort === undefined || nodePort === 0 ? `${port}/${protocol}` : `${port}:${nodePort}/${protocol}`))
  return joined(ports)
}

function endpointsText(endpoints: Typed<Endpoints>): string {
  const texts = (endpoints.subsets ?? []).flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0 ? addresses.map(({ ip }) => ip) : ports.flatMap(({ port }) => addresses.map(({ ip }) => `${ip}:${port}`)),
  )
  return firstThree(texts, '<none>')
}

function firstThree(texts: readonly string[], empty: string): string {
  if (texts.length === 0) return empty
  return texts.length <= 3 ? texts.join(',') : `${texts.slice(0, 3).join(',')} + ${texts.length - 3} more...`
}
