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

/** One name for the process: the engine keeps every name it was ever given (about 0.2 MB each). */
const CACHE_NAME = 'boyd'

/** What the engine's cache holds under that name; it lives as long as the process, as the cache does. */
let cachedDigest: string | undefined

export function askCedar(bundle: PolicyBundle, request: CedarRequest): CedarAnswer {
  try {
    cache(bundle)
    const answer = statefulIsAuthorized({
      principal: request.principal,
      action: request.action,
      resource: request.resource,
      context: request.context as unknown as Context,
      entities: request.entities as unknown as EntityJson[],
      preparsedSchemaName: CACHE_NAME,
      preparsedPolicySetId: CACHE_NAME,
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

function cache(bundle: PolicyBundle): void {
  if (cachedDigest === bundle.digest) return
  cachedDigest = undefined
  const staticPolicies = Object.fromEntries(bundle.policies.map((policy) => [policy.id, policy.text]))
  const answers = [preparseSchema(CACHE_NAME, bundle.schema), preparsePolicySet(CACHE_NAME, { staticPolicies })]
  const errors = answers.flatMap((answer) => (answer.type === 'failure' ? answer.errors.map((error) => error.message) : []))
  if (errors.length > 0) throw new Error(`the policies cannot be parsed: ${errors.join('; ')}`)
  cachedDigest = bundle.digest
}
