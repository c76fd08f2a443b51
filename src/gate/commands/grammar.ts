/**
 * The shape in which a program's commands are described: flags with their types, arguments with a reader. A command,
 * a flag or a value that is not described does not exist here, whatever the program would make of it.
 */

import type { Intent } from './intent.ts'
import type { Place } from './place.ts'
import type { Refusal } from './refusal.ts'
import type { ValueType } from './value-types.ts'

export interface ValuedFlag {
  readonly type: ValueType
  /** May be given more than once. Of the others the last would win, unseen. */
  readonly many?: true
  /** The value is written with `=` only; `optional`: or not at all. */
  readonly attached?: 'required' | 'optional'
}

export type FlagShape = 'switch' | ValueType | ValuedFlag

/** By spellings, short first: `'-n --namespace': 'namespace'`. The last spelling is the one that is rendered. */
export type FlagTable = Readonly<Record<string, FlagShape>>

/** A command's words, sorted out and typed, before anybody knows what they mean. */
export interface ParsedWords {
  /** By rendered spelling. A switch has `true` or `false`; a flag whose optional value is absent has the empty text. */
  readonly flags: ReadonlyMap<string, readonly string[]>
  readonly positionals: readonly string[]
  /** What follows `--`; absent without one. */
  readonly after?: readonly string[]
}

export interface Meaning {
  /** At least one. */
  readonly intents: readonly Omit<Intent, 'program'>[]
  /** Arguments as they are rendered. */
  readonly positionals: readonly string[]
  readonly after?: readonly string[]
  /** Flags with their values that are rendered whether they were written or not; the table knows them. */
  readonly flags?: Readonly<Record<string, readonly string[]>>
}

export interface CommandGrammar {
  readonly flags: FlagTable
  /** `--` parts paths from the rest. */
  readonly endOfFlags?: true
  /** The command speaks of one kind only and does not write it: `cordon n7`. */
  readonly kindImplied?: true
  /** `-20` is a spelling of this flag. */
  readonly digitsMean?: string
  readonly read: (words: ParsedWords, place: Place) => Meaning | Refusal
}

export interface Program {
  /** `go`: switches take `=true`, short flags take `=value`. `gnu`: neither. `apart`: values always stand apart, also of long flags. */
  readonly style: 'go' | 'gnu' | 'apart'
  /** Flags that may stand before the subcommand. */
  readonly leading?: FlagTable
  /** By subcommand, its words parted by a space; '' where the program has none. */
  readonly commands: Readonly<Record<string, CommandGrammar>>
  /** Other names of subcommands. */
  readonly aliases?: Readonly<Record<string, string>>
}

export interface FlagEntry {
  /** The spelling that is rendered. */
  readonly name: string
  readonly shape: 'switch' | ValuedFlag
}

/** A table by every spelling, in the order of the table. Compiled once for each table. */
export function flagEntries(table: FlagTable): ReadonlyMap<string, FlagEntry> {
  const known = COMPILED.get(table)
  if (known !== undefined) return known
  const entries = new Map(
    Object.entries(table).flatMap(([key, shape]) => {
      const spellings = key.split(' ')
      const entry: FlagEntry = { name: spellings.at(-1) ?? key, shape: valued(shape) }
      return spellings.map((spelling) => [spelling, entry] as const)
    }),
  )
  COMPILED.set(table, entries)
  return entries
}

const COMPILED = new WeakMap<FlagTable, ReadonlyMap<string, FlagEntry>>()

function valued(shape: FlagShape): 'switch' | ValuedFlag {
  if (shape === 'switch') return shape
  return typeof shape === 'object' && 'type' in shape ? shape : { type: shape }
}

/** The one value of a flag that is given at most once. */
export function valueOf(words: ParsedWords, flag: string): string | undefined {
  return words.flags.get(flag)?.[0]
}

/** Whether a switch is on. */
export function isOn(words: ParsedWords, flag: string): boolean {
  return valueOf(words, flag) === 'true'
}
