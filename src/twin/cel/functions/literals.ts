/** What `spelling.ts` writes as calls: lists and maps with optional elements, and objects; and keys of JSON patches. Also what our library lacks of optional values. */

import { Optional } from '@marcbachmann/cel-js'
import { LIST_CALL, MAP_CALL, OBJECT_CALL, SOME_CALL } from '../spelling.ts'
import { entriesOf, objectOfType } from '../values.ts'
import { type FunctionLibrary, namespaceType } from './functions.ts'

class Some {
  readonly held: Optional

  constructor(held: Optional) {
    this.held = held
  }
}

export const LITERALS: FunctionLibrary = {
  types: { OptionalElement: Some },
  namespaces: ['jsonpatch'],
  functions: {
    [`${SOME_CALL}(dyn): OptionalElement`]: (held: unknown) => {
      if (held instanceof Optional) return new Some(held)
      throw new Error(`cannot initialize optional entry from non-optional value`)
    },
    [`${LIST_CALL}(list): list`]: (items: readonly unknown[]) => items.flatMap(present),
    [`${MAP_CALL}(list): map`]: (entries: readonly (readonly [unknown, unknown])[]) => new Map(entries.flatMap(([key, value]) => present(value).map((held) => [key, held] as const))),
    [`${OBJECT_CALL}(string, list): map`]: (type: string, entries: readonly (readonly [string, unknown])[]) => objectOfType(type, Object.fromEntries(entries.flatMap(([key, value]) => present(value).map((held) => [key, held] as const)))),
    [`${namespaceType('jsonpatch')}.escapeKey(string): string`]: (_: unknown, key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1'),
    'OptionalNamespace.ofNonZeroValue(dyn): optional<dyn>': (_: unknown, value: unknown) => (isZero(value) ? Optional.none() : Optional.of(value)),
    'OptionalNamespace.unwrap(list): list': (_: unknown, list: readonly unknown[]) => unwrapped(list),
    'list.unwrapOpt(): list': unwrapped,
  },
  operators: {
    'optional == optional: bool': (left: Optional, right: Optional) => left.hasValue() === right.hasValue(),
  },
}

function present(item: unknown): readonly unknown[] {
  if (!(item instanceof Some)) return [item]
  return item.held.hasValue() ? [item.held.value()] : []
}

function isZero(value: unknown): boolean {
  if (value === null || value === false || value === '' || value === 0 || value === 0n) return true
  return typeof value === 'object' && [Object, Map, Array].some((type) => value.constructor === type) && entriesOf(value).length === 0
}

function unwrapped(list: readonly unknown[]): readonly unknown[] {
  return list.flatMap((item) => (item instanceof Optional ? (item.hasValue() ? [item.value()] : []) : [item]))
}
