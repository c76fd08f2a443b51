/** Addresses and networks (`apiserver/pkg/cel/library/{ip,cidr}.go`); what is wrong with a text is said as Go's `net/netip` says it. */

import { type FunctionLibrary, namespaceType } from './functions.ts'

export class Address {
  readonly value: bigint
  readonly family: 4 | 6

  constructor(value: bigint, family: 4 | 6) {
    this.value = value
    this.family = family
  }

  toString(): string {
    return this.family === 4 ? dotted(this.value) : grouped(this.value)
  }
}

export class Network {
  readonly address: Address
  readonly bits: number

  constructor(address: Address, bits: number) {
    this.address = address
    this.bits = bits
  }

  toString(): string {
    return `${this.address.toString()}/${this.bits}`
  }
}

const [IP, CIDR] = ['net.IP', 'net.CIDR']

export const ADDRESSES: FunctionLibrary = {
  types: { [IP]: Address, [CIDR]: Network },
  namespaces: ['ip'],
  functions: {
    [`ip(string): ${IP}`]: addressOf,
    'isIP(string): bool': (text: string) => isRead(() => addressOf(text)),
    [`${namespaceType('ip')}.isCanonical(string): bool`]: (_: unknown, text: string) => addressOf(text).toString() === text,
    [`go_string(${IP}): string`]: String,
    [`${IP}.family(): int`]: ({ family }: Address) => BigInt(family),
    [`${IP}.isUnspecified(): bool`]: ({ value }: Address) => value === 0n,
    [`${IP}.isLoopback(): bool`]: isLoopback,
    [`${IP}.isLinkLocalMulticast(): bool`]: ({ value, family }: Address) => (family === 4 ? value >> 8n === 0xe00000n : (value >> 112n & 0xff0fn) === 0xff02n),
    [`${IP}.isLinkLocalUnicast(): bool`]: isLinkLocal,
    [`${IP}.isGlobalUnicast(): bool`]: isGlobal,
    [`cidr(string): ${CIDR}`]: networkOf,
    'isCIDR(string): bool': (text: string) => isRead(() => networkOf(text)),
    [`go_string(${CIDR}): string`]: String,
    [`${CIDR}.containsIP(string): bool`]: (network: Network, text: string) => holds(network, orNoOverload(() => addressOf(text))),
    [`${CIDR}.containsIP(${IP}): bool`]: holds,
    [`${CIDR}.containsCIDR(string): bool`]: (network: Network, text: string) => covers(network, networkOf(text)),
    [`${CIDR}.containsCIDR(${CIDR}): bool`]: covers,
    [`${CIDR}.ip(): ${IP}`]: ({ address }: Network) => address,
    [`${CIDR}.prefixLength(): int`]: ({ bits }: Network) => BigInt(bits),
    [`${CIDR}.masked(): ${CIDR}`]: ({ address, bits }: Network) => new Network(new Address(prefix(address, bits) << BigInt(lengthOf(address) - bits), address.family), bits),
  },
  operators: {
    [`${IP} == ${IP}: bool`]: isSame,
    [`${CIDR} == ${CIDR}: bool`]: (left: Network, right: Network) => left.bits === right.bits && isSame(left.address, right.address),
  },
}

function isRead(read: () => unknown): boolean {
  try {
    read()
    return true
  } catch {
    return false
  }
}

/** Upstream takes the failure for an argument of another type. */
function orNoOverload<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new Error('no such overload', { cause: error })
  }
}

function isSame(left: Address, right: Address): boolean {
  return left.family === right.family && left.value === right.value
}

function lengthOf({ family }: Address): number {
  return family === 4 ? 32 : 128
}

function prefix(address: Address, bits: number): bigint {
  return address.value >> BigInt(lengthOf(address) - bits)
}

export function holds({ address, bits }: Network, other: Address): boolean {
  return address.family === other.family && prefix(address, bits) === prefix(other, bits)
}

export function covers(network: Network, part: Network): boolean {
  return network.bits <= part.bits && holds(network, part.address)
}

function isLoopback({ value, family }: Address): boolean {
  return family === 4 ? value >> 24n === 127n : value === 1n
}

function isLinkLocal({ value, family }: Address): boolean {
  return family === 4 ? value >> 16n === 0xa9fen : value >> 118n === 0x3fan
}

function isGlobal(address: Address): boolean {
  const { value, family } = address
  const isMulticast = family === 4 ? value >> 28n === 0xen : value >> 120n === 0xffn
  return value !== 0n && !(family === 4 && value === 0xffff_ffffn) && !isMulticast && !isLoopback(address) && !isLinkLocal(address)
}

export function addressOf(text: string): Address {
  const [address, zone] = text.includes(':') ? [text.replace(/%.*$/s, ''), text.includes('%')] : [text, false]
  const read = parsed(text, address, (words) => `IP Address ${JSON.stringify(text)} parse error during conversion from string: ${words}`)
  if (zone) throw new Error(`IP address ${JSON.stringify(text)} with zone value is not allowed`)
  return withoutMapped(read, text)
}

export function networkOf(text: string): Network {
  const say = (words: string): string => `network address parse error during conversion from string: network address parse error during conversion from string: netip.ParsePrefix(${JSON.stringify(text)}): ${words}`
  const slash = text.lastIndexOf('/')
  if (slash < 0) throw new Error(say("no '/'"))
  const address = parsed(text.slice(0, slash), text.slice(0, slash).replace(/(:.*)%.*$/s, '$1'), say)
  if (text.slice(0, slash).includes('%')) throw new Error(say('IPv6 zones cannot be present in a prefix'))
  const bits = text.slice(slash + 1)
  if (!/^(0|[1-9]\d*)$/.test(bits)) throw new Error(say(`bad bits after slash: ${JSON.stringify(bits)}`))
  if (Number(bits) > lengthOf(address)) throw new Error(say('prefix length out of range'))
  try {
    return new Network(withoutMapped(address, text), Number(bits))
  } catch (error) {
    throw new Error(`network address parse error during conversion from string: ${(error as Error).message}`, { cause: error })
  }
}

function withoutMapped(address: Address, text: string): Address {
  if (address.family === 6 && address.value >> 32n === 0xffffn) throw new Error(`IPv4-mapped IPv6 address ${JSON.stringify(text)} is not allowed`)
  return address
}

function parsed(text: string, address: string, say: (words: string) => string): Address {
  const fail = (words: string, rest?: string): never => {
    throw new Error(say(`ParseAddr(${JSON.stringify(text)}): ${words}${rest === undefined ? '' : ` (at ${JSON.stringify(rest)})`}`))
  }
  const [first] = /[.:%]/.exec(address) ?? []
  if (first === '.') return new Address(fourBytes(address, fail), 4)
  if (first === ':') return new Address(sixteenBytes(address, fail), 6)
  return fail(first === '%' ? 'missing IPv6 address' : 'unable to parse IP')
}

type Fail = (words: string, rest?: string) => never

function fourBytes(text: string, fail: Fail): bigint {
  const fields: string[] = ['']
  for (const [index, letter] of [...text].entries()) {
    if (letter !== '.') extend(fields, letter, (words) => fail(words, words === 'unexpected character' ? text.slice(index) : undefined))
    else if (index === 0 || index === text.length - 1 || fields.at(-1) === '') fail('IPv4 field must have at least one digit', text.slice(index))
    else if (fields.length === 4) fail('IPv4 address too long')
    else fields.push('')
  }
  if (fields.length < 4) fail('IPv4 address too short')
  return fields.reduce((sum, field) => sum * 256n + BigInt(field === '' ? 0 : field), 0n)
}

function extend(fields: string[], letter: string, fail: Fail): void {
  const field = fields.at(-1) ?? ''
  if (!/\d/.test(letter)) fail('unexpected character')
  if (field === '0') fail('IPv4 field has octet with leading zero')
  if (Number(field + letter) > 255) fail('IPv4 field has value >255')
  fields[fields.length - 1] = field + letter
}

const GROUPS = 8

function sixteenBytes(text: string, fail: Fail): bigint {
  const groups: bigint[] = []
  let gap: number | undefined
  let rest = text
  if (rest.startsWith('::')) {
    gap = 0
    rest = rest.slice(2)
  }
  while (rest !== '' && groups.length < GROUPS) {
    const [digits = ''] = /^[0-9a-fA-F]*/.exec(rest) ?? []
    if (digits.length > 4) fail('each group must have 4 or less digits', rest)
    if (digits === '') fail('each colon-separated field must have at least one digit', rest)
    if (rest[digits.length] === '.') {
      if (gap === undefined && groups.length !== GROUPS - 2) fail('embedded IPv4 address must replace the final 2 fields of the address', rest)
      if (groups.length > GROUPS - 2) fail('too many hex fields to fit an embedded IPv4 at the end of the address', rest)
      const four = fourBytes(rest, fail)
      groups.push(four >> 16n, four & 0xffffn)
      rest = ''
      break
    }
    groups.push(BigInt(`0x${digits}`))
    rest = rest.slice(digits.length)
    if (rest === '') break
    if (!rest.startsWith(':')) fail('unexpected character, want colon', rest)
    if (rest === ':') fail('colon must be followed by more characters', rest)
    rest = rest.slice(1)
    if (!rest.startsWith(':')) continue
    if (gap !== undefined) fail('multiple :: in address', rest)
    gap = groups.length
    rest = rest.slice(1)
  }
  if (rest !== '') fail('trailing garbage after address', rest)
  return joined(groups, gap, fail)
}

function joined(groups: readonly bigint[], gap: number | undefined, fail: Fail): bigint {
  const missing = GROUPS - groups.length
  if (missing > 0 && gap === undefined) fail('address string too short')
  if (missing === 0 && gap !== undefined) fail('the :: must expand to at least one field of zeros')
  const all = [...groups.slice(0, gap), ...Array.from({ length: missing }, () => 0n), ...groups.slice(gap ?? groups.length)]
  return all.reduce((sum, group) => (sum << 16n) | group, 0n)
}

function dotted(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.')
}

/** The longest run of zeros, if it is one of two groups at least, is `::` (RFC 5952). */
function grouped(value: bigint): string {
  const groups = Array.from({ length: GROUPS }, (_, index) => ((value >> BigInt(16 * (GROUPS - 1 - index))) & 0xffffn).toString(16))
  const runs = groups.map((_, start) => ({ start, length: groups.slice(start).findIndex((group) => group !== '0') })).map(({ start, length }) => ({ start, length: length < 0 ? GROUPS - start : length }))
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), { start: 0, length: 1 })
  if (longest.length < 2) return groups.join(':')
  return `${groups.slice(0, longest.start).join(':')}::${groups.slice(longest.start + longest.length).join(':')}`
}
