/**
 * Types of flag values and arguments. A value is checked against the narrowest shape that its readers accept, so that
 * nothing but a value fits in its place. An empty value is of no type: `-n ''` means the default namespace to kubectl.
 */

import type { Place } from './place.ts'
import { isRefusal } from './refusal.ts'
import { workspacePath } from './workspace-path.ts'

export type ValueType = keyof typeof SHAPES | 'path' | readonly string[]

/** A label of DNS (RFC 1123), as names of namespaces and containers are. */
const DNS_LABEL = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?'

const SHAPES = {
  namespace: new RegExp(`^${DNS_LABEL}$`),
  container: new RegExp(`^${DNS_LABEL}$`),
  /** Names of objects; RBAC allows a colon inside. */
  name: /^[a-z0-9](?:[-a-z0-9.:]{0,251}[a-z0-9])?$/,
  /** Decimal, without leading zeros: Go reads `010` as eight. */
  count: /^(?:0|[1-9]\d{0,8})$/,
  /** `--tail=-1` is all of it. */
  'count-or-all': /^(?:-1|0|[1-9]\d{0,8})$/,
  /** `+5`: from the fifth on. */
  'count-from': /^\+?\d{1,9}$/,
  /** Go's duration without a sign: `90s`, `1h30m`. */
  duration: /^(?:\d{1,9}(?:\.\d{1,9})?(?:ns|us|ms|s|m|h))+$|^0$/,
  instant: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/,
  selector: /^[A-Za-z0-9!][\w./=!,() -]*$/,
  'field-selector': /^[A-Za-z][\w.,=!/:-]*$/,
  'label-keys': /^[A-Za-z0-9][\w./,-]*$/,
  /** Templates that are given in full. Those that name a file (`jsonpath-file=`, …) have no shape here. */
  'output-format': /^(?:wide|json|yaml|name|(?:jsonpath|jsonpath-as-json|custom-columns|go-template)=[\x20-\x7E]+)$/,
  'sort-path': /^\{?\.?[A-Za-z][\w.[\]@?()=*'"/ \\-]*\}?$/,
  word: /^[A-Za-z0-9][\w.-]*$/,
  words: /^[A-Za-z0-9][\w.,-]*$/,
  'resource-version': /^\d{1,20}$/,
  text: /^[\x20-\x7E]+$/,
  /** A pattern or a date: it may begin with anything but what an option begins with. */
  pattern: /^(?!-)[\x20-\x7E]+$/,
  /** What git prints for a commit. `%G…` would run the program that the repository names for signatures. */
  format: /^(?!-)(?!.*%G)[\x20-\x7E]+$/,
  /** An expression over a result. Clouds' programs read `@file` and `scheme://` as the name of a file. */
  query: /^(?![-@])(?!.*:\/\/)[\x20-\x7E]+$/,
  'line-range': /^\d{1,9},(?:\+|-)?\d{1,9}$/,
  glob: /^[\w*?.[\]-]+$/,
} as const satisfies Readonly<Record<string, RegExp>>

/** Why a value is not of its type; undefined when it is. */
export function whyNot(type: ValueType, value: string, place: Place): string | undefined {
  if (value === '') return 'is empty'
  if (typeof type !== 'string') return (type as readonly string[]).includes(value) ? undefined : `is none of ${(type as readonly string[]).join(', ')}`
  if (type === 'path') {
    const path = workspacePath(value, place)
    return isRefusal(path) ? path.text : undefined
  }
  return SHAPES[type as keyof typeof SHAPES].test(value) ? undefined : `is no ${(type as string).replaceAll('-', ' ')}`
}
