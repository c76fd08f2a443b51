/** Section `hooks`: programs and services that are told of each use of a verb and may object, in the shape that coding agents use. */

import { z } from 'zod'

const timeoutMs = z.int().min(50).max(30_000).default(2_000)

const hook = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('command'),
    /** Path of an executable; no shell reads it. */
    command: z.string().min(1),
    args: z.array(z.string()).default([]),
    timeoutMs,
  }),
  z.strictObject({ type: z.literal('http'), url: z.url({ protocol: /^https?$/ }), bearerTokenFile: z.string().min(1).exactOptional(), timeoutMs }),
])

const matcher = z
  .string()
  .refine(isPattern, 'is no regular expression')
  .default('*')

const group = z.strictObject({
  /** A regular expression over whole names of verbs; `*` or nothing: all of them. */
  matcher,
  hooks: z.array(hook).min(1),
})

export const hookSettings = z.strictObject({
  PreToolUse: z.array(group).default([]),
  PostToolUse: z.array(group).default([]),
})

/** `drain|delete-.*` names whole verbs: `drain` is not `undrain`. */
export function patternOf(text: string): RegExp {
  return text === '*' || text === '' ? /^/ : new RegExp(`^(?:${text})$`)
}

function isPattern(text: string): boolean {
  try {
    return patternOf(text) instanceof RegExp
  } catch {
    return false
  }
}
