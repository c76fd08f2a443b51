/** Sends one raw request to one side, and says what came back without what the server draws. */

import { isRecord } from '../../../src/kernel/json.ts'
import type { ApiRequest, ApiResponse } from '../../contract/api-arena.ts'
import { rename, type Names } from '../names.ts'
import type { Answer } from '../normal-answer.ts'
import type { Side } from '../sides.ts'
import { hear, newlyHeard, withHeard } from './heard.ts'
import type { RawRequest } from './raw-request.ts'

const SUBRESOURCES = /\/(status|scale|eviction|binding|ephemeralcontainers|resize|token|finalize)$/

export async function sendRequest(request: RawRequest, side: Side, names: Names): Promise<Answer> {
  const { heard = newlyHeard() } = names
  const located = (text: string): string => text.replaceAll('NAMESPACE', names.namespace).replaceAll('@', `${names.prefix}-`)
  const path = located(request.path)
  const object = path.replace(SUBRESOURCES, '')
  const filled = (text: string): string => withHeard(located(text), object, heard)
  const response = await side.call(wired(request, { path, filled }))
  if (response.status < 300 && request.query?.some(([name]) => name === 'dryRun') !== true) hear(heard, object, response.body)
  return { result: rename(normal(response), names) }
}

function wired({ method, query = [], body, type, accept, headers }: RawRequest, { path, filled }: { readonly path: string; filled(text: string): string }): ApiRequest {
  const asked = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(filled(value))}`).join('&')
  return {
    method,
    path: asked === '' ? path : `${path}?${asked}`,
    ...(body === undefined ? {} : { body: filled(typeof body === 'string' ? body : JSON.stringify(body)) }),
    ...(type === undefined ? {} : { type }),
    ...(accept === undefined ? {} : { accept }),
    ...(headers === undefined ? {} : { headers }),
  }
}

const COMPARED_HEADERS = ['content-type', 'warning', 'retry-after']

function normal({ status, headers, body, text }: ApiResponse): object {
  const shown = Object.fromEntries(COMPARED_HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])))
  return { status, headers: shown, body: body === undefined ? undrawn(text) : withoutDrawn(body) }
}

/** By the names of their fields. */
const DRAWN: Readonly<Record<string, string>> = { resourceVersion: 'VERSION', continue: 'CONTINUE', token: 'TOKEN', clusterIP: 'ADDRESS', nodePort: 'PORT', healthCheckNodePort: 'PORT' }

/** Certificates of the cluster: the twin has none. */
const ROOT = 'kube-root-ca.crt'

function withoutDrawn(value: unknown): unknown {
  if (typeof value === 'string') return undrawn(value)
  if (Array.isArray(value)) return value.filter((item) => !isRoot(item)).map(withoutDrawn)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, drawnField(key, inner) ?? withoutDrawn(inner)]))
}

/** An item of a list, or a row of a table. */
function isRoot(item: unknown): boolean {
  return isRecord(item) && [item, item['object']].some((object) => isRecord(object) && isRecord(object['metadata']) && object['metadata']['name'] === ROOT)
}

function drawnField(key: string, value: unknown): unknown {
  // Roles are looked at in any order.
  if ((key === 'resourceRules' || key === 'nonResourceRules') && Array.isArray(value)) return value.map((rule) => JSON.stringify(rule)).sort()
  if (key === 'serverAddress') return 'ADDRESS'
  // Whom a token is for, where nobody says it, is a setting of the server.
  if (key === 'audiences') return 'AUDIENCES'
  if (key === 'cells' && Array.isArray(value)) return value.map((cell) => (typeof cell === 'string' && /^\d+s$/.test(cell) ? 'AGE' : cell))
  if (key === 'columnDefinitions' && Array.isArray(value)) return value.map(({ description: _description, ...column }: Record<string, unknown>) => column)
  if (key === 'managedFields' && Array.isArray(value)) return value.filter(isOurs).map(({ time: _time, ...entry }: Record<string, unknown>) => entry)
  if (key === 'clusterIPs' && Array.isArray(value)) return value.map((address) => (address === 'None' ? address : 'ADDRESS'))
  const isSaid = value !== undefined && value !== null && value !== '' && value !== 'None'
  return isSaid ? DRAWN[key] : undefined
}

/** Controllers write when they come to it. */
function isOurs({ manager }: { readonly manager?: string }): boolean {
  return manager !== 'kube-controller-manager'
}

/** Which scheme it is depends on how the server was built; the whole object in a refused patch is as Go writes it. */
function undrawn(text: string): string {
  return text
    .replace(/ in scheme "[^"]*"/, '')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME')
    .replace(/( "" is invalid: patch: )?Invalid value: "(?:[^"\\]|\\.)*": (?=json: |strict decoding|no kind |unrecognized type|cannot restore|cannot convert|illegal base64|parsing time)/, '$1Invalid value: ')
    .replace(/(Too large resource version: )\d+(, current: )\d+/, '$1N$2N')
    .replace(/(ResourceVersion in (?:the )?(?:precondition|record|object meta)[: (]+)\d+/gi, '$1N')
    .replaceAll(/\b(made-|Bad_)[a-z0-9]{5}\b/g, '$1*')
}
