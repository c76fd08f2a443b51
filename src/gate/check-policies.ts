/**
 * Reads the text of policies and refuses what is well-formed but dangerous: two policies of one id (a map would drop
 * one), a policy nobody can name, an obligation that nothing could lift, a permit for every change without a condition.
 */

import { checkParsePolicySet, policySetTextToParts, policyToJson, validate, type DetailedError, type PolicyJson } from '@cedar-policy/cedar-wasm/nodejs'
import { isRecord } from '../kernel/json.ts'
import type { Obligation, Policy } from './policy-bundle.ts'
import { policyFault } from './policy-fault.ts'

export interface PolicyFile {
  readonly name: string
  readonly text: string
}

/** What a forbid with this obligation must ask for; without it, nothing could ever lift it. */
const LIFTED_BY: Readonly<Record<Obligation, string>> = { approval: 'approvals', breakglass: 'breakGlass' }

/** Policies of one file, in order. Throws fault `invalid`. */
export function readPolicies(file: PolicyFile): Policy[] {
  const parsed = checkParsePolicySet({ staticPolicies: file.text })
  if (parsed.type === 'failure') throw parseFault(file, parsed.errors)
  const parts = policySetTextToParts(file.text)
  if (parts.type === 'failure') throw parseFault(file, parts.errors)
  if (parts.policy_templates.length > 0) throw policyFault({ file: file.name, message: 'templates are not supported', hint: 'Write the policy out without slots.' })
  return parts.policies.map((text) => readPolicy(file, text))
}

function readPolicy(file: PolicyFile, text: string): Policy {
  const answer = policyToJson(text)
  if (answer.type === 'failure') throw parseFault(file, answer.errors)
  const { effect, annotations = {} } = answer.json
  const { id = '', title = '', obligation } = annotations
  const line = lineOfId(file.text, id)
  const place = { file: file.name, line, ...(id === '' ? {} : { policy: id }) }
  if (id === '') throw policyFault({ file: file.name, message: `a policy has no @id: ${text.slice(0, 60)}…`, hint: 'Give every policy an @id("…") of its own.' })
  if (title === '') throw policyFault({ ...place, message: 'the policy has no @title', hint: 'Say in one sentence what it does; people read it as the reason.' })
  const flaw = flawOfObligation(answer.json, obligation) ?? flawOfPermit(answer.json)
  if (flaw !== undefined) throw policyFault({ ...place, ...flaw })
  return { id, title, effect, ...(obligation === undefined ? {} : { obligation: obligation as Obligation }), text, file: file.name, line }
}

interface Flaw {
  readonly message: string
  readonly hint: string
}

function flawOfObligation(policy: PolicyJson, obligation: string | undefined): Flaw | undefined {
  if (obligation === undefined) return undefined
  const lift = Object.hasOwn(LIFTED_BY, obligation) ? LIFTED_BY[obligation as Obligation] : undefined
  if (lift === undefined) return { message: `@obligation("${obligation}") is not known`, hint: 'Use "approval" or "breakglass".' }
  if (policy.effect === 'permit') return { message: '@obligation stands on a permit', hint: 'Write it as a forbid … unless { context.approvals … }: a broad permit beside it would win otherwise.' }
  if (!mentionsContext(policy.conditions, lift)) return { message: `@obligation("${obligation}") but no mention of context.${lift}`, hint: `Add unless { context.${lift} … }, or nothing could lift it.` }
  return undefined
}

function flawOfPermit(policy: PolicyJson): Flaw | undefined {
  if (policy.effect !== 'permit' || policy.conditions.length > 0 || onlyReads(policy)) return undefined
  return { message: 'a permit for changes has no condition', hint: 'Add when { … }: at least that this plan was rehearsed.' }
}

function onlyReads({ action }: PolicyJson): boolean {
  if (action.op === 'All' || 'slot' in action) return false
  const entities = 'entities' in action ? action.entities : [action.entity]
  return entities.every((entity) => 'id' in entity && entity.id === 'read')
}

function mentionsContext(value: unknown, attribute: string): boolean {
  if (Array.isArray(value)) return value.some((item) => mentionsContext(item, attribute))
  if (!isRecord(value)) return false
  const access = value['.']
  if (isRecord(access) && access['attr'] === attribute && isRecord(access['left']) && access['left']['Var'] === 'context') return true
  return Object.values(value).some((inner) => mentionsContext(inner, attribute))
}

/** Unique ids, and strict validation against the schema with no error and no warning (typos, impossible rules, mixed scripts). */
export function checkTogether(policies: readonly Policy[], schema: string): void {
  for (const [index, policy] of policies.entries()) {
    const first = policies.findIndex((other) => other.id === policy.id)
    if (first !== index) throw policyFault({ ...placeOf(policy), message: `the @id is taken by ${policies[first]?.file}:${policies[first]?.line}`, hint: 'Give each policy an @id of its own.' })
  }
  const staticPolicies = Object.fromEntries(policies.map((policy) => [policy.id, policy.text]))
  const answer = validate({ schema, policies: { staticPolicies }, validationSettings: { mode: 'strict' } })
  if (answer.type === 'failure') throw policyFault({ file: 'schema.cedarschema', message: textOf(answer.errors), hint: 'Correct the schema.' })
  const [found] = [...answer.validationErrors, ...answer.validationWarnings]
  if (found !== undefined) {
    const policy = policies.find((candidate) => candidate.id === found.policyId)
    throw policyFault({ ...(policy === undefined ? { file: 'policies' } : placeOf(policy)), message: textOf([found.error]), hint: found.error.help ?? 'Correct the policy so that it fits the schema.' })
  }
  if (answer.otherWarnings.length > 0) throw policyFault({ file: 'policies', message: textOf(answer.otherWarnings), hint: 'Warnings count as errors here.' })
}

function placeOf(policy: Policy): { readonly file: string; readonly line: number; readonly policy: string } {
  return { file: policy.file, line: policy.line, policy: policy.id }
}

function parseFault(file: PolicyFile, errors: readonly DetailedError[]): Error {
  const start = errors[0]?.sourceLocations?.[0]?.start
  const line = start === undefined ? {} : { line: lineAt(file.text, start) }
  return policyFault({ file: file.name, ...line, message: textOf(errors), hint: 'Correct the policy; nothing of this directory is used until all of it parses.' })
}

function textOf(errors: readonly DetailedError[]): string {
  return errors.map((error) => error.message).join('; ')
}

function lineOfId(text: string, id: string): number {
  return lineAt(text, Buffer.byteLength(text.slice(0, Math.max(0, text.indexOf(`@id("${id}")`)))))
}

/** The engine counts bytes. */
function lineAt(text: string, byteOffset: number): number {
  return Buffer.from(text).subarray(0, byteOffset).toString().split('\n').length
}
