/**
 * A hook: a program or a service of the operator's that is told of each use of a verb and may object. The words on the wire
 * are those that coding agents use for theirs (`hook_event_name`, `tool_name`, `tool_input`), so that one hook serves both.
 */

import type { JsonObject, JsonValue } from '../kernel/json.ts'

export type HookEvent = 'PreToolUse' | 'PostToolUse'

/** What a hook reads, as JSON: on standard input, or as the body of a POST. */
export interface HookInput {
  readonly hook_event_name: HookEvent
  /** The mission. */
  readonly session_id: string
  /** Where the record is written. */
  readonly transcript_path: string
  readonly cwd: string
  readonly permission_mode: 'default'
  /** RFC 3339. */
  readonly timestamp: string
  /** The verb: `drain`, `scale`; `undo`; or `observe` for reading the cluster. */
  readonly tool_name: string
  readonly tool_input: JsonObject
  readonly tool_use_id: string
  /** Of `PostToolUse`: what came of it. */
  readonly tool_response?: JsonObject
  /** What only we know: which incident, which plan, what policy said, and whether the plan is being judged or a step is about to run. */
  readonly boyd: { readonly [key: string]: JsonValue | undefined }
}

export type HookAnswer =
  /** It ended well; what it said, which may be nothing. */
  | { readonly type: 'answered'; readonly text: string }
  /** It said no, in the way of exit code 2. */
  | { readonly type: 'blocked'; readonly reason: string }
  /** It crashed, hung, said too much, or is not what it was. */
  | { readonly type: 'broken'; readonly reason: string }

/** Never rejects; returns within the hook's own deadline. */
export type HookCall = (input: HookInput) => Promise<HookAnswer>
