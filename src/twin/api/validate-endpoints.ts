/** Where Services lead: EndpointSlices (`pkg/apis/discovery/validation`) and Endpoints (`ValidateEndpoints`). */

import { jsonEqual } from '../../kernel/json.ts'
import { alongside } from '../../kernel/share-equal.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { duplicateField, invalidField, invalidFields, requiredField, tooManyErrors, unsupportedField, type FieldError } from './field-error.ts'
import { labelKeyProblems, labelNameProblems, labelValueProblems, subdomainProblems } from './object-names.ts'
import { holds, networkOf, type Address as ReadAddress } from '../cel/functions/addresses.ts'
import { readAddress, STRICT_MINOR, withoutLeadingZeros } from './read-address.ts'
import type { VersionProfile } from '../profile.ts'
import { labelErrors } from './validate-metadata.ts'
import { portNumberErrors } from './validate-port.ts'

const PROTOCOLS = ['SCTP', 'TCP', 'UDP']
const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6']
const ADDRESSES_MAX = 100
const NO_ADDRESS = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'

interface Port {
  readonly name?: string
  readonly port?: number
  readonly protocol?: string
  readonly appProtocol?: string
}

interface Endpoint {
  readonly addresses?: readonly string[]
  readonly hostname?: string
  readonly nodeName?: string
  readonly deprecatedTopology?: Readonly<Record<string, string>>
  readonly hints?: { readonly forZones?: readonly { readonly name?: string }[] }
}

/** Endpoints that did not change are not looked at again. */
export function endpointSliceErrors(slice: KubeObject, { minor }: Pick<VersionProfile, 'minor'>, before?: KubeObject): FieldError[] {
  const { addressType = '', endpoints = [], ports = [] } = slice as KubeObject & { addressType?: string; endpoints?: readonly Endpoint[]; ports?: readonly Port[] }
  const stored = (before?.['endpoints'] ?? []) as readonly Endpoint[]
  const isKnown = before !== undefined && jsonEqual(stored, endpoints)
  return [
    ...(addressType === '' ? [requiredField('addressType')] : ADDRESS_TYPES.includes(addressType) ? [] : [unsupportedField('addressType', addressType, ADDRESS_TYPES)]),
    ...ports.flatMap((port, index) => slicePortErrors(port, ports.slice(0, index), `ports[${index}]`)),
    ...(isKnown ? [] : listErrors(endpoints, { rules: `${addressType} ${minor}`, stored, look: (endpoint, index) => endpointErrors(endpoint, { type: addressType, minor }, `endpoints[${index}]`) })),
  ]
}

export function endpointSliceChangeErrors(before: KubeObject, next: KubeObject): FieldError[] {
  return before['addressType'] === next['addressType'] ? [] : [invalidField('addressType', next['addressType'] ?? '', 'field is immutable')]
}

function slicePortErrors({ name = '', protocol, appProtocol }: Port, earlier: readonly Port[], at: string): FieldError[] {
  return [
    ...(name === '' ? [] : invalidFields(`${at}.name`, name, labelNameProblems(name))),
    ...(earlier.some((other) => (other.name ?? '') === name) ? [duplicateField(`${at}.name`, name)] : []),
    ...protocolErrors(protocol ?? '', `${at}.protocol`),
    ...(appProtocol === undefined ? [] : invalidFields(`${at}.appProtocol`, appProtocol, labelKeyProblems(appProtocol))),
  ]
}

function protocolErrors(protocol: string, field: string): FieldError[] {
  if (protocol === '') return [requiredField(field)]
  return PROTOCOLS.includes(protocol) ? [] : [unsupportedField(field, protocol, PROTOCOLS)]
}

interface AddressRules {
  readonly type: string
  readonly minor: number
}

/** Lists in which nothing was wrong, and by which rules: they are written again with each change of one item. */
const sound = new WeakMap<object, string>()

interface ListRules<T> {
  readonly rules: string
  readonly stored: readonly T[]
  look(item: T, index: number): FieldError[]
}

function listErrors<T extends object>(items: readonly T[], { rules, stored, look }: ListRules<T>): FieldError[] {
  const isSound = alongside(sound.get(stored) === rules ? stored : [])
  const errors = items.flatMap((item, index) => (isSound(item) ? [] : look(item, index)))
  if (errors.length === 0) sound.set(items, rules)
  return errors
}

function endpointErrors({ addresses = [], hostname, nodeName, deprecatedTopology, hints }: Endpoint, rules: AddressRules, at: string): FieldError[] {
  const zones = hints?.forZones ?? []
  return [
    ...(addresses.length === 0 ? [requiredField(`${at}.addresses`, 'must contain at least 1 address')] : []),
    ...tooManyErrors(`${at}.addresses`, addresses.length, ADDRESSES_MAX),
    ...addresses.flatMap((address, index) => addressErrors(address, rules, { list: `${at}.addresses`, item: `${at}.addresses[${index}]` })),
    ...(nodeName === undefined ? [] : invalidFields(`${at}.nodeName`, nodeName, subdomainProblems(nodeName))),
    ...labelErrors(deprecatedTopology, `${at}.deprecatedTopology`),
    ...(hostname === undefined ? [] : invalidFields(`${at}.hostname`, hostname, labelNameProblems(hostname))),
    ...zones.flatMap(({ name = '' }, index) => {
      const field = `${at}.hints.forZones[${index}].name`
      return [...(zones.slice(0, index).some((other) => (other.name ?? '') === name) ? [duplicateField(field, name)] : []), ...invalidFields(field, name, labelValueProblems(name))]
    }),
  ]
}

function addressErrors(address: string, { type, minor }: AddressRules, { list, item }: { readonly list: string; readonly item: string }): FieldError[] {
  if (type === 'FQDN') return domainErrors(address, item)
  if (type !== 'IPv4' && type !== 'IPv6') return []
  const plain = withoutLeadingZeros(address)
  const read = readAddress(plain)
  if (read === undefined) return [invalidField(item, address, NO_ADDRESS)]
  if (plain !== address && minor >= STRICT_MINOR) return [invalidField(item, address, 'must not have leading 0s')]
  const isOfType = read.family === (type === 'IPv4' ? 4 : 6)
  return [...(isOfType ? [] : [invalidField(list, address, `must be an ${type} address`)]), ...specialErrors(read, address, item)]
}

function domainErrors(name: string, field: string): FieldError[] {
  const bare = name.replace(/\.$/, '')
  if (bare === '') return [requiredField(field)]
  const problems = subdomainProblems(bare)
  if (problems.length > 0) return invalidFields(field, bare, problems)
  const labels = bare.split('.')
  return labels.length < 2 ? [invalidField(field, bare, 'should be a domain with at least two segments separated by dots')] : labels.flatMap((label) => invalidFields(field, label, labelNameProblems(label)))
}

const SPECIAL = [
  { networks: ['127.0.0.0/8', '::1/128'], words: 'may not be in the loopback range (127.0.0.0/8, ::1/128)' },
  { networks: ['169.254.0.0/16', 'fe80::/10'], words: 'may not be in the link-local range (169.254.0.0/16, fe80::/10)' },
  { networks: ['224.0.0.0/24', 'ff02::/16'], words: 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)' },
].map(({ networks, words }) => ({ networks: networks.map(networkOf), words }))

/** `ValidateEndpointIP`. */
function specialErrors(address: ReadAddress, shown: string, field: string): FieldError[] {
  const unspecified = address.value === 0n ? [invalidField(field, shown, `may not be unspecified (${shown})`)] : []
  return [...unspecified, ...SPECIAL.flatMap(({ networks, words }) => (networks.some((network) => holds(network, address)) ? [invalidField(field, shown, words)] : []))]
}

interface Address {
  readonly ip?: string
  readonly hostname?: string
  readonly nodeName?: string
}

interface Subset {
  readonly addresses?: readonly Address[]
  readonly notReadyAddresses?: readonly Address[]
  readonly ports?: readonly Port[]
}

export function endpointsErrors(endpoints: KubeObject, profile: Pick<VersionProfile, 'minor'>, before?: KubeObject): FieldError[] {
  const subsets = (endpoints['subsets'] ?? []) as readonly Subset[]
  const stored = (before?.['subsets'] ?? []) as readonly Subset[]
  if (before !== undefined && jsonEqual(stored, subsets)) return []
  return subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }, index) => {
    const at = `subsets[${index}]`
    const addressesAt = (field: 'addresses' | 'notReadyAddresses'): ListRules<Address> => ({
      rules: `of a subset ${profile.minor}`,
      stored: stored[index]?.[field] ?? [],
      look: (address, position) => subsetAddressErrors(address, profile, `${at}.${field}[${position}]`),
    })
    return [
      ...(addresses.length === 0 && notReadyAddresses.length === 0 ? [requiredField(at, 'must specify `addresses` or `notReadyAddresses`')] : []),
      ...listErrors(addresses, addressesAt('addresses')),
      ...listErrors(notReadyAddresses, addressesAt('notReadyAddresses')),
      ...ports.flatMap((port, position) => subsetPortErrors(port, ports.length > 1, `${at}.ports[${position}]`)),
    ]
  })
}

function subsetAddressErrors({ ip = '', hostname = '', nodeName }: Address, { minor }: Pick<VersionProfile, 'minor'>, at: string): FieldError[] {
  const plain = withoutLeadingZeros(ip)
  const address = readAddress(plain)
  return [
    ...(address !== undefined ? (plain !== ip && minor >= STRICT_MINOR ? [invalidField(`${at}.ip`, ip, 'must not have leading 0s')] : []) : [invalidField(`${at}.ip`, ip, NO_ADDRESS)]),
    ...(hostname === '' ? [] : invalidFields(`${at}.hostname`, hostname, labelNameProblems(hostname))),
    ...(nodeName === undefined ? [] : invalidFields(`${at}.nodeName`, nodeName, subdomainProblems(nodeName))),
    ...(address !== undefined ? specialErrors(address, ip, `${at}.ip`) : [invalidField(`${at}.ip`, ip, 'must be a valid IP address')]),
  ]
}

function subsetPortErrors({ name = '', port = 0, protocol = '', appProtocol }: Port, needsName: boolean, at: string): FieldError[] {
  return [
    ...(name === '' ? (needsName ? [requiredField(`${at}.name`)] : []) : invalidFields(`${at}.name`, name, labelNameProblems(name))),
    ...portNumberErrors(port, `${at}.port`),
    ...protocolErrors(protocol, `${at}.protocol`),
    ...(appProtocol === undefined ? [] : invalidFields(`${at}.appProtocol`, appProtocol, labelKeyProblems(appProtocol))),
  ]
}
