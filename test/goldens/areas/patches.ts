/** Patches of JSON and merge kind. Positions below zero, which the RFC does not know, are not drawn. */

import * as fc from 'fast-check'
import { isFault } from '../../../src/kernel/fault.ts'
import { jsonEqual } from '../../../src/kernel/json.ts'
import { patched } from '../../../src/twin/api/patch.ts'
import { area } from '../area.ts'

interface Patching {
  readonly original: object
  readonly patch: unknown
}

const leaf = fc.constantFrom<unknown>('x', 'y', 1, true, null, ['a', 'b'], {}, [])
const key = fc.constantFrom('a', 'b', 'c/d', 'e~f')
const node: fc.Arbitrary<unknown> = fc.oneof({ weight: 2, arbitrary: leaf }, { weight: 1, arbitrary: fc.dictionary(key, leaf, { maxKeys: 2 }) }, { weight: 1, arbitrary: fc.array(fc.oneof(leaf, fc.dictionary(key, leaf, { maxKeys: 2 })), { maxLength: 3 }) })
const document = fc.dictionary(key, node, { minKeys: 1, maxKeys: 3 })
const pointer = fc.array(fc.constantFrom('a', 'b', 'c~1d', 'e~0f', '0', '1', '-', '01', '9', ''), { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join('/')}`)
const operation = fc.oneof(
  fc.record({ op: fc.constantFrom('add', 'replace', 'test'), path: pointer, value: node }),
  fc.record({ op: fc.constant('remove'), path: pointer }),
  fc.record({ op: fc.constantFrom('move', 'copy'), from: pointer, path: pointer }),
)

function outcomeOf(asked: Patching, type: 'json' | 'merge'): object {
  try {
    return { document: patched(asked.original, { type, body: asked.patch } as never) }
  } catch (error) {
    if (!isFault(error)) throw error
    return { refused: true }
  }
}

export const jsonPatch = area<Patching>({
  name: 'json-patch',
  questions: fc.record({ original: document, patch: fc.array(operation, { minLength: 1, maxLength: 3 }) }),
  count: 1_200,
  answer: (asked) => outcomeOf(asked, 'json'),
  // Where upstream's library panics, its server answers with an error of its own: nothing is changed there either.
  agrees: (ours, upstream) => jsonEqual(ours, 'panics' in (upstream as object) ? { refused: true } : upstream),
})

export const mergePatchArea = area<Patching>({
  name: 'merge-patch',
  questions: fc.record({ original: document, patch: document }),
  count: 500,
  answer: (asked) => outcomeOf(asked, 'merge'),
})
