/** How something is to be deleted: by the body or, where there is none, by the query (`apiserver/pkg/endpoints/handlers/delete.go`). */

import { isRecord, type JsonObject } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { RemoveOptions } from '../../ports/cluster.ts'
import { readDeleteOptions, type DeleteOptions } from '../api/delete-options.ts'
import { badRequest } from '../api/status-error.ts'
import { decodeBody, demandFormat, interpreted } from './decode-body.ts'
import type { Incoming, ResourceRequest } from './exchange.ts'
import { checkFields } from './field-validation.ts'
import { flagIn, numberIn } from './query-values.ts'

/** Throws 400, 415 and 422. */
export function readRemoveOptions({ incoming }: Pick<ResourceRequest, 'incoming'>): RemoveOptions {
  return readDeleteOptions(incoming.body.length === 0 ? optionsInQuery(incoming.query) : optionsInBody(incoming))
}

function optionsInQuery(query: URLSearchParams): DeleteOptions {
  const grace = numberIn(query, 'gracePeriodSeconds')
  const orphan = flagIn(query, 'orphanDependents')
  const policy = query.get('propagationPolicy')
  return {
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
    ...(orphan === undefined ? {} : { orphanDependents: orphan }),
    ...(policy === null ? {} : { propagationPolicy: policy }),
    dryRun: query.getAll('dryRun'),
  }
}

/** Every group has options of its own, all alike. */
function optionsInBody(incoming: Incoming): DeleteOptions {
  const plain = (sentence: string): string => sentence
  const { value } = decodeBody(incoming.body, demandFormat(incoming), plain)
  const { apiVersion, kind } = interpreted(value, plain)
  if (kind !== '' && kind !== 'DeleteOptions') throw badRequest(`no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/api/legacyscheme/scheme.go:30"`)
  const { object, mismatched = [] } = checkFields({ apiVersion: 'v1', kind: 'DeleteOptions', ...((isRecord(value) ? value : {}) as JsonObject) } as unknown as KubeObject)
  if (mismatched[0] !== undefined) throw badRequest(mismatched[0].text)
  return Object.fromEntries(Object.entries(object).filter(([, given]) => given !== null)) as DeleteOptions
}
