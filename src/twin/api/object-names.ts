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

/** What is wrong with the name, or undefined. */
export function subdomainProblem(name: string): string | undefined {
  if (name.length > 253) return 'must be no more than 253 characters'
  return SUBDOMAIN.test(name) ? undefined : SUBDOMAIN_WORDS
}

export function labelNameProblem(name: string): string | undefined {
  if (name.length > 63) return 'must be no more than 63 characters'
  return LABEL.test(name) ? undefined : LABEL_WORDS
}

export function serviceNameProblem(name: string): string | undefined {
  if (name.length > 63) return 'must be no more than 63 characters'
  return LABEL_1035.test(name) ? undefined : LABEL_1035_WORDS
}

export function labelValueProblem(value: string): string | undefined {
  if (value.length > 63) return 'must be no more than 63 characters'
  return value === '' || QUALIFIED.test(value) ? undefined : VALUE_WORDS
}

export function labelKeyProblem(key: string): string | undefined {
  const slash = key.indexOf('/')
  const [prefix, name] = slash < 0 ? [undefined, key] : [key.slice(0, slash), key.slice(slash + 1)]
  if (prefix !== undefined && subdomainProblem(prefix) !== undefined) return `prefix part ${SUBDOMAIN_WORDS}`
  if (name === '') return `name part must be non-empty`
  return name.length <= 63 && QUALIFIED.test(name) ? undefined : KEY_WORDS
}

/** RBAC names and the like: a path segment (`pkg/api/validation/path`). */
export function pathSegmentProblem(name: string): string | undefined {
  if (name === '.' || name === '..') return `may not be '${name}'`
  return /[/%]/.test(name) ? "may not contain '/' or '%'" : undefined
}
