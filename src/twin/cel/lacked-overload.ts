/** What cel-go says of a function that takes no such values: it names the function and the types, but for a few (`common/decls`, MaybeNoSuchOverload). */

import { isNamespace } from './functions/functions.ts'
import { OWN } from './spelling.ts'
import { typeNameOf } from './values.ts'

/** Asked by what the value can do before any overload is tried. */
const BY_TRAIT = new Set(['startsWith', 'endsWith', 'contains', 'find', 'findAll'])
/** Asked the same way, and named by those values that are not asked by name themselves. */
const BY_NAME = new Set(['size', 'sort', 'matches'])
const ASKED_BY_NAME = new Set(['string', 'google.protobuf.Timestamp', 'google.protobuf.Duration'])
/** Of a type of our own we know no name. */
const UNNAMED = 'type'

export function lackedOverload(spelt: string, values: readonly unknown[]): string {
  const name = spelt.startsWith(OWN) ? spelt.slice(OWN.length) : spelt
  const [receiver, ...rest] = values
  if (isNamespace(receiver)) return named(`${receiver.name}.${name}`, rest.map(typeNameOf))
  const types = values.map(typeNameOf)
  const [first = ''] = types
  if (BY_TRAIT.has(name) || (BY_NAME.has(name) && ASKED_BY_NAME.has(first))) return PLAIN
  if (BY_NAME.has(name)) return `${PLAIN}: ${name}`
  // The only one whose single overload is guarded by its receiver (`ext/lists.go`).
  return name === 'flatten' ? `${PLAIN}: ${first === 'map' ? 'map(dyn, dyn)' : first}.flatten()` : named(name, types)
}

const PLAIN = 'no such overload'

function named(name: string, types: readonly string[]): string {
  return types.includes(UNNAMED) ? PLAIN : `${PLAIN}: ${name}(${types.join(', ')})`
}
