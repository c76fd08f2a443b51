/**
 * YAML to values, and paths to places, from one stream of events.
 *
 * A set of manifests is parsed at ten times the speed of a parser that keeps a tree of the text; where a field lies is
 * asked for the few that a finding cites, so the events are made again for those.
 *
 * Bombs are refused: nesting is counted by the parser, and what aliases would unfold to is counted before anybody walks it.
 */

import { constructFromEvents, CORE_SCHEMA, EVENT_ID, mergeTag, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml'
import { NESTING_DEPTH_MAX } from '../../kernel/limits.ts'
import { joinFlowLines } from './join-flow-lines.ts'

const SCHEMA = CORE_SCHEMA.withTags(mergeTag)
/** Enough for shared anchors, far too few for a bomb. */
const ALIASES_MAX = 100
/** Nodes of one document once its aliases are unfolded. The largest object etcd takes has some tens of thousands. */
const UNFOLDED_NODES_MAX = 200_000

export type ParsedYaml =
  | { readonly type: 'value'; readonly value: unknown }
  | { readonly type: 'malformed'; readonly line: number; readonly reason: string }
  | { readonly type: 'refused'; readonly reason: string }

/** The first document of the text. Lines count from 1. */
export function parseYaml(text: string): ParsedYaml {
  const parsed = parseStrictly(text)
  if (parsed.type !== 'malformed' || parsed.reason !== DEFICIENT) return parsed
  const joined = parseStrictly(joinFlowLines(text))
  return joined.type === 'malformed' ? parsed : joined
}

/** What the parser says of a bracket that closes at the indentation of its key. */
const DEFICIENT = 'deficient indentation'

function parseStrictly(text: string): ParsedYaml {
  try {
    const value = constructFromEvents(parseEvents(text, { maxDepth: NESTING_DEPTH_MAX }), { source: text, schema: SCHEMA, maxAliases: ALIASES_MAX })[0] ?? null
    const unfolded = text.includes('*') ? unfoldedNodes(value, new Map()) : 0
    if (unfolded > UNFOLDED_NODES_MAX) return { type: 'refused', reason: 'its aliases unfold without end' }
    return { type: 'value', value }
  } catch (error) {
    return problemOf(error)
  }
}

function problemOf(error: unknown): ParsedYaml {
  if (error instanceof RangeError) return { type: 'refused', reason: `nested deeper than ${NESTING_DEPTH_MAX}` }
  if (!(error instanceof YAMLException)) throw error
  const { reason, mark } = error
  if (/depth|nesting/i.test(reason)) return { type: 'refused', reason: `nested deeper than ${NESTING_DEPTH_MAX}` }
  if (/aliases|merge keys/i.test(reason) && /max|limit|exceed/i.test(reason)) return { type: 'refused', reason: 'too many aliases' }
  return { type: 'malformed', line: (mark?.line ?? 0) + 1, reason }
}

/** An alias is one object seen from many places; a cycle has no end. */
function unfoldedNodes(value: unknown, known: Map<object, number>): number {
  if (typeof value !== 'object' || value === null) return 1
  const before = known.get(value)
  if (before !== undefined) return before
  known.set(value, Infinity)
  let count = 1
  for (const child of Object.values(value)) count += unfoldedNodes(child, known)
  known.set(value, count)
  return count
}

/** Answers where a field begins in the text. */
export type FindOffsets = (path: readonly (string | number)[]) => number[]

/**
 * Opens a text for questions about places: offsets of each node on the way to a field, the document itself first. A path that
 * leads nowhere ends at the last node that is there.
 */
export function yamlOffsets(text: string): FindOffsets {
  const events = eventsOf(text) ?? eventsOf(joinFlowLines(text))
  return events === undefined ? () => [0] : (path) => new Walk(events, text).follow(path)
}

function eventsOf(text: string): Events | undefined {
  try {
    return parseEvents(text, { maxDepth: NESTING_DEPTH_MAX })
  } catch {
    return undefined
  }
}

type Events = ReturnType<typeof parseEvents>

/** A cursor over the events. The one class here: it is a position, and nothing else. */
class Walk {
  private at = 1
  private readonly events: Events
  private readonly text: string

  constructor(events: Events, text: string) {
    this.events = events
    this.text = text
  }

  follow(path: readonly (string | number)[]): number[] {
    const offsets = [this.startOf(this.at)]
    for (const step of path) {
      const found = this.enter(step)
      if (found === undefined) break
      offsets.push(found)
    }
    return offsets
  }

  /** Moves to the child and returns where its key (or the item) begins. */
  private enter(step: string | number): number | undefined {
    const node = this.events[this.at]
    if (node?.type === EVENT_ID.SEQUENCE) return this.enterItem(Number(step))
    if (node?.type !== EVENT_ID.MAPPING) return undefined
    this.at += 1
    while (this.events[this.at]?.type !== EVENT_ID.POP && this.at < this.events.length) {
      const key = this.startOf(this.at)
      const matches = this.scalarAt(this.at) === String(step)
      this.skip()
      if (matches) return key
      this.skip()
    }
    return undefined
  }

  private enterItem(index: number): number | undefined {
    this.at += 1
    for (let item = 0; item < index; item += 1) {
      if (this.events[this.at]?.type === EVENT_ID.POP) return undefined
      this.skip()
    }
    return this.events[this.at]?.type === EVENT_ID.POP ? undefined : this.startOf(this.at)
  }

  /** Past the node at the cursor, with all that is in it. */
  private skip(): void {
    let depth = 0
    do {
      const type = this.events[this.at]?.type
      if (type === EVENT_ID.SEQUENCE || type === EVENT_ID.MAPPING) depth += 1
      else if (type === EVENT_ID.POP) depth -= 1
      this.at += 1
    } while (depth > 0 && this.at < this.events.length)
  }

  private scalarAt(index: number): string | undefined {
    const event = this.events[index]
    return event?.type === EVENT_ID.SCALAR ? this.text.slice(event.valueStart, event.valueEnd) : undefined
  }

  private startOf(index: number): number {
    const event = this.events[index]
    if (event?.type === EVENT_ID.SCALAR) return event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED ? Math.max(0, event.valueStart - 1) : Math.max(0, event.valueStart)
    if (event?.type === EVENT_ID.SEQUENCE || event?.type === EVENT_ID.MAPPING) return this.contentStart(index)
    return event?.type === EVENT_ID.ALIAS ? event.anchorStart : 0
  }

  /** A block mapping begins with its first key. */
  private contentStart(index: number): number {
    const event = this.events[index]
    const next = this.events[index + 1]
    if (event?.type === EVENT_ID.MAPPING && event.style === 1 && next?.type === EVENT_ID.SCALAR) return this.startOf(index + 1)
    return event?.type === EVENT_ID.SEQUENCE || event?.type === EVENT_ID.MAPPING ? event.start : 0
  }
}
