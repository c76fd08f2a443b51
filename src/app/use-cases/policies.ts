/**
 * Policies looked at without a running Boyd: is a directory valid, what do its examples come to, why is a request allowed
 * or not, what changes between two directories, what would policies on trial have changed.
 */

import { existsSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { parse } from 'yaml'
import { answerOf, policyChanges, verdictChanges, type PolicyChange, type Side, type VerdictChange, type WrittenRequest } from '../../gate/compare-bundles.ts'
import { decisionText, type Decision } from '../../gate/decide.ts'
import { inspectPolicies, type Inspection } from '../../gate/load-policies.ts'
import { policyOf, type Policy } from '../../gate/policy-bundle.ts'
import { policyFault } from '../../gate/policy-fault.ts'
import { SCHEMA_FILE } from '../../gate/policy-files.ts'
import { requestOfExample } from '../../gate/fact-schema.ts'
import { fault } from '../../kernel/fault.ts'
import { isRecord } from '../../kernel/json.ts'
import type { Config } from '../config.ts'
import { policySources } from '../policy-sources.ts'
import { readSettings } from '../settings/settings.ts'
import { settingsPath } from '../settings/settings-path.ts'

/**
 * Without a folder: what `boyd serve` would load. A folder with a schema is looked at by itself; one without is a layer,
 * and is looked at above the platform's policies, as it would be in force.
 */
export function inspectFolder(config: Config, folder?: string): Inspection {
  const settings = readSettings(config.settingsFile)
  const sources = policySources({ config, settings, pathOf: (path) => settingsPath(config, path) })
  if (folder === undefined) return inspectPolicies(sources.folder, sources.options())
  if (!existsSync(folder)) throw fault({ code: 'not-found', operation: 'read policies', subject: folder, message: 'there is no such folder', hint: 'Point it to a directory with *.cedar and tests/*.yaml.' })
  if (existsSync(join(folder, SCHEMA_FILE))) return inspectPolicies(folder)
  return inspectPolicies(sources.folder, { layers: [{ name: basename(resolve(folder)), folder }] })
}

/** A bundle that can be asked. Fault `invalid` with the first problem when the folder is not valid. */
export function sideOf(config: Config, folder?: string): Side & { readonly inspection: Inspection } {
  const inspection = inspectFolder(config, folder)
  const [first, ...others] = inspection.problems
  if (first !== undefined) throw policyFault([first, ...others])
  if (inspection.bundle === undefined || inspection.base === undefined) throw policyFault([{ file: folder ?? config.policiesFolder, message: 'there is no bundle', hint: 'Point it to a directory of policies.' }])
  return { bundle: inspection.bundle, base: inspection.base, inspection }
}

export interface Explanation {
  readonly source: string
  /** What was asked. */
  readonly request: Readonly<Record<string, unknown>>
  readonly verdict: string
  /** What the record says it was, where it differs or not; absent for a request that was never judged. */
  readonly recorded?: { readonly decision: string; readonly reasons: readonly string[]; readonly policyDigest: string }
  readonly by: readonly (Pick<Policy, 'id' | 'title' | 'effect' | 'layer' | 'file' | 'line'> | { readonly id: string })[]
  readonly detail?: string
  /** What a person could do about it, as one sentence. */
  readonly next: string
}

/** Why a request comes out as it does. Fault `invalid` when it is no request. */
export function explainRequest(side: Side, request: WrittenRequest): Explanation {
  const read = requestOfExample(side.base, request)
  if (typeof read === 'string') throw fault({ code: 'invalid', operation: 'policy explain', subject: request.source, message: read, hint: 'Write it as the "given" of an example; tests/base.yaml shows the members there are.' })
  const decision = answerOf(side, request.given)
  const detail = decision.type === 'deny' ? decision.detail : undefined
  return { source: request.source, request: request.given, verdict: decisionText(decision), by: decision.by.map((id) => shownPolicy(side, id)), ...(detail === undefined ? {} : { detail }), next: nextOf(side, decision, request.given) }
}

function shownPolicy({ bundle }: Side, id: string): Explanation['by'][number] {
  const policy = policyOf(bundle, id)
  if (policy === undefined) return { id }
  const { title, effect, layer, file, line } = policy
  return { id, title, effect, layer, file, line }
}

function nextOf({ bundle }: Side, decision: Decision, given: Readonly<Record<string, unknown>>): string {
  if (decision.type === 'allow') return 'Nothing is needed.'
  if (decision.type === 'ask') {
    const teams = decision.distinctTeams > 1 ? ` of ${decision.distinctTeams} teams` : ''
    return `Approvals needed: ${decision.approvals}${teams}${decision.breakGlass ? ', breaking the glass' : ''}.`
  }
  if (!decision.by.includes('default')) return 'No approval lifts it.'
  const permits = bundle.policies.filter((policy) => policy.effect === 'permit' && policy.text.includes(`"${String(given['action'] ?? '')}"`)).map((policy) => policy.id)
  return permits.length === 0 ? 'No policy permits it; approvals would not help.' : `No policy permits it as it is; these name the action: ${permits.join(', ')}. Approvals would not help.`
}

export interface BundleDiff {
  readonly before: string
  readonly after: string
  readonly policies: readonly PolicyChange[]
  readonly verdicts: readonly VerdictChange[]
  /** How many requests were asked on both sides. */
  readonly asked: { readonly examples: number; readonly recorded: number }
}

export function diffFolders(config: Config, folders: { readonly before: string; readonly after: string }, recorded: readonly WrittenRequest[]): BundleDiff {
  const [before, after] = [sideOf(config, folders.before), sideOf(config, folders.after)]
  const examples = [...exampleRequests(before.inspection), ...exampleRequests(after.inspection)]
  const unique = [...new Map(examples.map((example) => [JSON.stringify(example.given), example])).values()]
  return {
    before: before.bundle.digest,
    after: after.bundle.digest,
    policies: policyChanges(before.bundle, after.bundle),
    verdicts: verdictChanges(before, after, [...unique, ...recorded]),
    asked: { examples: unique.length, recorded: recorded.length },
  }
}

function exampleRequests({ examples }: Inspection): WrittenRequest[] {
  return examples.map(({ policy, example, given }) => ({ source: `example "${example}" of ${policy}`, given }))
}

/** A request in YAML or JSON, as the `given` of an example. Fault `invalid` when it is none. */
export function readRequestFile(file: string): WrittenRequest {
  try {
    const value: unknown = parse(readFileSync(file === '-' ? 0 : file, 'utf8'), { maxAliasCount: 0 })
    const given = isRecord(value) && isRecord(value['given']) ? value['given'] : value
    if (isRecord(given)) return { source: file === '-' ? 'standard input' : file, given }
    throw new Error('it holds no request')
  } catch (cause) {
    throw fault({ code: 'invalid', operation: 'policy explain', subject: file, message: cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause), hint: 'Write it as the "given" of an example, such as: action: restart.', cause })
  }
}
