/**
 * Where people hear of things: a chat. Adapter: `adapters/slack`. Telling is best effort and may happen twice after a crash; who
 * calls writes down what became of it.
 */

/** A request for approval as a card: what is done first, prose last. Every text is one line, and none of it is markup. */
export interface ApprovalCard {
  readonly approvalId: string
  readonly planHash: string
  readonly goal: string
  readonly facts: readonly { readonly name: string; readonly value: string }[]
  readonly steps: readonly string[]
  readonly undo: readonly string[]
  /** The page that shows it whole. */
  readonly link?: string
  /** Whether it may be approved on the card, or only on the page: what is large deserves a page. */
  readonly approvable: boolean
  /** Somebody was asked before, and has not answered. */
  readonly again: boolean
}

export interface Notifier {
  /** Names of the channels that messages can be sent to. */
  readonly channels: readonly string[]
  /** Returns the other side's name of the message, where it has one. Faults: `unavailable`, `rate-limited`, `forbidden`, `invalid`. */
  ask(channel: string, card: ApprovalCard): Promise<string | undefined>
  /** Replaces an earlier message of `ask` by a line that offers nothing any more. Where that cannot be, the line is sent. */
  close(channel: string, options: { readonly ref?: string; readonly text: string }): Promise<void>
}
