/** Objects from a valid one and a few values laid into it, right and wrong ones alike: what shrinks to the value that matters. */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { KubeObject } from '../../../src/model/kube-object.ts'

/** A path of keys and indexes, dotted, and what is put there; undefined takes away. */
export type Mutation = readonly [path: string, value: unknown]

export function mutated(base: KubeObject, menu: readonly Mutation[], maxLength = 4): Arbitrary<KubeObject> {
  return fc.uniqueArray(fc.nat({ max: menu.length - 1 }), { maxLength }).map((chosen) => chosen.reduce((object, index) => laid(object, menu[index] as Mutation), base))
}

export function laid(object: KubeObject, [path, value]: Mutation): KubeObject {
  return put(object, path.split('.'), value) as KubeObject
}

function put(at: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  if (/^\d+$/.test(key)) {
    const list = [...((at as unknown[] | undefined) ?? [])]
    list[Number(key)] = put(list[Number(key)], rest, value)
    return list
  }
  const inner = put((at as Record<string, unknown> | undefined)?.[key], rest, value)
  return { ...(at as object), [key]: inner }
}

/** A merge patch that puts a value at a path; lists are replaced whole, as merge patches do. */
export function nested([path, value]: Mutation): never {
  const keys = path.split('.')
  return keys.reduceRight<unknown>((inner, key) => (/^\d+$/.test(key) ? [inner] : { [key]: inner }), value === undefined ? null : value) as never
}
