/**
 * Lists that are read page by page: the rest of a list is kept as it was at its first page, so that all pages are of
 * one version. Old ones are forgotten, and their tokens answer 410, as compaction does in a real cluster.
 */

import type { KubeObject } from '../../model/kube-object.ts'
import { badRequest, statusError } from '../api/status-error.ts'

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
    return { ...page, continue: encode({ id: id ?? keep(rest), offset: end }), ...(isWhole ? { remainingItemCount: items.length - end } : {}) }
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

function encode(token: { readonly id: string; readonly offset: number }): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url')
}

function decode(token: string): { readonly id: string; readonly offset: number } {
  try {
    const { id, offset } = JSON.parse(Buffer.from(token, 'base64url').toString()) as { id?: unknown; offset?: unknown }
    if (typeof id === 'string' && typeof offset === 'number') return { id, offset }
  } catch {
    // Falls through to the refusal: what is not JSON is no token of ours.
  }
  throw badRequest('continue key is not valid')
}
