/** What a command means: what policy is asked about, however the line was spelt. */

/** Ways in which a change is more than its verb says. */
export type EffectTag = 'forced' | 'grace-changed' | 'orphans' | 'manifest-unread' | 'follows'

export interface Intent {
  /** `get`, `delete`, `rollout restart`, `log`, `read`: the program's own word for it. */
  readonly op: string
  readonly effect: 'read' | 'change'
  /** Whose object it is: `kubectl`, `helm`, `git`. */
  readonly program: string
  /** Absent for what has no kind: files, the clock, `kubectl version`. */
  readonly kind?: string
  /** Empty for the core group; absent where there is no kind. */
  readonly group?: string
  readonly namespaced?: boolean
  /** `*` for all namespaces; absent when the command does not say. */
  readonly namespace?: string
  /** Objects, files or branches; empty when none is named. */
  readonly names: readonly string[]
  readonly tags: readonly EffectTag[]
  /** How many replicas a scaling asks for. */
  readonly replicas?: number
  /** The server is only asked what would happen. */
  readonly dryRun?: true
}

/** A line that was understood: what it means, and the one spelling in which it would be executed. */
export interface Command {
  readonly program: string
  /** Words of the subcommand, in the grammar's spelling: `['rollout', 'restart']`; none for `cat`. */
  readonly path: readonly string[]
  /** At least one. */
  readonly intents: readonly Intent[]
  /** The command speaks of one kind only and does not write it. */
  readonly kindImplied: boolean
  readonly argv: readonly string[]
}
