/** Network policies (`pkg/apis/networking/validation`). */

import type { KubeObject } from '../../model/kube-object.ts'
import { forbiddenField, invalidField, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { covers, type Network } from '../cel/functions/addresses.ts'
import { readNetwork, STRICT_MINOR, withoutLeadingZeros } from './read-address.ts'
import type { VersionProfile } from '../profile.ts'
import { selectorErrors } from './validate-metadata.ts'
import { portErrorsOf, portNumberErrors } from './validate-port.ts'

interface Port {
  readonly protocol?: string
  readonly port?: number | string
  readonly endPort?: number
}

interface Peer {
  readonly podSelector?: object
  readonly namespaceSelector?: object
  readonly ipBlock?: { readonly cidr?: string; readonly except?: readonly string[] }
}

interface PolicyRule {
  readonly ports?: readonly Port[]
  readonly from?: readonly Peer[]
  readonly to?: readonly Peer[]
}

interface PolicySpec {
  readonly podSelector?: object
  readonly ingress?: readonly PolicyRule[]
  readonly egress?: readonly PolicyRule[]
  readonly policyTypes?: readonly string[]
}

const PROTOCOLS = ['TCP', 'UDP', 'SCTP']
const DIRECTIONS = ['Ingress', 'Egress']

export function networkPolicyErrors(policy: KubeObject, { minor }: Pick<VersionProfile, 'minor'>): FieldError[] {
  const { podSelector, ingress = [], egress = [], policyTypes = [] } = (policy['spec'] ?? {}) as PolicySpec
  const ofRule = (rule: PolicyRule, at: string, side: 'from' | 'to'): FieldError[] => [
    ...(rule.ports ?? []).flatMap((port, index) => portErrors(port, `${at}.ports[${index}]`)),
    ...(rule[side] ?? []).flatMap((peer, index) => peerErrors(peer, minor, `${at}.${side}[${index}]`)),
  ]
  return [
    ...selectorErrors(podSelector, 'spec.podSelector'),
    ...ingress.flatMap((rule, index) => ofRule(rule, `spec.ingress[${index}]`, 'from')),
    ...egress.flatMap((rule, index) => ofRule(rule, `spec.egress[${index}]`, 'to')),
    ...directionErrors(policyTypes),
  ]
}

function directionErrors(types: readonly string[]): FieldError[] {
  if (types.length > DIRECTIONS.length) return [invalidField('spec.policyTypes', types, 'may not specify more than two policyTypes')]
  return types.flatMap((type, index) => (DIRECTIONS.includes(type) ? [] : [unsupportedField(`spec.policyTypes[${index}]`, type, DIRECTIONS)]))
}

function portErrors({ protocol, port, endPort }: Port, at: string): FieldError[] {
  return [...(protocol === undefined || PROTOCOLS.includes(protocol) ? [] : [unsupportedField(`${at}.protocol`, protocol, PROTOCOLS)]), ...rangeErrors({ port, endPort }, at)]
}

function rangeErrors({ port, endPort }: { readonly port: number | string | undefined; readonly endPort: number | undefined }, at: string): FieldError[] {
  if (port === undefined) return endPort === undefined ? [] : [invalidField(`${at}.endPort`, endPort, 'may not be specified when `port` is not specified')]
  if (typeof port === 'string') return [...(endPort === undefined ? [] : [invalidField(`${at}.endPort`, endPort, 'may not be specified when `port` is non-numeric')]), ...portErrorsOf(port, `${at}.port`)]
  if (endPort === undefined) return portNumberErrors(port, `${at}.port`)
  return [...portNumberErrors(port, `${at}.port`), ...(endPort < port ? [invalidField(`${at}.endPort`, port, 'must be greater than or equal to `port`')] : []), ...portNumberErrors(endPort, `${at}.endPort`)]
}

function peerErrors({ podSelector, namespaceSelector, ipBlock }: Peer, minor: number, at: string): FieldError[] {
  const count = [podSelector, namespaceSelector, ipBlock].filter((part) => part !== undefined).length
  return [
    ...(podSelector === undefined ? [] : selectorErrors(podSelector, `${at}.podSelector`)),
    ...(namespaceSelector === undefined ? [] : selectorErrors(namespaceSelector, `${at}.namespaceSelector`)),
    ...(ipBlock === undefined ? [] : blockErrors(ipBlock, minor, `${at}.ipBlock`)),
    ...(count === 0 ? [requiredField(at, 'must specify a peer')] : []),
    ...(count > 1 && ipBlock !== undefined ? [forbiddenField(at, 'may not specify both ipBlock and another peer')] : []),
  ]
}

function blockErrors({ cidr = '', except = [] }: { readonly cidr?: string; readonly except?: readonly string[] }, minor: number, at: string): FieldError[] {
  if (cidr === '') return [requiredField(`${at}.cidr`)]
  const outer = readNetwork(withoutLeadingZeros(cidr))
  if (outer === undefined) return [noRange(`${at}.cidr`, cidr)]
  return [...strictErrors(cidr, outer, { minor, field: `${at}.cidr` }), ...except.flatMap((text, index) => {
    const inner = readNetwork(withoutLeadingZeros(text))
    if (inner === undefined) return [noRange(`${at}.except[${index}]`, text)]
    return [...strictErrors(text, inner, { minor, field: `${at}.except[${index}]` }), ...(covers(outer, inner) && outer.bits < inner.bits ? [] : [invalidField(`${at}.except[${index}]`, text, 'must be a strict subset of `cidr`')])]
  })]
}

function strictErrors(text: string, { address, bits }: Network, { minor, field }: { readonly minor: number; readonly field: string }): FieldError[] {
  if (minor < STRICT_MINOR) return []
  if (withoutLeadingZeros(text) !== text) return [invalidField(field, text, 'must not have leading 0s in IP or prefix length')]
  const free = BigInt((address.family === 4 ? 32 : 128) - bits)
  return (address.value >> free) << free === address.value ? [] : [invalidField(field, text, 'must not have bits set beyond the prefix length')]
}

function noRange(field: string, text: string): FieldError {
  return invalidField(field, text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')
}
