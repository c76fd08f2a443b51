/**
 * Reads the text of policies and refuses what is well-formed but dangerous: a policy nobody can name, an obligation that
 * nothing could lift, a permit for every change without a condition, a layer that permits.
 */

import { checkParsePolicySet, policySetTextToParts, policyToJson, type DetailedError, type PolicyJson } from '@cedar-policy/cedar-wasm/nodejs'
import { isRecord } from '../kernel/json.ts'
import { NESTING_DEPTH_MAX } from '../kernel/limits.ts'
import { depthOf, nestsTooDeep } from './check-nesting.ts'
import type { Obligation, Policy } from './policy-bundle.ts'
import type { PolicyProblem } from './policy-fault.ts'

export interface PolicyFile {
  /** As problems name it: from the layer's folder, with the layer before it where that is not the platform's. */
  readonly name: string
  readonly text: string
}

export interface ReadPolicy extends Policy {
  readonly mode: 'enforce' | 'shadow'
}

export interface ReadResult {
  readonly policies: readonly ReadPolicy[]
  readonly problems: readonly PolicyProblem[]
}

export interface ReadOptions {
  readonly layer: string
  /** Only the platform permits: a layer can only tighten. */
  readonly permits: boolean
  /** Sealed policies are never on trial. */
  readonly shadow: boolean
}

/** What a forbid with this obligation must ask for; without it, nothing could ever lift it. */
const LIFTED_BY: Readonly<Record<Obligation, string>> = { approval: 'approvals', breakglass: 'breakGlass' }

/** Policies of one file, in order, and what is wrong with them. Never throws for what the text says. */
export function readPolicies(file: PolicyFile, options: ReadOptions): ReadResult {
  if (nestsTooDeep(file.text)) return refused({ file: file.name, message: `it nests deeper than ${NESTING_DEPTH_MAX} levels`, hint: 'Split the rule.' })
  try {
    return readParts(file, options)
  } catch (error) {
    // The engine throws, instead of answering, where a text exhausts its stack; it goes on working.
    return refused({ file: file.name, message: `the engine cannot read it: ${error instanceof Error ? error.message : String(error)}`, hint: 'Split the rules.' })
  }
}

function readParts(file: PolicyFile, options: ReadOptions): ReadResult {
  const parsed = checkParsePolicySet({ staticPolicies: file.text })
  if (parsed.type === 'failure') return parseProblems(file, parsed.errors)
  const parts = policySetTextToParts(file.text)
  if (parts.type === 'failure') return parseProblems(file, parts.errors)

  const read = parts.policies.map((text) => readPolicy(file, text, options))
  return { policies: read.flatMap(({ policies }) => policies), problems: read.flatMap(({ problems }) => problems) }
}

function readPolicy(file: PolicyFile, text: string, options: ReadOptions): ReadResult {
  const answer = policyToJson(text)
  if (answer.type === 'failure') return parseProblems(file, answer.errors)
  const { effect, conditions, annotations = {} } = answer.json
  const { id = '', title = '', obligation, mode = 'enforce' } = annotations
  const line = lineOfId(file.text, id)
  const place = { file: file.name, line, ...(id === '' ? {} : { policy: id }) }
  if (id === '') return refused({ file: file.name, message: `a policy has no @id: ${text.slice(0, 60).replaceAll('\n', ' ')}…`, hint: 'Give every policy an @id("…") of its own.' })
  const flaws = [flawOfTitle(title), flawOfObligation(answer.json, obligation), flawOfPermit(answer.json, options), flawOfMode(mode, options), flawOfDepth(conditions)].filter((flaw) => flaw !== undefined)
  if (flaws.length > 0) return { policies: [], problems: flaws.map((flaw) => ({ ...place, ...flaw })) }
  const lifted = obligation === undefined ? {} : { obligation: obligation as Obligation }
  return { problems: [], policies: [{ id, title, effect, ...lifted, facts: factsOf(conditions), text, file: file.name, line, layer: options.layer, mode: mode as ReadPolicy['mode'] }] }
}

type Flaw = Pick<PolicyProblem, 'message' | 'hint'>

function flawOfTitle(title: string): Flaw | undefined {
  return title === '' ? { message: 'the policy has no @title', hint: 'Say in one sentence what it does; people read it as the reason.' } : undefined
}

function flawOfObligation(policy: PolicyJson, obligation: string | undefined): Flaw | undefined {
  if (obligation === undefined) return undefined
  const lift = Object.hasOwn(LIFTED_BY, obligation) ? LIFTED_BY[obligation as Obligation] : undefined
  if (lift === undefined) return { message: `@obligation("${obligation}") is not known`, hint: 'Use "approval" or "breakglass".' }
  if (policy.effect === 'permit') return { message: '@obligation stands on a permit', hint: 'Write it as a forbid … unless { context.approvals … }: a broad permit beside it would win otherwise.' }
  if (!factsOf(policy.conditions).includes(lift)) return { message: `@obligation("${obligation}") but no mention of context.${lift}`, hint: `Add unless { context.${lift} … }, or nothing could lift it.` }
  return undefined
}

function flawOfPermit(policy: PolicyJson, { permits, layer }: ReadOptions): Flaw | undefined {
  if (policy.effect !== 'permit') return undefined
  if (!permits) return { message: `layer "${layer}" permits, and a layer can only tighten`, hint: 'Write it as a forbid … unless { … }; what may be done at all is the platform’s to say.' }
  if (policy.conditions.length > 0 || onlyReads(policy)) return undefined
  return { message: 'a permit for changes has no condition', hint: 'Add when { … }: at least that this plan was rehearsed.' }
}

function flawOfMode(mode: string, { shadow }: ReadOptions): Flaw | undefined {
  if (mode !== 'enforce' && mode !== 'shadow') return { message: `@mode("${mode}") is not known`, hint: 'Use "enforce" or "shadow".' }
  return mode === 'shadow' && !shadow ? { message: 'a sealed policy is always in force', hint: 'Remove @mode.' } : undefined
}

function flawOfDepth(conditions: unknown): Flaw | undefined {
  return depthOf(conditions) > NESTING_DEPTH_MAX ? { message: `its conditions nest deeper than ${NESTING_DEPTH_MAX} levels`, hint: 'Split the rule, or name the values in a set.' } : undefined
}

function onlyReads({ action }: PolicyJson): boolean {
  if (action.op === 'All' || 'slot' in action) return false
  const entities = 'entities' in action ? action.entities : [action.entity]
  return entities.every((entity) => 'id' in entity && entity.id === 'read')
}

/** Members of the context that an expression asks about, sorted. */
function factsOf(value: unknown): string[] {
  const found = new Set<string>()
  const look = (inner: unknown): void => {
    if (Array.isArray(inner)) return inner.forEach(look)
    if (!isRecord(inner)) return
    for (const operator of ['.', 'has']) {
      const access = inner[operator]
      if (isRecord(access) && isRecord(access['left']) && access['left']['Var'] === 'context') found.add(String(access['attr']))
    }
    Object.values(inner).forEach(look)
  }
  look(value)
  return [...found].sort()
}

function refused(problem: PolicyProblem): ReadResult {
  return { policies: [], problems: [problem] }
}

function parseProblems(file: PolicyFile, errors: readonly DetailedError[]): ReadResult {
  const problems = errors.map((error): PolicyProblem => {
    const start = error.sourceLocations?.[0]?.start
    const line = start === undefined ? {} : { line: lineAt(file.text, start) }
    return { file: file.name, ...line, message: error.message, hint: 'Correct the policy; nothing of this directory is used until all of it parses.' }
  })
  return { policies: [], problems }
}

function lineOfId(text: string, id: string): number {
  return lineAt(text, Buffer.byteLength(text.slice(0, Math.max(0, text.indexOf(`@id("${id}")`)))))
}

/** The engine counts bytes. */
function lineAt(text: string, byteOffset: number): number {
  return Buffer.from(text).subarray(0, byteOffset).toString().split('\n').length
}
