/** Values in a query as Go reads them (`apimachinery/pkg/runtime/converter.go`). */

import { badRequest } from '../api/status-error.ts'

/** Everything but `0` and `false` is true, also nothing; undefined where it is not there. */
export function flagIn(query: URLSearchParams, name: string): boolean | undefined {
  const text = query.get(name)
  return text === null ? undefined : text !== '0' && text.toLowerCase() !== 'false'
}

/** Undefined where nothing is asked. Throws 400 for what is no whole number. */
export function numberIn(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  return Number(text)
}
