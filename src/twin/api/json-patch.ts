/**
 * JSON patches as the API server applies them (gopkg.in/evanphx/json-patch.v4): by the RFC, but a member that is not there is
 * replaced all the same, copied as null, and equal to null; and `01` is a position like `1`.
 */

import { applyPatch, Pointer, type Operation } from 'rfc6902'
import { isRecord } from '../../kernel/json.ts'

/** Changes the document. Says what is wrong with the first operation that does not fit; undefined when all did. */
export function applyOperations(document: object, operations: readonly Operation[]): string | undefined {
  for (const operation of operations) {
    const problem = problemWith(document, operation)
    if (problem !== undefined) return problem
  }
  return undefined
}

function problemWith(document: object, asked: Operation): string | undefined {
  const given = ['from' in asked ? asked.from : '', asked.path]
  const lost = given.find((pointer) => pointer !== '' && !pointer.includes('/'))
  if (lost !== undefined) return `${asked.op} operation does not apply: doc is missing path: ${lost}`
  const [from = '', path = ''] = given.map((pointer) => positioned(document, rooted(pointer)))
  const operation = { ...asked, path, ...('from' in asked ? { from } : {}) } as Operation
  if (operation.op === 'replace' && isMisplaced(document, path)) return `replace operation does not apply: doc is missing key: ${path}`
  if ('from' in operation && isNowhere(document, operation.from)) return `${operation.op} operation does not apply: doc is missing from path: ${operation.from}`
  if ('from' in operation && !path.endsWith('/-') && (isMisplaced(document, path) || isBeyond(document, operation))) return `${operation.op} operation does not apply: doc is missing destination path: ${path}`
  try {
    return applyPatch(document, [lenient(document, operation)]).find((result) => result !== null)?.message
  } catch (error) {
    // A path through a text or a number.
    if (!(error instanceof TypeError)) throw error
    return error.message
  }
}

/** What stands before the first slash is not read. */
function rooted(pointer: string): string {
  return pointer.slice(Math.max(0, pointer.indexOf('/')))
}

function lenient(document: object, operation: Operation): Operation {
  if (operation.op === 'replace' && lacks(document, operation.path)) return { ...operation, op: 'add' }
  if (operation.op === 'test' && operation.value === null && lacks(document, operation.path)) return { op: 'test', path: '', value: document }
  return operation.op === 'copy' && lacks(document, operation.from) ? { op: 'add', path: operation.path, value: null } : operation
}

/** Is there an object in which only this member is missing? */
function lacks(document: object, path: string): boolean {
  const { parent, key, value } = found(document, path)
  return value === undefined && isRecord(parent) && !Array.isArray(parent) && !(key in parent)
}

/** Inside a text or a number there is nothing to take. */
function isNowhere(document: object, path: string): boolean {
  const { parent } = found(document, path)
  return typeof parent !== 'object' || parent === null
}

/** Further behind the end of a list than its next place. */
function isBeyond(document: object, operation: Operation & { readonly from: string }): boolean {
  const { parent, key } = found(document, operation.path)
  if (!Array.isArray(parent)) return false
  const leaves = operation.op === 'move' && found(document, operation.from).parent === parent ? 1 : 0
  return Number(key) > parent.length - leaves
}

/** A name where only a position can stand. */
function isMisplaced(document: object, path: string): boolean {
  const { parent, key } = found(document, path)
  return Array.isArray(parent) && !/^\d+$/.test(key)
}

function found(document: object, path: string): { readonly parent: unknown; readonly key: string; readonly value: unknown } {
  return Pointer.fromJSON(path).evaluate(document) as { parent: unknown; key: string; value: unknown }
}

/** The path with its positions written as numbers are. */
function positioned(document: object, path: string): string {
  let place: unknown = document
  const [root = '', ...tokens] = path.split('/')
  const written = tokens.map((token) => {
    const key = Array.isArray(place) && /^\d+$/.test(token) ? String(Number(token)) : token
    place = (place as Record<string, unknown> | null | undefined)?.[key.replaceAll('~1', '/').replaceAll('~0', '~')]
    return key
  })
  return [root, ...written].join('/')
}
