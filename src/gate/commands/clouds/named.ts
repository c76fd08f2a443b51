/** How programs that are not for the cluster's own objects name what they read: plain names, one intent a command. */

import type { CommandGrammar, FlagTable } from '../grammar.ts'
import type { Intent } from '../intent.ts'
import { refuse, shown } from '../refusal.ts'

export interface NamedOptions {
  readonly op: string
  readonly kind: string
  readonly group: string
  readonly effect?: Intent['effect']
  readonly flags: FlagTable
  /** How many names the command takes. */
  readonly names?: { readonly min: number; readonly max: number }
  /** Flags whose values name the object. */
  readonly nameFlags?: readonly string[]
}

const NAME = /^[A-Za-z0-9][\w.-]{0,252}$/

/** A command that takes typed flags and plain names. */
export function named({ op, kind, group, effect = 'read', flags, names = { min: 0, max: 0 }, nameFlags = [] }: NamedOptions): CommandGrammar {
  return {
    flags,
    kindImplied: true,
    read: (words) => {
      const bad = words.positionals.find((word) => !NAME.test(word))
      if (bad !== undefined) return refuse('bad-value', `${shown(bad)} is no name`)
      if (words.positionals.length < names.min || words.positionals.length > names.max) return refuse('argument-forbidden', `${op} takes ${names.min === names.max ? names.min : `${names.min} to ${names.max}`} names`)
      const namespace = words.flags.get('--namespace')?.[0]
      const flagged = nameFlags.flatMap((flag) => words.flags.get(flag) ?? [])
      if (effect === 'change' && words.positionals.length + flagged.length === 0) return refuse('no-name', `${op} names nothing`)
      const intent = { op, effect, kind, group, names: [...words.positionals, ...flagged], tags: [], ...(namespace === undefined ? {} : { namespace }) }
      return { intents: [intent], positionals: words.positionals }
    },
  }
}
