/** How a command is refused while it is read: the rule that was met, and a sentence for the person who wrote the line. */

export type CommandRule =
  | 'argument-forbidden'
  | 'bad-input'
  | 'bad-value'
  | 'by-selector'
  | 'caller-environment'
  | 'cluster-scoped'
  | 'command-unknown'
  | 'dry-run'
  | 'flag-forbidden'
  | 'flag-repeated'
  | 'flag-unknown'
  | 'forced'
  | 'guarded-kind'
  | 'kind-unknown'
  | 'manifest'
  | 'mode-off'
  | 'mode-turbo'
  | 'no-name'
  | 'no-namespace'
  | 'not-canonical'
  | 'outside-workspace'
  | 'profile-allows'
  | 'profile-asks'
  | 'profile-denies'
  | 'profile-silent'
  | 'program-unknown'
  | 'protected-namespace'
  | 'secret'
  | 'several-objects'
  | 'shell-syntax'
  | 'stateful'

export interface Refusal {
  readonly kind: 'refusal'
  readonly rule: CommandRule
  readonly text: string
}

export function refuse(rule: CommandRule, text: string): Refusal {
  return { kind: 'refusal', rule, text }
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'refusal'
}

/** A word as a message shows it: whatever it holds, it stays one short line of visible ASCII. */
export function shown(word: string): string {
  const visible = word.replaceAll(/[^\x20-\x7E]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
  return `"${visible.length > SHOWN_MAX ? `${visible.slice(0, SHOWN_MAX)}…` : visible}"`
}

const SHOWN_MAX = 60
