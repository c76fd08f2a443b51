/** URLs (`apiserver/pkg/cel/library/urls.go`), read as Go's `net/url` reads those of requests. */

import type { FunctionLibrary } from './functions.ts'

export class Url {
  readonly scheme: string
  readonly user: string
  readonly host: string
  readonly path: string
  readonly query: string
  readonly text: string

  constructor(parts: { readonly scheme: string; readonly user: string; readonly host: string; readonly path: string; readonly query: string; readonly text: string }) {
    this.scheme = parts.scheme
    this.user = parts.user
    this.host = parts.host
    this.path = parts.path
    this.query = parts.query
    this.text = parts.text
  }
}

const TYPE = 'kubernetes.URL'

export const URLS: FunctionLibrary = {
  types: { [TYPE]: Url },
  functions: {
    [`url(string): ${TYPE}`]: urlOf,
    'isURL(string): bool': (text: string) => problemOf(text) === undefined,
    [`${TYPE}.getScheme(): string`]: ({ scheme }: Url) => scheme,
    [`${TYPE}.getHost(): string`]: ({ host }: Url) => host,
    [`${TYPE}.getHostname(): string`]: ({ host }: Url) => host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1'),
    [`${TYPE}.getPort(): string`]: ({ host }: Url) => /:(\d*)$/.exec(host)?.[1] ?? '',
    [`${TYPE}.getEscapedPath(): string`]: ({ path }: Url) => path,
    [`${TYPE}.getQuery(): map`]: ({ query }: Url) => queryOf(query),
  },
  operators: { [`${TYPE} == ${TYPE}: bool`]: (left: Url, right: Url) => left.text === right.text },
}

interface Parts {
  readonly scheme: string
  readonly isOpaque: boolean
  readonly authority: string | undefined
  readonly path: string
  readonly query: string
  readonly fragment: string
}

/** Go drops an empty fragment. */
function partsOf(text: string, { withFragment }: { readonly withFragment: boolean }): Parts {
  const hash = withFragment ? text.indexOf('#') : -1
  const [before, fragment] = hash < 0 ? [text, ''] : [text.slice(0, hash), text.slice(hash + 1)]
  const [, scheme = '', rest = ''] = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?([\s\S]*)$/.exec(before) ?? []
  const mark = rest.indexOf('?')
  const [place, query] = mark < 0 ? [rest, ''] : [rest.slice(0, mark), rest.slice(mark + 1)]
  const isOpaque = scheme !== '' && !place.startsWith('/')
  const isPlaced = place.startsWith('//') && (scheme !== '' || (withFragment && !place.startsWith('///')))
  const [, authority, path = place] = isPlaced ? (/^\/\/([^/]*)([\s\S]*)$/.exec(place) ?? []) : []
  return { scheme: scheme.toLowerCase(), isOpaque, authority, path, query, fragment }
}

function urlOf(text: string): Url {
  const problem = problemOf(text)
  if (problem !== undefined) throw new Error(`URL parse error during conversion from string: parse ${JSON.stringify(text)}: ${problem}`)
  const { scheme, isOpaque, authority = '', path, query } = partsOf(text, { withFragment: true })
  const at = authority.lastIndexOf('@')
  const host = unescapedText(authority.slice(at + 1))
  return new Url({ scheme, user: authority.slice(0, Math.max(at, 0)), host, path: isOpaque ? '' : escapedPath(path), query, text: isOpaque ? text : text.replace(path, () => escapedPath(path)) })
}

function problemOf(text: string): string | undefined {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(text)) return 'net/url: invalid control character in URL'
  if (text === '') return 'empty url'
  if (text === '*') return undefined
  if (text.startsWith(':')) return 'missing protocol scheme'
  const { scheme, isOpaque, authority, path } = partsOf(text, { withFragment: false })
  if (isOpaque) return undefined
  if (scheme === '' && !path.startsWith('/')) return 'invalid URI for request'
  return (authority === undefined ? undefined : problemOfAuthority(scheme, authority)) ?? problemOfEscapes(path)
}

function problemOfAuthority(scheme: string, authority: string): string | undefined {
  const at = authority.lastIndexOf('@')
  const host = authority.slice(at + 1)
  const problem = host.startsWith('[') ? problemOfLiteral(host) : problemOfHost(scheme, host)
  if (problem !== undefined || at < 0) return problem
  return /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(authority.slice(0, at)) ? problemOfEscapes(authority.slice(0, at)) : 'net/url: invalid userinfo'
}

function problemOfLiteral(host: string): string | undefined {
  const close = host.lastIndexOf(']')
  if (close < 0) return "missing ']' in host"
  return problemOfPort(host.slice(close + 1))
}

function problemOfHost(scheme: string, host: string): string | undefined {
  if (host.includes('[')) return 'invalid IP-literal'
  const colon = scheme === 'http' || scheme === 'https' ? host.indexOf(':') : host.lastIndexOf(':')
  return (colon < 0 ? undefined : problemOfPort(host.slice(colon))) ?? problemOfEscapes(host, { isHost: true })
}

function problemOfPort(port: string): string | undefined {
  return /^(:\d*)?$/.test(port) ? undefined : `invalid port ${JSON.stringify(port)} after host`
}

function problemOfEscapes(text: string, { isHost = false }: { readonly isHost?: boolean } = {}): string | undefined {
  const wrong = isHost ? /%(?![89a-fA-F][0-9a-fA-F]|25)|[^A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"%\u0080-\u{10ffff}]/u.exec(text) : /%(?![0-9a-fA-F]{2})/.exec(text)
  if (wrong === null) return undefined
  return wrong[0] === '%' ? `invalid URL escape ${JSON.stringify(text.slice(wrong.index, wrong.index + 3))}` : `invalid character ${JSON.stringify(wrong[0])} in host name`
}

/** As it was written where that is a way to write it, else escaped anew. */
function escapedPath(path: string): string {
  if (/^[A-Za-z0-9\-_.~/!$&'()*+,;=:@[\]%]*$/.test(path)) return path
  return Buffer.from(unescapedText(path), 'utf8').toString('latin1').replaceAll(/[^A-Za-z0-9\-_.~/$&+,;=:@]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
}

function unescapedText(text: string): string {
  const bytes = Buffer.from(text, 'utf8').toString('latin1').replaceAll(/%([0-9a-fA-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

function queryOf(query: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>()
  for (const piece of query.split('&')) {
    const [, name = '', value = ''] = /^([^=]*)=?([\s\S]*)$/.exec(piece) ?? []
    if (piece === '' || piece.includes(';') || problemOfEscapes(piece) !== undefined) continue
    const key = unescapedText(name.replaceAll('+', ' '))
    values.set(key, [...(values.get(key) ?? []), unescapedText(value.replaceAll('+', ' '))])
  }
  return values
}

/** What the server would say of it; undefined where it is one. */
export function urlProblem(text: string): string | undefined {
  const problem = problemOf(text)
  return problem === undefined ? undefined : `parse ${JSON.stringify(text)}: ${problem}`
}
