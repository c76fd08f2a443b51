/**
 * A request as plain data. In texts of path, query and body `NAMESPACE` is the play's namespace and `@` its prefix; what
 * the server draws is named by `VERSION`, `STALE`, `UID` and `CONTINUE` in angle brackets (`heard.ts`).
 */

import type { JsonValue } from '../../../src/kernel/json.ts'

export interface RawRequest {
  readonly method: string
  readonly path: string
  readonly query?: readonly (readonly [name: string, value: string])[]
  /** A value is sent as JSON, a text as it is. */
  readonly body?: JsonValue | object
  readonly type?: string
  readonly accept?: string
  readonly headers?: Readonly<Record<string, string>>
}

const SHOWN_MAX = 200

export function requestText({ method, path, query = [], body, type, accept, headers }: RawRequest): string {
  const asked = query.map(([name, value]) => `${name}=${value}`).join('&')
  const sent = body === undefined ? '' : ` ${typeof body === 'string' ? body : JSON.stringify(body)}`.slice(0, SHOWN_MAX)
  const more = [type === undefined ? '' : ` as ${type}`, accept === undefined ? '' : ` for ${accept}`, headers === undefined ? '' : ` ${JSON.stringify(headers)}`].join('')
  return `${method} ${path}${asked === '' ? '' : `?${asked}`}${sent}${more}`
}
