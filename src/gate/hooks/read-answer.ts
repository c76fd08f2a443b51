/**
 * What a hook's answer means. Read strictly: a field that nobody knows may be one that was meant to forbid, so an answer
 * with one is no answer. `allow` is not final, it only does not object; nothing here can make a verdict milder.
 */

import { z } from 'zod'
import type { HookAnswer, HookEvent } from '../../ports/hooks.ts'

export interface HookWord {
  readonly decision: 'pass' | 'ask' | 'deny'
  readonly reason: string
  /** Of PostToolUse: what is shown and kept instead of the result. */
  readonly redacted?: string
  /** Of PostToolUse: why the result may not be what it looks like. */
  readonly taint?: readonly string[]
  /** The hook did not say this itself: it crashed, hung, or answered what cannot be read. */
  readonly broken?: true
}

const common = {
  continue: z.boolean().exactOptional(),
  stopReason: z.string().exactOptional(),
  suppressOutput: z.boolean().exactOptional(),
  systemMessage: z.string().exactOptional(),
  reason: z.string().exactOptional(),
}

const preSchema = z.strictObject({
  ...common,
  decision: z.enum(['approve', 'allow', 'ask', 'block', 'deny']).exactOptional(),
  hookSpecificOutput: z
    .strictObject({
      hookEventName: z.enum(['PreToolUse', 'BeforeTool']),
      permissionDecision: z.enum(['allow', 'ask', 'deny', 'defer']).exactOptional(),
      permissionDecisionReason: z.string().exactOptional(),
      additionalContext: z.string().exactOptional(),
    })
    .exactOptional(),
})

const postSchema = z.strictObject({
  ...common,
  decision: z.enum(['approve', 'allow', 'block', 'deny']).exactOptional(),
  hookSpecificOutput: z
    .strictObject({
      hookEventName: z.enum(['PostToolUse', 'AfterTool']),
      additionalContext: z.string().exactOptional(),
      updatedToolOutput: z.string().exactOptional(),
      taint: z.array(z.string().min(1)).max(16).exactOptional(),
    })
    .exactOptional(),
})

export function wordOf(event: HookEvent, answer: HookAnswer): HookWord {
  if (answer.type === 'blocked') return { decision: 'deny', reason: oneLine(answer.reason) || 'it gave no reason' }
  if (answer.type === 'broken') return broken(answer.reason)
  // No word is no objection, as with the hooks of coding agents.
  if (answer.text.trim() === '') return { decision: 'pass', reason: '' }
  return event === 'PreToolUse' ? preWord(answer.text) : postWord(answer.text)
}

function preWord(text: string): HookWord {
  const read = parsed(preSchema, text)
  if (typeof read === 'string') return broken(read)
  const { decision, hookSpecificOutput } = read
  const said = [decision, hookSpecificOutput?.permissionDecision]
  const reason = oneLine(hookSpecificOutput?.permissionDecisionReason ?? read.reason ?? read.stopReason ?? '')
  if (read.continue === false || said.includes('deny') || said.includes('block')) return { decision: 'deny', reason }
  return { decision: said.includes('ask') || said.includes('defer') ? 'ask' : 'pass', reason }
}

function postWord(text: string): HookWord {
  const read = parsed(postSchema, text)
  if (typeof read === 'string') return broken(read)
  const { decision, hookSpecificOutput } = read
  const denied = read.continue === false || decision === 'block' || decision === 'deny'
  return {
    decision: denied ? 'deny' : 'pass',
    reason: oneLine(read.reason ?? read.stopReason ?? ''),
    ...(hookSpecificOutput?.updatedToolOutput === undefined ? {} : { redacted: oneLine(hookSpecificOutput.updatedToolOutput) }),
    ...(hookSpecificOutput?.taint === undefined ? {} : { taint: hookSpecificOutput.taint.map(oneLine) }),
  }
}

function parsed<T>(schema: z.ZodType<T>, text: string): T | string {
  try {
    const result = schema.safeParse(JSON.parse(text))
    if (result.success) return result.data
    const [issue] = result.error.issues
    return `its answer cannot be used: ${[...(issue?.path ?? []), issue?.message ?? ''].join(' ')}`
  } catch {
    return 'its answer is no JSON'
  }
}

function broken(reason: string): HookWord {
  return { decision: 'deny', reason: oneLine(reason), broken: true }
}

const REASON_CHARS_MAX = 500

/** A hook's words are shown to people: one line, and not a book. */
function oneLine(text: string): string {
  const line = text.replaceAll(/\p{Cc}+|\p{Zl}|\p{Zp}/gu, ' ').trim()
  return line.length > REASON_CHARS_MAX ? `${line.slice(0, REASON_CHARS_MAX)}…` : line
}
