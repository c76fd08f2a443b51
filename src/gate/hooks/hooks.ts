/**
 * The operator's hooks around each use of a verb. All that are about it are asked at once; the strictest word counts: deny,
 * then ask, then nothing. A hook that does not answer as it should has said deny.
 *
 *   PreToolUse   while the plan is judged, so that a person can be asked; and again just before the step
 *   PostToolUse  after the step: may redact or taint the result, or stop the plan there. It cannot undo
 */

import type { JsonObject } from '../../kernel/json.ts'
import type { Clock } from '../../kernel/clock.ts'
import { toIso } from '../../kernel/clock.ts'
import type { HookCall, HookEvent, HookInput } from '../../ports/hooks.ts'
import { wordOf, type HookWord } from './read-answer.ts'

export interface Hook {
  readonly event: HookEvent
  /** What reasons and the record call it. */
  readonly name: string
  matches(tool: string): boolean
  readonly call: HookCall
}

export interface ToolUse {
  readonly missionId: string
  /** Unique for the use, and the same when it is repeated after a crash. */
  readonly key: string
  readonly tool: string
  readonly input: JsonObject
  readonly about: HookInput['boyd']
}

export interface HookReport extends HookWord {
  readonly hook: string
  readonly event: HookEvent
  readonly tool: string
  readonly durationMs: number
}

export interface HooksResult {
  readonly decision: HookWord['decision']
  /** `hook NAME: reason`, of those that decided. */
  readonly reason: string
  readonly redacted?: string
  readonly taint: readonly string[]
  /** One a hook that was asked, for the record. */
  readonly reports: readonly HookReport[]
}

export interface Hooks {
  before(use: ToolUse): Promise<HooksResult>
  after(use: ToolUse, response: JsonObject): Promise<HooksResult>
}

export interface HooksOptions {
  readonly hooks: readonly Hook[]
  readonly clock: Clock
  readonly cwd: string
  readonly transcriptPath: string
}

export function createHooks(options: HooksOptions): Hooks {
  return {
    before: (use) => ask(options, 'PreToolUse', use),
    after: (use, response) => ask(options, 'PostToolUse', use, response),
  }
}

async function ask(options: HooksOptions, event: HookEvent, use: ToolUse, response?: JsonObject): Promise<HooksResult> {
  const { clock } = options
  const asked = options.hooks.filter((hook) => hook.event === event && hook.matches(use.tool))
  const input = inputOf(options, event, use, response)
  const reports = await Promise.all(
    asked.map(async (hook): Promise<HookReport> => {
      const startedMs = clock.now()
      const word = await wordFrom(hook, input)
      return { hook: hook.name, event, tool: use.tool, durationMs: clock.now() - startedMs, ...word }
    }),
  )
  return strictest(reports)
}

async function wordFrom(hook: Hook, input: HookInput): Promise<HookWord> {
  try {
    return wordOf(hook.event, await hook.call(input))
  } catch (error) {
    return wordOf(hook.event, { type: 'broken', reason: error instanceof Error ? error.message : String(error) })
  }
}

function inputOf({ clock, cwd, transcriptPath }: HooksOptions, event: HookEvent, use: ToolUse, response: JsonObject | undefined): HookInput {
  return {
    hook_event_name: event,
    session_id: use.missionId,
    transcript_path: transcriptPath,
    cwd,
    permission_mode: 'default',
    timestamp: toIso(clock.now()),
    tool_name: use.tool,
    tool_input: use.input,
    tool_use_id: use.key,
    ...(response === undefined ? {} : { tool_response: response }),
    boyd: use.about,
  }
}

function strictest(reports: readonly HookReport[]): HooksResult {
  const decision = (['deny', 'ask'] as const).find((word) => reports.some((report) => report.decision === word)) ?? 'pass'
  const decided = decision === 'pass' ? [] : reports.filter((report) => report.decision === decision)
  // Of several redactions none is the right one alone; what any of them hides stays hidden.
  const redactions = reports.flatMap(({ redacted }) => redacted ?? [])
  const redacted = redactions.length > 1 ? 'withheld: more than one hook redacts it' : redactions[0]
  return {
    decision,
    reason: decided.map(({ hook, reason }) => `hook ${hook}: ${reason === '' ? (decision === 'ask' ? 'a person must say yes' : 'it objects') : reason}`).join('; '),
    ...(redacted === undefined ? {} : { redacted }),
    taint: [...new Set(reports.flatMap(({ taint }) => taint ?? []))],
    reports,
  }
}

/** A site without hooks. */
export const NO_HOOKS: Hooks = {
  before: () => Promise.resolve(strictest([])),
  after: () => Promise.resolve(strictest([])),
}
