/** Semantic versions (`apiserver/pkg/cel/library/semverlib.go`, which reads them with `blang/semver`). */

import type { FunctionLibrary } from './functions.ts'

export class Version {
  readonly numbers: readonly bigint[]
  readonly pre: readonly string[]
  readonly build: readonly string[]

  constructor(parts: { readonly numbers: readonly bigint[]; readonly pre: readonly string[]; readonly build: readonly string[] }) {
    this.numbers = parts.numbers
    this.pre = parts.pre
    this.build = parts.build
  }

  toString(): string {
    return `${this.numbers.join('.')}${this.pre.length === 0 ? '' : `-${this.pre.join('.')}`}${this.build.length === 0 ? '' : `+${this.build.join('.')}`}`
  }
}

const TYPE = 'kubernetes.Semver'

export const VERSIONS: FunctionLibrary = {
  types: { [TYPE]: Version },
  functions: {
    [`semver(string): ${TYPE}`]: versionOf,
    [`semver(string, bool): ${TYPE}`]: (text: string, isLenient: boolean) => (isLenient ? versionOf(normalised(text)) : versionOf(text)),
    'isSemver(string): bool': (text: string) => isVersion(text, false),
    'isSemver(string, bool): bool': isVersion,
    [`${TYPE}.major(): int`]: ({ numbers }: Version) => numbers[0],
    [`${TYPE}.minor(): int`]: ({ numbers }: Version) => numbers[1],
    [`${TYPE}.patch(): int`]: ({ numbers }: Version) => numbers[2],
    [`${TYPE}.isGreaterThan(${TYPE}): bool`]: (left: Version, right: Version) => compared(left, right) > 0n,
    [`${TYPE}.isLessThan(${TYPE}): bool`]: (left: Version, right: Version) => compared(left, right) < 0n,
    [`${TYPE}.compareTo(${TYPE}): int`]: compared,
  },
  operators: { [`${TYPE} == ${TYPE}: bool`]: (left: Version, right: Version) => compared(left, right) === 0n },
}

function isVersion(text: string, isLenient: boolean): boolean {
  try {
    versionOf(isLenient ? normalised(text) : text)
    return true
  } catch {
    return false
  }
}

function versionOf(text: string): Version {
  if (text === '') throw new Error('Version string empty')
  const [major, minor, ...rest] = text.split('.')
  if (major === undefined || minor === undefined || rest.length === 0) throw new Error('No Major.Minor.Patch elements found')
  const [, patch = '', pre, build] = /^([^+-]*)(?:-([^+]*))?(?:\+([\s\S]*))?$/.exec(rest.join('.')) ?? []
  const numbers = [numberOf(major, 'major'), numberOf(minor, 'minor'), numberOf(patch, 'patch')]
  return new Version({ numbers, pre: pre === undefined ? [] : pre.split('.').map(preOf), build: build === undefined ? [] : build.split('.').map(buildOf) })
}

function numberOf(text: string, name: string): bigint {
  if (!/^\d*$/.test(text)) throw new Error(`Invalid character(s) found in ${name} number ${JSON.stringify(text)}`)
  if (/^0\d/.test(text)) throw new Error(`${name.charAt(0).toUpperCase()}${name.slice(1)} number must not contain leading zeroes ${JSON.stringify(text)}`)
  if (text === '') throw new Error('strconv.ParseUint: parsing "": invalid syntax')
  return BigInt(text)
}

function preOf(text: string): string {
  if (text === '') throw new Error('Prerelease is empty')
  if (/^0\d+$/.test(text)) throw new Error(`Numeric PreRelease version must not contain leading zeroes ${JSON.stringify(text)}`)
  if (!/^[0-9A-Za-z-]+$/.test(text)) throw new Error(`Invalid character(s) found in prerelease ${JSON.stringify(text)}`)
  return text
}

function buildOf(text: string): string {
  if (text === '') throw new Error('Build meta data is empty')
  if (!/^[0-9A-Za-z-]+$/.test(text)) throw new Error(`Invalid character(s) found in build meta data ${JSON.stringify(text)}`)
  return text
}

/** `v1.02` is 1.2.0. */
function normalised(text: string): string {
  const [first = '', second, ...rest] = text.replace(/^v/, '').split('.')
  const parts = [first, ...(second === undefined ? [] : [second]), ...(rest.length === 0 ? [] : [rest.join('.')])].map((part) => (part.length > 1 ? part.replace(/^0+(?=\d)/, '').replace(/^0*(?=\D|$)/, '0') : part))
  if (parts.length < 3 && /[+-]/.test(parts.at(-1) ?? '')) throw new Error('short version cannot contain PreRelease/Build meta data')
  return [...parts, '0', '0'].slice(0, Math.max(parts.length, 3)).join('.')
}

function compared(left: Version, right: Version): bigint {
  for (const [index, number] of left.numbers.entries()) {
    const other = right.numbers[index] ?? 0n
    if (number !== other) return number > other ? 1n : -1n
  }
  if (left.pre.length === 0 || right.pre.length === 0) return BigInt(Math.sign(right.pre.length - left.pre.length))
  for (const [index, part] of left.pre.entries()) {
    const other = right.pre[index]
    if (other === undefined) return 1n
    if (part !== other) return isBefore(part, other) ? -1n : 1n
  }
  return left.pre.length < right.pre.length ? -1n : 0n
}

/** Numbers by value and before words. */
function isBefore(part: string, other: string): boolean {
  const [isNumber, isOtherNumber] = [/^\d+$/.test(part), /^\d+$/.test(other)]
  if (isNumber && isOtherNumber) return BigInt(part) < BigInt(other)
  return isNumber === isOtherNumber ? part < other : isNumber
}
