/**
 * What changes between two bundles: which policies, by what they mean and not by how they are laid out, and which verdicts,
 * over requests that somebody wrote down or that were judged before.
 */

import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs'
import { jsonEqual } from '../kernel/json.ts'
import { decide, decisionText, type Decision } from './decide.ts'
import { requestOfExample, type BaseRequest } from './fact-schema.ts'
import type { Policy, PolicyBundle } from './policy-bundle.ts'

export interface PolicyChange {
  readonly policy: string
  readonly change: 'added' | 'removed' | 'changed' | 'put on trial' | 'put in force'
  readonly title: string
  readonly file: string
  readonly line: number
}

export interface VerdictChange {
  /** Where the request comes from: an example, or a step of an incident. */
  readonly source: string
  readonly from: string
  readonly to: string
  readonly fromBy: readonly string[]
  readonly toBy: readonly string[]
}

export interface WrittenRequest {
  readonly source: string
  readonly given: Readonly<Record<string, unknown>>
}

export interface Side {
  readonly bundle: PolicyBundle
  readonly base: BaseRequest
}

export function policyChanges(before: PolicyBundle, after: PolicyBundle): PolicyChange[] {
  const [old, current] = [byId(before), byId(after)]
  const ids = [...new Set([...old.keys(), ...current.keys()])].sort()
  return ids.flatMap((id): PolicyChange[] => {
    const [was, is] = [old.get(id), current.get(id)]
    const shown = is ?? was
    const change = changeOf(was, is)
    return change === undefined || shown === undefined ? [] : [{ policy: id, change, title: shown.policy.title, file: shown.policy.file, line: shown.policy.line }]
  })
}

interface Placed {
  readonly policy: Policy
  readonly onTrial: boolean
}

function byId({ policies, shadow }: PolicyBundle): ReadonlyMap<string, Placed> {
  const placed = (policy: Policy, onTrial: boolean): readonly [string, Placed] => [policy.id, { policy, onTrial }]
  return new Map([...policies.map((policy) => placed(policy, false)), ...shadow.map((policy) => placed(policy, true))])
}

function changeOf(was: Placed | undefined, is: Placed | undefined): PolicyChange['change'] | undefined {
  if (was === undefined) return is === undefined ? undefined : 'added'
  if (is === undefined) return 'removed'
  if (was.onTrial !== is.onTrial) return is.onTrial ? 'put on trial' : 'put in force'
  return jsonEqual(meaningOf(was.policy), meaningOf(is.policy)) ? undefined : 'changed'
}

/** Comments, spaces and line breaks mean nothing. */
function meaningOf({ text }: Policy): unknown {
  const answer = policyToJson(text)
  return answer.type === 'success' ? answer.json : text
}

/** The requests whose verdict differs, and how many were asked. */
export function verdictChanges(before: Side, after: Side, requests: readonly WrittenRequest[]): VerdictChange[] {
  return requests.flatMap(({ source, given }): VerdictChange[] => {
    const [was, is] = [answerOf(before, given), answerOf(after, given)]
    const [from, to] = [decisionText(was), decisionText(is)]
    return from === to ? [] : [{ source, from, to, fromBy: was.by, toBy: is.by }]
  })
}

export function answerOf({ bundle, base }: Side, given: Readonly<Record<string, unknown>>): Decision {
  const request = requestOfExample(base, { given })
  return typeof request === 'string' ? { type: 'deny', by: ['invalid-request'], detail: request } : decide(request, bundle)
}
