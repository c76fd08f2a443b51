/**
 * One question to Cedar. The answer is what the engine says, with its errors; what it means is decided in `decide.ts`.
 */

import {
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
  type Context,
  type EntityJson,
} from '@cedar-policy/cedar-wasm/nodejs'
import type { CedarRequest } from './cedar-request.ts'
import type { PolicyBundle } from './policy-bundle.ts'

export type CedarAnswer =
  | { readonly type: 'answered'; readonly decision: 'allow' | 'deny'; readonly policies: readonly string[]; readonly errors: readonly string[] }
  /** The request does not fit the schema, or the engine failed. */
  | { readonly type: 'failed'; readonly message: string }

/**
 * Names for the process: the engine keeps every name it was ever given (about 0.2 MB each), so there are a few and they
 * are used again. Most of the time one is in use; a policy on trial, or two bundles that are compared, take another.
 */
const SLOTS = 8

/** What the engine's cache holds under each name, the longest unused first; it lives as long as the process, as the cache does. */
const cached = new Map<string, string>()

export function askCedar(bundle: PolicyBundle, request: CedarRequest): CedarAnswer {
  try {
    const slot = slotOf(bundle)
    const answer = statefulIsAuthorized({
      principal: request.principal,
      action: request.action,
      resource: request.resource,
      context: request.context as unknown as Context,
      entities: request.entities as unknown as EntityJson[],
      preparsedSchemaName: slot,
      preparsedPolicySetId: slot,
      validateRequest: true,
    })
    if (answer.type === 'failure') return { type: 'failed', message: answer.errors.map((error) => error.message).join('; ') }
    const { decision, diagnostics } = answer.response
    return { type: 'answered', decision, policies: [...diagnostics.reason].sort(), errors: diagnostics.errors.map((error) => `${error.policyId}: ${error.error.message}`) }
  } catch (error) {
    // Deep nesting and odd values throw from inside the engine, which goes on working.
    return { type: 'failed', message: error instanceof Error ? error.message : String(error) }
  }
}

/** The name under which the engine holds this bundle. Throws when it cannot parse it, and then holds nothing there. */
function slotOf(bundle: PolicyBundle): string {
  const held = cached.get(bundle.digest)
  const slot = held ?? freeSlot()
  cached.delete(bundle.digest)
  if (held === undefined) fill(slot, bundle)
  cached.set(bundle.digest, slot)
  return slot
}

function freeSlot(): string {
  if (cached.size < SLOTS) return unusedSlots()[0] ?? `boyd-${cached.size}`
  const [oldest = ''] = cached.keys()
  const slot = cached.get(oldest) ?? 'boyd-0'
  cached.delete(oldest)
  return slot
}

function unusedSlots(): string[] {
  const used = new Set(cached.values())
  return Array.from({ length: SLOTS }, (_, index) => `boyd-${index}`).filter((name) => !used.has(name))
}

function fill(slot: string, bundle: PolicyBundle): void {
  const staticPolicies = Object.fromEntries(bundle.policies.map((policy) => [policy.id, policy.text]))
  const answers = [preparseSchema(slot, bundle.schema), preparsePolicySet(slot, { staticPolicies })]
  const errors = answers.flatMap((answer) => (answer.type === 'failure' ? answer.errors.map((error) => error.message) : []))
  if (errors.length > 0) throw new Error(`the policies cannot be parsed: ${errors.join('; ')}`)
}
