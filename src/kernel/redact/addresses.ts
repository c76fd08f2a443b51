/** Credentials inside addresses (`postgres://app:pw@db/app`), and the loose forms that HTTP clients print. */

import { isPlaceholder, looksRandom } from './looks-random.ts'
import type { Span } from './span.ts'

const USERINFO_MAX = 512
const BEARER = /\b(?:bearer|basic)\s+([A-Za-z0-9._~+/=-]{16,4096})/gi
/** `curl -u user:password`, `mysql -ppassword`. */
const CURL_USER = /\bcurl\b[^\n]{0,200}?\s(?:-u|--user)[ =]["']?[\w.@-]{1,64}:([^\s"']{3,128})/g
const CLIENT_PASSWORD = /\b(?:mysql|mysqldump|mysqladmin|mariadb|sqlcmd|sshpass)\b[^\n]{0,200}?\s-p["']?([^\s"']{3,128})/g

export function addressSpans(text: string): Span[] {
  return [...userinfoSpans(text), ...looseSpans(text)]
}

/** What stands between `://` and `@`, if that is the authority of an address. */
function userinfoSpans(text: string): Span[] {
  const spans: Span[] = []
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
    const span = userinfoAt(text, at + 3)
    if (span !== undefined) spans.push(span)
  }
  return spans
}

const [AT, QUERY, FRAGMENT, SLASH, COMMA] = [64, 63, 35, 47, 44]
/** `" ' < > backtick backslash ⟦` */
const ENDS: readonly number[] = [34, 39, 60, 62, 96, 92, 0x27e6]

/** A password may hold any sign but a blank, also `@` and `/` that somebody forgot to escape: the last `@` before the path ends it. */
function userinfoAt(text: string, start: number): Span | undefined {
  let end = start
  let last = -1
  for (; end < text.length && end - start < USERINFO_MAX; end += 1) {
    const code = text.charCodeAt(end)
    if (code <= 32 || ENDS.includes(code)) break
    if (code === AT) last = end
    else if (code === QUERY || code === FRAGMENT || (last >= 0 && (code === SLASH || code === COMMA))) break
  }
  if (last < 0) return undefined
  const userinfo = text.slice(start, last)
  const colon = userinfo.indexOf(':')
  if (colon >= 0) return passwordOf(userinfo, start, colon)
  return userinfo.length >= 16 && !userinfo.includes('/') && looksRandom(userinfo) ? { start, end: last, type: 'url-token', class: 'secret' } : undefined
}

/** `host:8080/path@2` has an `@` and no credentials: what follows the colon is a port and a path. */
function passwordOf(userinfo: string, start: number, colon: number): Span | undefined {
  const password = userinfo.slice(colon + 1)
  if (isPlaceholder(password) || /^\d{2,5}(?:\/|$)/.test(password) || userinfo.slice(0, colon).includes('/')) return undefined
  return { start: start + colon + 1, end: start + userinfo.length, type: 'url-password', class: 'secret' }
}

function looseSpans(text: string): Span[] {
  const spans: Span[] = []
  for (const [type, pattern, hint] of LOOSE) {
    if (!hint.test(text)) continue
    for (const match of text.matchAll(pattern)) {
      const value = match[1] ?? ''
      const end = match.index + match[0].length
      if (type === 'authorization' ? isCredential(value) : !isPlaceholder(value)) spans.push({ start: end - value.length, end, type, class: 'secret' })
    }
  }
  return spans
}

const LOOSE: readonly (readonly [string, RegExp, RegExp])[] = [
  ['authorization', BEARER, /bearer |basic /i],
  ['password', CURL_USER, /\bcurl\b/],
  ['password', CLIENT_PASSWORD, /\bmysql|\bmariadb|\bsqlcmd|\bsshpass/],
]

/** `Bearer authentication-required` is a sentence; `Basic dXNlcjpwYXNz` is `user:pass`. */
function isCredential(value: string): boolean {
  return looksRandom(value) || /^[\x21-\x7e]+:[\x21-\x7e]+$/.test(Buffer.from(value, 'base64').toString('latin1'))
}
