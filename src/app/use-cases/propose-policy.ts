/**
 * A denied request as a proposed policy: two new files of a layer, as a diff that a person reviews and applies. It is loaded with
 * the policies in force before it is handed out, so that what is proposed is known to pass `boyd policy check` and `test`.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { decide, decisionText } from '../../gate/decide.ts'
import { requestOfExample, type BaseRequest } from '../../gate/fact-schema.ts'
import { inspectPolicies, type Inspection } from '../../gate/load-policies.ts'
import { policyFault } from '../../gate/policy-fault.ts'
import { proposeRules, type ProposedRule } from '../../gate/propose-rules.ts'
import { assert } from '../../kernel/assert.ts'
import { fault } from '../../kernel/fault.ts'
import type { Approval } from '../../model/approval.ts'
import type { LedgerEntry } from '../../model/ledger-entry.ts'
import type { Principal } from '../../model/principal.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { LedgerStore } from '../../ports/ledger-store.ts'
import type { Store } from '../../ports/store.ts'
import type { PolicySources } from '../policy-sources.ts'
import { approvalOf } from './answers.ts'
import { demand } from './demand.ts'

export interface PolicyProposal {
  readonly approvalId: string
  readonly policies: readonly string[]
  /** Of a layer's folder. */
  readonly files: readonly { readonly name: string; readonly text: string }[]
  /** The same as a diff for `git apply`. */
  readonly diff: string
}

export interface ProposeParts {
  readonly store: Pick<Store, 'approval'>
  readonly ledgerStore: Pick<LedgerStore, 'ofIncident'>
  readonly policySources: Pick<PolicySources, 'folder' | 'options'>
}

/** Faults: `not-found`, `conflict` for a request that nobody denied, `invalid` when no rule can be made of it. */
export async function proposePolicy(parts: ProposeParts, who: Principal, approvalId: string): Promise<PolicyProposal> {
  demand(who, 'propose-policy')
  const approval = await approvalOf(parts.store, approvalId)
  const veto = approval.votes.find(({ decision }) => decision === 'deny')
  if (veto === undefined) throw fault({ code: 'conflict', operation: 'propose policy', subject: approvalId, message: 'nobody denied it', hint: 'A rule is made from a denial and its reason.' })
  const requests = await requestsAsked(parts, approval)
  const rules = proposeRules({ approvalId, incidentId: approval.incidentId, by: veto.name, reason: veto.reason, requests })
  const name = `denied-${approvalId.replaceAll(/[^a-z0-9-]/g, '-')}`
  const files = proven(parts, name, rules)
  return { approvalId, policies: rules.map(({ id }) => id), files, diff: diffOf(files) }
}

/** What policy was asked about the steps for which it wanted a person, as the ledger has it. */
async function requestsAsked({ ledgerStore }: ProposeParts, { id, incidentId, planHash }: Approval): Promise<BaseRequest[]> {
  const entries = (await ledgerStore.ofIncident(incidentId)).map((line) => JSON.parse(line) as LedgerEntry)
  const verdict = entries.findLast((entry) => entry.type === 'verdict-issued' && (entry.data as Verdict).planHash === planHash)?.data as Verdict | undefined
  const asked = new Set((verdict?.reasons ?? []).flatMap(({ stepId }) => stepId ?? []))
  const requests = (verdict?.requests ?? []).filter(({ stepId }) => stepId !== undefined && asked.has(stepId))
  if (requests.length > 0) return requests.map(({ request }) => request as unknown as BaseRequest)
  throw fault({ code: 'invalid', operation: 'propose policy', subject: id, message: 'the ledger has no request to policy for the steps that were denied', hint: 'Write the rule by hand; docs/guides/policy.md tells how.' })
}

/** The files, with the verdict of each example as the policies in force and the new rules give it together. */
function proven({ policySources }: ProposeParts, name: string, rules: readonly ProposedRule[]): PolicyProposal['files'] {
  const draft = filesOf(name, rules, () => 'deny')
  const { bundle, base } = inspected(policySources, draft)
  assert(bundle !== undefined && base !== undefined, 'the policies in force can be read: they are in force')
  const verdictOf = (given: BaseRequest): string => {
    const request = requestOfExample(base, { given })
    return typeof request === 'string' ? 'deny' : decisionText(decide(request, bundle))
  }
  const files = filesOf(name, rules, verdictOf)
  const [first, ...others] = inspected(policySources, files).problems
  if (first !== undefined) throw policyFault([first, ...others])
  return files
}

function filesOf(name: string, rules: readonly ProposedRule[], verdictOf: (given: BaseRequest) => string): PolicyProposal['files'] {
  const example = ({ name: title, given }: ProposedRule['decides']) => ({ name: title, given, verdict: verdictOf(given) })
  const groups = rules.map(({ id, decides, nearMiss }) => ({ policy: id, decides: [example(decides)], nearMisses: [example(nearMiss)] }))
  return [
    { name: `${name}.cedar`, text: rules.map(({ cedar }) => cedar).join('\n') },
    { name: `tests/${name}.yaml`, text: stringify(groups, { aliasDuplicateObjects: false }) },
  ]
}

/** As the narrowest layer over what is in force. It is written nowhere but into a folder that is removed again. */
function inspected(sources: ProposeParts['policySources'], files: PolicyProposal['files']): Inspection {
  const folder = mkdtempSync(join(tmpdir(), 'boyd-proposal-'))
  try {
    for (const { name, text } of files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    const options = sources.options()
    return inspectPolicies(sources.folder, { ...options, layers: [...(options.layers ?? []), { name: 'proposed', folder }] })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** New files only, in the format of `git diff`. */
function diffOf(files: PolicyProposal['files']): string {
  return files
    .map(({ name, text }) => {
      const lines = text.replace(/\n$/, '').split('\n')
      return `diff --git a/${name} b/${name}\nnew file mode 100644\n--- /dev/null\n+++ b/${name}\n@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}`).join('\n')}\n`
    })
    .join('')
}
