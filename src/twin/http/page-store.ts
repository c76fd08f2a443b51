/**
 * Lists that are read page by page: the rest of a list is kept as it was at its first page, so that all pages are of
 * one version. Old ones are forgotten, and their tokens answer 410, as compaction does in a real cluster.
 */

import { isRecord } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { badRequest, statusError } from '../api/status-error.ts'
import { goKind } from './decode-body.ts'
import { goJsonProblem } from './go-json-problem.ts'

export interface Page {
  readonly items: readonly KubeObject[]
  readonly resourceVersion: string
  readonly continue?: string
  readonly remainingItemCount?: number
}

export interface Rest {
  readonly items: readonly KubeObject[]
  readonly resourceVersion: string
  /** Nothing was left out by a selector, so that what remains can be counted. */
  readonly isWhole: boolean
}

export interface PageStore {
  first(rest: Rest, limit: number): Page
  next(token: string, limit: number): Page
  /** Throws 400 for a text that is no token. */
  check(token: string): void
}

/** Clients that page at the same time; each keeps references only, the objects are shared. */
const LISTS_KEPT_MAX = 64

export function createPageStore(): PageStore {
  const rests = new Map<string, Rest>()
  let counter = 0
  const pageOf = (rest: Rest, offset: number, limit: number, id: string | undefined): Page => {
    const { items, resourceVersion, isWhole } = rest
    const end = limit > 0 ? Math.min(items.length, offset + limit) : items.length
    const page = { items: items.slice(offset, end), resourceVersion }
    if (end >= items.length) return page
    return { ...page, continue: encode({ rv: Number(resourceVersion), start: `${items[end - 1]?.metadata.name ?? ''}\0`, id: id ?? keep(rest), offset: end }), ...(isWhole ? { remainingItemCount: items.length - end } : {}) }
  }
  const keep = (rest: Rest): string => {
    counter += 1
    const id = String(counter)
    rests.set(id, rest)
    for (const oldest of rests.keys()) {
      if (rests.size <= LISTS_KEPT_MAX) break
      rests.delete(oldest)
    }
    return id
  }
  return {
    first: (rest, limit) => pageOf(rest, 0, limit, undefined),
    check: (token) => void decode(token),
    next(token, limit) {
      const { id, offset } = decode(token)
      const rest = rests.get(id)
      if (rest === undefined) {
        throw statusError('Expired', 'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.')
      }
      return pageOf(rest, offset, limit, id)
    },
  }
}

interface Token {
  readonly v: string
  readonly rv: number
  /** The last key that was told. */
  readonly start: string
  readonly id: string
  readonly offset: number
}

function encode(token: Omit<Token, 'v'>): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', ...token })).toString('base64url')
}

/** In the words of `apiserver/pkg/storage/continue.go`. Throws 400 for what is no token. */
function decode(text: string): Pick<Token, 'id' | 'offset'> {
  const fail = (why: string): never => {
    throw badRequest(`invalid continue token: continue key is not valid${why}`)
  }
  const wrong = text.search(/[^\w-]/)
  if (wrong >= 0 || text.length % 4 === 1) return fail(`: illegal base64 data at input byte ${wrong < 0 ? text.length - 1 : wrong}`)
  const decoded = Buffer.from(text, 'base64url')
  const problem = goJsonProblem(decoded.toString('latin1'))
  if (problem !== undefined) return fail(`: ${problem}`)
  const token = JSON.parse(decoded.toString()) as unknown
  if (!isRecord(token)) return fail(`: json: cannot unmarshal ${goKind(token)} into Go value of type storage.continueToken`)
  const { v = '', rv = 0, start = '', id = '', offset = 0 } = token as Partial<Token>
  if (v !== 'meta.k8s.io/v1') return fail(`: server does not recognize this encoded version ${v}`)
  if (rv === 0) return fail(': incorrect encoded start resourceVersion (version meta.k8s.io/v1)')
  return start === '' ? fail(': encoded start key empty (version meta.k8s.io/v1)') : { id, offset }
}
