/** Names that the server makes up and names that it refuses. */

import type { Rng } from '../../kernel/rng.ts'

/** k8s.io/apimachinery/pkg/util/rand: no vowels and nothing that looks like another letter. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'
const SUFFIX_LENGTH = 5
const GENERATED_NAME_MAX = 63

export function generatedSuffix(rng: Rng): string {
  return Array.from({ length: SUFFIX_LENGTH }, () => ALPHABET[rng.below(ALPHABET.length)]).join('')
}

export function generatedName(base: string, rng: Rng): string {
  return base.slice(0, GENERATED_NAME_MAX - SUFFIX_LENGTH) + generatedSuffix(rng)
}

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const LABEL_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/

const SUBDOMAIN_WORDS =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const LABEL_WORDS =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const LABEL_1035_WORDS =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
const VALUE_WORDS =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
const KEY_WORDS =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"

const NO_DOTS = 'must not contain dots'
const KEY_FORM_WORDS =
  "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
const CONFIG_KEY_WORDS =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"

function tooLong(text: string, max: number, unit = 'characters'): string[] {
  return text.length > max ? [`must be no more than ${max} ${unit}`] : []
}

/* Each of these says everything that is wrong with the text, in the server's words: nothing when it is right. */

export function subdomainProblems(name: string): string[] {
  return [...tooLong(name, 253), ...(SUBDOMAIN.test(name) ? [] : [SUBDOMAIN_WORDS])]
}

const WILDCARD_WORDS =
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

export function wildcardProblems(name: string): string[] {
  return [...tooLong(name, 253), ...(name.startsWith('*.') && SUBDOMAIN.test(name.slice(2)) ? [] : [WILDCARD_WORDS])]
}

export function labelNameProblems(name: string): string[] {
  const form = LABEL.test(name) ? [] : [SUBDOMAIN.test(name) ? NO_DOTS : LABEL_WORDS]
  return [...tooLong(name, 63), ...form]
}

export function serviceNameProblems(name: string): string[] {
  return [...tooLong(name, 63), ...(LABEL_1035.test(name) ? [] : [LABEL_1035_WORDS])]
}

export function labelValueProblems(value: string): string[] {
  return [...tooLong(value, 63, 'bytes'), ...(value === '' || QUALIFIED.test(value) ? [] : [VALUE_WORDS])]
}

/** A name with an optional prefix: keys of labels, conditions, gates, resources, finalizers. */
export function labelKeyProblems(key: string): string[] {
  const parts = key.split('/')
  if (parts.length > 2) return [KEY_FORM_WORDS]
  const name = parts.at(-1) ?? ''
  const [prefix] = parts.length === 2 ? parts : []
  return [
    ...(prefix === '' ? ['prefix part must be non-empty'] : prefix === undefined ? [] : subdomainProblems(prefix).map((problem) => `prefix part ${problem}`)),
    ...(name === '' ? ['name part must be non-empty'] : tooLong(name, 63, 'bytes').map((problem) => `name part ${problem}`)),
    ...(QUALIFIED.test(name) ? [] : [KEY_WORDS]),
  ]
}

/** A key of a ConfigMap or a Secret. */
export function configKeyProblems(key: string): string[] {
  return [...tooLong(key, 253), ...(/^[-._a-zA-Z0-9]+$/.test(key) ? [] : [CONFIG_KEY_WORDS]), ...dotProblems(key)]
}

function dotProblems(key: string): string[] {
  if (key === '.' || key === '..') return [`must not be '${key}'`]
  return key.startsWith('..') ? ["must not start with '..'"] : []
}

const PORT_NAME_MAX = 15

export function portNameProblems(name: string): string[] {
  return [
    ...tooLong(name, PORT_NAME_MAX),
    ...(/^[-a-z0-9]+$/.test(name) ? [] : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
    ...(/[a-z]/.test(name) ? [] : ['must contain at least one letter (a-z)']),
    ...(name.includes('--') ? ['must not contain consecutive hyphens'] : []),
    ...(name !== '' && (name.startsWith('-') || name.endsWith('-')) ? ['must not begin or end with a hyphen'] : []),
  ]
}

/** RBAC names and the like: a path segment (`pkg/api/validation/path`). */
export function pathSegmentProblems(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`]
  return ['/', '%'].filter((character) => name.includes(character)).map((character) => `may not contain '${character}'`)
}
