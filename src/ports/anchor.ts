/**
 * A place outside the database where checkpoints are kept: whoever rewrites the ledger would have to rewrite this too.
 * Adapters: a file, a git remote, an HTTP endpoint, a ConfigMap. Contract: `test/contract/anchor-contract.ts`.
 */

export interface Anchor {
  /** What settings and people call it: `file /mnt/evidence/boyd`. */
  readonly name: string
  /** Keeps a checkpoint, beside or in place of the ones before it. Faults when that is not certain. */
  publish(checkpoint: string): Promise<void>
  /** The newest checkpoint that is kept there; undefined while there is none. */
  read(): Promise<string | undefined>
}
