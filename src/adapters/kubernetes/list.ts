/**
 * A whole list, page by page. All pages are of one moment; when that moment is compacted away between two pages
 * (410), the list starts again rather than mix two moments.
 */

import { isFault } from '../../kernel/fault.ts'
import { CLUSTER_LIST_PAGE_SIZE, CLUSTER_LIST_RESTARTS_MAX } from '../../kernel/limits.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { createSharing } from '../../model/siblings.ts'
import type { ListQuery, ListResult } from '../../ports/cluster.ts'
import type { ApiClient, ApiRequest } from './api-client.ts'

interface Page {
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string }
  /** Null where an aggregated API is written in Go and had none. */
  readonly items: readonly KubeObject[] | null
}

export async function listAll(options: { readonly api: ApiClient; readonly request: ApiRequest; readonly query: ListQuery }): Promise<ListResult> {
  for (let restarts = 0; ; restarts += 1) {
    try {
      return await readPages(options)
    } catch (error) {
      const expired = isFault(error) && error.code === 'expired'
      if (!expired || restarts === CLUSTER_LIST_RESTARTS_MAX) throw error
    }
  }
}

async function readPages({ api, request, query }: Parameters<typeof listAll>[0]): Promise<ListResult> {
  const items: KubeObject[] = []
  const share = createSharing()
  let next: string | undefined
  let resourceVersion = ''
  do {
    const page: Page = await api.json({ ...request, query: { ...request.query, limit: CLUSTER_LIST_PAGE_SIZE, continue: next } })
    // Items of a list do not repeat what they are; outside the list they must.
    for (const item of page.items ?? []) items.push(share({ ...item, apiVersion: query.apiVersion, kind: query.kind }))
    next = page.metadata.continue === '' ? undefined : page.metadata.continue
    resourceVersion = page.metadata.resourceVersion ?? resourceVersion
  } while (next !== undefined)
  return { items, resourceVersion }
}
