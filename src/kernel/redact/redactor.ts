/**
 * Takes secrets and personal data out of texts and JSON, before anything is stored, shown or sent.
 *
 * What is found is replaced by a mark that tells its kind and whether two were equal (`mark.ts`), counted, and gone:
 * no record of a redaction holds the value. Redacting twice changes nothing, so every door may do it again.
 */

import { createHmac } from 'node:crypto'
import { addressSpans } from './addresses.ts'
import { assignmentSpans } from './assignments.ts'
import { encodedSpans } from './encoded.ts'
import type { KnownValues } from './known-values.ts'
import { isPlaceholder } from './looks-random.ts'
import { MARK, markOf } from './mark.ts'
import { personalSpans, type PersonalType } from './personal.ts'
import { privateKeySpans } from './private-keys.ts'
import { redactJson } from './redact-json.ts'
import { settled, type Span, type WithheldClass } from './span.ts'
import { tokenSpans } from './token-shapes.ts'

/** A rule of the site. */
export interface CustomRule {
  readonly name: string
  readonly class: WithheldClass
  readonly pattern: RegExp
}

export interface RedactorOptions {
  /** Keys the suffix of marks. */
  readonly key: Uint8Array
  readonly known?: KnownValues
  readonly personal?: readonly PersonalType[]
  readonly rules?: readonly CustomRule[]
}

export interface Redactor {
  text(text: string): string
  /**
   * Every text in a JSON value; names of fields tell what their values are. The same value where nothing was found.
   * `sibling`: one in which nothing was found just now; what both hold at the same place is not looked at again.
   */
  json<T>(value: T, sibling?: unknown): T
  /** The mark of a value that is known to be a secret by where it stands. Empty texts and references stay. */
  value(type: string, value: string): string
  /** How many of each `class:type` were withheld so far. */
  withheld(): Readonly<Record<string, number>>
  /** The same rules and the same key with a count of its own. */
  fresh(): Redactor
}

export const DEFAULT_PERSONAL: readonly PersonalType[] = ['email', 'card']

/** Shorter texts hold nothing worth a look. */
const TEXT_MIN = 6

export function createRedactor(options: RedactorOptions): Redactor {
  const counts: Record<string, number> = {}
  const mark = (found: { readonly class: WithheldClass; readonly type: string; readonly value: string }): string => {
    const name = `${found.class}:${found.type}`
    counts[name] = (counts[name] ?? 0) + 1
    return markOf(options.key, found)
  }
  const clean = createCleanTexts()
  const isKnownClean = (whole: string): boolean => options.known === undefined && clean.has(whole)
  const text = (whole: string): string => (whole.length < TEXT_MIN || isKnownClean(whole) ? whole : replaced(whole, settled(spansIn(whole, options, clean)), mark))
  const value = (type: string, whole: string): string => (isPlaceholder(whole) || isMarked(whole) ? whole : mark({ class: 'secret', type, value: whole }))
  return { text, value, json: (whole, sibling) => redactJson(whole, { text, value }, { sibling }), withheld: () => ({ ...counts }), fresh: () => createRedactor(options) }
}

/** The key of one incident, from the key of the installation. */
export function incidentKey(installationKey: Uint8Array, incidentId: string): Uint8Array {
  return createHmac('sha256', installationKey).update(`redaction of ${incidentId}`).digest()
}

interface CleanTexts {
  has(text: string): boolean
  add(text: string): void
}

/** Longer texts seldom repeat. */
const REMEMBERED_LENGTH_MAX = 128
const REMEMBERED_MAX = 50_000

/** Texts by whose shape nothing was found: the objects of a cluster say the same few thousand words again and again. */
function createCleanTexts(): CleanTexts {
  const texts = new Set<string>()
  return {
    has: (text) => text.length <= REMEMBERED_LENGTH_MAX && texts.has(text),
    add: (text) => {
      if (text.length > REMEMBERED_LENGTH_MAX) return
      if (texts.size >= REMEMBERED_MAX) texts.clear()
      texts.add(text)
    },
  }
}

function spansIn(text: string, options: RedactorOptions, clean: CleanTexts): Span[] {
  // What is known to be secret may grow, so it is asked each time; the rules by shape stay as they are.
  const isClean = options.known !== undefined && clean.has(text)
  const byShape = isClean ? [] : shapeSpans(text, options)
  if (!isClean && byShape.length === 0) clean.add(text)
  const all = [...byShape, ...(options.known?.spans(text) ?? [])]
  if (!text.includes('⟦')) return all
  const marks = marksIn(text)
  return all.flatMap((span) => outsideMarks(text, span, marks))
}

function shapeSpans(text: string, { personal = DEFAULT_PERSONAL, rules = [] }: RedactorOptions): Span[] {
  return [...plainSpans(text), ...personalSpans(text, personal), ...rules.flatMap((rule) => customSpans(text, rule)), ...encodedSpans(text, plainSpans)]
}

function plainSpans(text: string): Span[] {
  return [...tokenSpans(text), ...privateKeySpans(text), ...assignmentSpans(text), ...addressSpans(text)]
}

function customSpans(text: string, rule: CustomRule): Span[] {
  return [...text.matchAll(rule.pattern)]
    .filter((match) => match[0] !== '')
    .map((match) => ({ start: match.index, end: match.index + match[0].length, type: rule.name, class: rule.class }))
}

/** What was withheld before stays as it is; what stands around it in the same secret goes too. */
function outsideMarks(text: string, span: Span, marks: readonly Span[]): Span[] {
  // What begins inside a mark was read out of the mark's own words.
  if (marks.some((mark) => span.start > mark.start && span.start < mark.end)) return []
  let start = span.start
  const pieces: Span[] = []
  for (const mark of marks) {
    if (mark.end <= start || mark.start >= span.end) continue
    if (mark.start > start) pieces.push({ ...span, start, end: mark.start })
    start = mark.end
  }
  if (start < span.end) pieces.push({ ...span, start })
  return pieces.length === 1 && pieces[0]?.start === span.start && pieces[0].end === span.end ? pieces : pieces.filter((piece) => /\w{4}/.test(text.slice(piece.start, piece.end)))
}

function marksIn(text: string): Span[] {
  return [...text.matchAll(MARKS)].map((match) => ({ start: match.index, end: match.index + match[0].length, type: '', class: 'secret' }))
}

const MARKS = new RegExp(MARK.source, 'g')

function replaced(text: string, spans: readonly Span[], mark: (found: { readonly class: WithheldClass; readonly type: string; readonly value: string }) => string): string {
  if (spans.length === 0) return text
  let result = ''
  let at = 0
  for (const { start, end, type, class: kind } of spans) {
    result += text.slice(at, start) + mark({ class: kind, type, value: text.slice(start, end) })
    at = end
  }
  return result + text.slice(at)
}

function isMarked(text: string): boolean {
  const match = text.startsWith('⟦') ? MARK.exec(text) : null
  return match !== null && match[0].length === text.length
}

