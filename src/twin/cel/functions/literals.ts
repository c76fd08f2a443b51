/** What `spelling.ts` writes as calls: lists and maps with optional elements, and objects. Also what our library lacks of optional values. */

import { Optional } from '@marcbachmann/cel-js'
import { LIST_CALL, MAP_CALL, OBJECT_CALL, SOME_CALL } from '../spelling.ts'
import { entriesOf } from '../values.ts'
import type { FunctionLibrary } from './functions.ts'

class Some {
  readonly held: Optional

  constructor(held: Optional) {
    this.held = held
  }
}

export const LITERALS: FunctionLibrary = {
  types: { OptionalElement: Some },
  functions: {
    [`${SOME_CALL}(dyn): OptionalElement`]: (held: unknown) => {
      if (held instanceof Optional) return new Some(held)
      throw new Error(`cannot initialize optional entry from non-optional value`)
    },
    [`${LIST_CALL}(list): list`]: (items: readonly unknown[]) => items.flatMap(present),
    [`${MAP_CALL}(list): map`]: (entries: readonly (readonly [unknown, unknown])[]) => new Map(entries.flatMap(([key, value]) => present(value).map((held) => [key, held] as const))),
    [`${OBJECT_CALL}(string, list): map`]: (_type: string, entries: readonly (readonly [string, unknown])[]) => Object.fromEntries(entries.flatMap(([key, value]) => present(value).map((held) => [key, held] as const))),
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
