/**
 * Secrets told by the name before them: `PASSWORD=hunter2`, `"clientSecret": "…"`, `--token …`, `Authorization:
 * Bearer …`, `?sig=…`.
 *
 * A word is looked for, the name around it is read to both sides, then the separator, then the value: by hand and in one
 * direction, so that the time is linear in the text. What counts as a secret depends on where it stands: after `=`
 * or in quotes a password is one however plain; after a colon in prose ("password: incorrect") only what looks drawn.
 */

import { isPlaceholder, looksRandom } from './looks-random.ts'
import { gradeOf, type Grade } from './secret-name.ts'
import type { Span } from './span.ts'

const WORD = /pass(?:w|phr|code|[^a-z])|pwd|\bpw[^a-z]|secret|token|cred|(?:[a-z_. -]|api|access)key|auth|bearer|jwt|cookie|session|\bsid|\bsig|signature|hmac|\botp|\bpat\b|psk|salt|licen[sc]e|[cx]srf/gi
const NAME_MAX = 80
/** By its beginning a value is judged. */
const JUDGED_MAX = 256
const VALUE_MAX = 4_096

export function assignmentSpans(text: string): Span[] {
  const spans: Span[] = []
  WORD.lastIndex = 0
  let done = 0
  for (let hit = WORD.exec(text); hit !== null; hit = WORD.exec(text)) {
    if (hit.index < done) continue
    const name = nameAround(text, hit.index)
    const span = spanAfter(text, name)
    if (span !== undefined) spans.push(span)
    done = Math.max(span?.end ?? 0, name.end)
    WORD.lastIndex = Math.max(WORD.lastIndex, done)
  }
  return spans
}

interface Stretch {
  readonly start: number
  readonly end: number
}

function nameAround(text: string, index: number): Stretch {
  let start = index
  while (start > 0 && index - start < NAME_MAX && isNameCode(text.charCodeAt(start - 1))) start -= 1
  let end = index
  while (end < text.length && end - index < NAME_MAX && isNameCode(text.charCodeAt(end))) end += 1
  // The word may begin with the separator that stood before `key`.
  return end > index ? { start, end } : nameAround(text, index + 1)
}

interface Place extends Stretch {
  readonly sign: '=' | ':' | ' ' | '&'
  readonly quoted: boolean
  /** The name stood in quotes: JSON, or something printed like it. */
  readonly nameQuoted: boolean
  /** The line holds the name and the value and nothing else: a file of settings. */
  readonly wholeLine: () => boolean
}

function spanAfter(text: string, stretch: Stretch): Span | undefined {
  const name = text.slice(stretch.start, stretch.end)
  if (isHeader(name)) return headerSpan(text, stretch, name)
  const grade = gradeOf(name)
  if (grade === undefined) return undefined
  const place = placeAfter(text, stretch)
  if (place === undefined || place.end <= place.start) return undefined
  const value = text.slice(place.start, Math.min(place.end, place.start + JUDGED_MAX))
  if (!isSecret(value, grade, place) || isCount(name, value) || (isSignature(name) && place.sign !== '&')) return undefined
  return { start: place.start, end: place.quoted ? place.end : bareEnd(text, place.start, VALUE_MAX), type: typeOf(name, grade), class: 'secret' }
}

function isSecret(value: string, grade: Grade, place: Place): boolean {
  // `auth: user=app`: what follows is a list of its own.
  if (isPlaceholder(value) || /^\d{1,3}$/.test(value) || /^[A-Za-z]\w*=[^=]/.test(value)) return false
  if (grade === 'password') return passwordIn(value, place)
  // `token = self.next()`: source code, in a trace or a listing.
  if (!place.quoted && /[([{]/.test(value)) return false
  return looksRandom(value) || (place.nameQuoted && place.quoted && value.length >= 12 && /\d/.test(value) && !/[\s/]/.test(value))
}

/** For everybody to check, but in a link it opens something. */
function isSignature(name: string): boolean {
  return /^sig(?:nature)?$/i.test(name)
}

/** `pass=17 fail=0`: how many passed. */
function isCount(name: string, value: string): boolean {
  return /^pass$/i.test(name) && /^\d+$/.test(value)
}

function passwordIn(value: string, place: Place): boolean {
  if (place.nameQuoted || place.wholeLine()) return place.quoted || !/\s/.test(value)
  if (place.sign === '=' || place.sign === '&' || place.sign === ' ') return !REFERENCE_TO_OBJECT.test(value)
  return (place.quoted && !/\s/.test(value)) || looksRandom(value) || mixes(value)
}

/** `shop/db-password`: structured logs name Secrets so. */
const REFERENCE_TO_OBJECT = /^[a-z0-9-]+\/[a-z0-9.-]+$/

/** `Tr0ub4dor&3`: no word of a sentence has a digit and a sign in it. */
function mixes(value: string): boolean {
  return value.length >= 6 && /[A-Za-z]/.test(value) && /\d/.test(value) && !/^v?\d|^\w+\d{1,3}$/.test(value)
}

/** Where the value stands: after the closing quote of the name, blanks, a separator, blanks, an opening quote. */
function placeAfter(text: string, name: Stretch): Place | undefined {
  const quoteBefore = quoteEndingAt(text, name.start)
  let at = name.end
  if (quoteBefore !== '' && text.startsWith(quoteBefore, at)) at += quoteBefore.length
  else if (text.charAt(at) === '"' || text.charAt(at) === "'" || text.startsWith('\\"', at)) at += text.charAt(at) === '\\' ? 2 : 1
  if (text.charAt(at) === ']') at += 1
  const nameQuoted = at > name.end
  const afterBlanks = skipBlanks(text, at)
  const sign = signAt(text, afterBlanks)
  if (sign === undefined) return flagPlace(text, name, at)
  const valueAt = skipBlanks(text, afterBlanks + sign.length)
  const parameter = sign === '=' && /[?&;]/.test(text.charAt(name.start - 1))
  const value = valueStretch(text, valueAt)
  return { ...value, sign: parameter ? '&' : sign.includes('=') ? '=' : ':', nameQuoted, wholeLine: () => sign === ':' && isWholeLine(text, name, value) }
}

function quoteEndingAt(text: string, index: number): string {
  const before = text.charAt(index - 1)
  if (before !== '"' && before !== "'" && before !== '`') return ''
  return text.charAt(index - 2) === '\\' ? `\\${before}` : before
}

function signAt(text: string, index: number): string | undefined {
  return ['=>', ':=', '==', '=', ':'].find((sign) => text.startsWith(sign, index))
}

/** `--password hunter2`, `-token abc`: the value is the next word. */
function flagPlace(text: string, name: Stretch, at: number): Place | undefined {
  const flag = text.charAt(name.start) === '-' && text.charCodeAt(at) === 32
  if (!flag || text.charAt(at + 1) === '-') return undefined
  return { ...valueStretch(text, skipBlanks(text, at)), sign: ' ', nameQuoted: false, wholeLine: () => false }
}

/** The value in its quotes, or up to where a bare value ends. */
function valueStretch(text: string, at: number): Stretch & { readonly quoted: boolean } {
  const open = openQuote(text, at)
  if (open !== undefined) {
    const start = at + open.length
    return { start, end: closing(text, start, open), quoted: true }
  }
  // Read on only where it turns out to be a secret: a text full of names would be read over and over.
  return { start: at, end: bareEnd(text, at, JUDGED_MAX), quoted: false }
}

function bareEnd(text: string, start: number, lengthMax: number): number {
  let end = start
  while (end < text.length && end - start < lengthMax && !isValueEnd(text.charCodeAt(end))) end = text.charCodeAt(end) === 0x27e6 ? pastMark(text, end) : end + 1
  while (end > start && /[.,:]/.test(text.charAt(end - 1))) end -= 1
  return end
}

/** A mark has no end of a value inside it, whatever it says. */
function pastMark(text: string, at: number): number {
  const end = text.slice(at, at + 64).indexOf('⟧')
  return end < 0 ? at + 1 : at + end + 1
}

function openQuote(text: string, at: number): string | undefined {
  return ['\\\\\\"', '\\"', "\\'", '"', "'", '`'].find((quote) => text.startsWith(quote, at))
}

/** The same quote again, with no more backslashes than it was opened with. */
function closing(text: string, start: number, quote: string): number {
  const stretch = text.slice(start, start + VALUE_MAX)
  for (let at = stretch.indexOf(quote); at >= 0; at = stretch.indexOf(quote, at + 1)) {
    if (quote.length > 1 || stretch.charAt(at - 1) !== '\\' || stretch.charAt(at - 2) === '\\') return start + at
  }
  const line = stretch.indexOf('\n')
  return start + (line < 0 ? stretch.length : line)
}

/** Looked at on both sides of an assignment to see whether it has its line for itself. */
const LINE_SIDE_MAX = 200

function isWholeLine(text: string, name: Stretch, value: Stretch & { readonly quoted: boolean }): boolean {
  const before = text.slice(Math.max(0, name.start - LINE_SIDE_MAX), name.start)
  const after = text.slice(value.end, value.end + LINE_SIDE_MAX)
  // One line alone may be any sentence; a file of settings has several lines, or indents.
  const alone = before === '' && !after.includes('\n')
  return !alone && /(?:^|\n)[ \t-]*["']?$/.test(before) && /^["']?[ \t]*(?:#.*)?(?:\n|\r|$)/.test(after)
}

/** Headers whose whole value is secret, with their own ways of being written. */
function isHeader(name: string): boolean {
  return /^(?:proxy-)?authorization$|^(?:set-)?cookie2?$/i.test(name)
}

function headerSpan(text: string, name: Stretch, header: string): Span | undefined {
  const place = placeAfter(text, name)
  if (place === undefined || place.end <= place.start) return undefined
  const listed = text.charAt(place.start) === '[' ? place.start + 1 : place.start
  const opened = text.charAt(listed) === '"' && listed !== place.start ? listed + 1 : listed
  if (/cookie/i.test(header)) return cookieSpan(text, opened, place)
  const scheme = /^(?:Bearer|Basic|Digest|Token|ApiKey|Negotiate|NTLM|AWS4-HMAC-SHA256|Splunk|SharedKey)\s+/i.exec(text.slice(opened, opened + 40))
  const start = opened + (scheme?.[0].length ?? 0)
  const end = place.quoted ? place.end : endOfHeader(text, start)
  const value = text.slice(start, end)
  if (scheme === null ? !looksRandom(value) : isPlaceholder(value) || value.length < 6) return undefined
  return { start, end, type: 'authorization', class: 'secret' }
}

function cookieSpan(text: string, start: number, place: Place): Span | undefined {
  const end = place.quoted ? place.end : endOfLine(text, start)
  return text.slice(start, end).includes('=') ? { start, end, type: 'cookie', class: 'secret' } : undefined
}

function endOfHeader(text: string, from: number): number {
  let end = from
  while (end < text.length && end - from < VALUE_MAX && !/[\s"'\]}\\]/.test(text.charAt(end))) end += 1
  return end
}

function endOfLine(text: string, from: number): number {
  let end = from
  while (end < text.length && end - from < VALUE_MAX && !/[\n\r"'\]}]/.test(text.charAt(end))) end += 1
  return end
}

function skipBlanks(text: string, from: number): number {
  let at = from
  while (at < text.length && at - from < 8 && (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9)) at += 1
  return at
}

function isNameCode(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code === 45 || code === 46
}

/** Blank, control, and what closes or separates: `, ; & ) ] } " ' < > |`. */
function isValueEnd(code: number): boolean {
  return code <= 32 || code === 44 || code === 59 || code === 38 || code === 41 || code === 93 || code === 125 || code === 34 || code === 39 || code === 60 || code === 62 || code === 124
}

/** A few names say more than "token". */
function typeOf(name: string, grade: Grade): string {
  if (grade === 'password') return 'password'
  if (/cookie|session|sid/i.test(name)) return 'session'
  if (/sig/i.test(name)) return 'signature'
  if (/key/i.test(name)) return 'key'
  return /secret/i.test(name) ? 'secret' : 'token'
}
