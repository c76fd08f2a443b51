/**
 * `boyd policy explain`: why a request is allowed, asked about or denied. A request is one that somebody writes down, or
 * those of an incident, asked again of the policies as they are now.
 */

import type { Command } from 'commander'
import { readConfig } from '../../../app/config.ts'
import { requestsOf, verdictsIn, type JudgedBefore } from '../../../app/use-cases/judged-before.ts'
import { explainRequest, readRequestFile, sideOf, type Explanation } from '../../../app/use-cases/policies.ts'
import { fault } from '../../../kernel/fault.ts'
import { colours, print, printJson } from '../../terminal.ts'
import { wrap } from '../../wrap.ts'
import { requiredLedger, withLedgerFlags, type LedgerFlags } from './policy-flags.ts'

interface ExplainFlags extends LedgerFlags {
  readonly request?: string
  readonly incident?: string
  readonly policies?: string
}

export function addPolicyExplain(policy: Command): void {
  withLedgerFlags(policy.command('explain'))
    .description('say why a request is allowed, asked about or denied')
    .option('--request <file>', 'the "given" of an example, as YAML or JSON; - reads standard input')
    .option('--incident <id>', 'what policy was asked for this incident, and what it would say now')
    .option('--policies <folder>', 'a directory with a schema, or a layer of yours (default: what "boyd serve" would load)')
    .action((flags: ExplainFlags) => {
      if ((flags.request === undefined) === (flags.incident === undefined)) {
        throw fault({ code: 'invalid', operation: 'policy explain', message: 'nothing to explain was named, or two things', hint: 'Name one with --request FILE or --incident ID.' })
      }
      const side = sideOf(readConfig({ settingsFile: flags.config }, process.env), flags.policies)
      const explained = flags.incident === undefined ? [explainRequest(side, readRequestFile(flags.request ?? ''))] : explainIncident(side, flags, flags.incident)
      if (flags.json === true) return printJson({ digest: side.bundle.digest, explanations: explained })
      explained.forEach(printExplanation)
    })
}

function explainIncident(side: ReturnType<typeof sideOf>, flags: ExplainFlags, incidentId: string): Explanation[] {
  const judged = verdictsIn(requiredLedger(flags)).filter((verdict) => verdict.incidentId === incidentId)
  if (judged.length === 0) throw fault({ code: 'not-found', operation: 'policy explain', subject: incidentId, message: 'the ledger holds no verdict of that incident', hint: 'boyd incidents lists them; a plan that fails its rehearsal is never judged.' })
  return judged.flatMap((each) => explainJudged(side, each))
}

function explainJudged(side: ReturnType<typeof sideOf>, judged: JudgedBefore): Explanation[] {
  const { verdict, goal, incidentId } = judged
  const recorded = { decision: verdict.decision, reasons: verdict.reasons.map((reason) => reason.text), policyDigest: verdict.policyDigest }
  const asked = requestsOf([judged])
  // What the gate itself refused (an open question, a target that is gone) was never a request to policy.
  if (asked.length === 0) return [{ source: `${incidentId} "${goal}"`, request: {}, verdict: verdict.decision, recorded, by: verdict.reasons.map(({ policy }) => ({ id: policy })), next: 'Policy was not asked.' }]
  return asked.map((request) => ({ ...explainRequest(side, request), recorded }))
}

function printExplanation({ source, verdict, recorded, by, detail, next }: Explanation): void {
  print(wrap(`${colours.bold(verdict)}: ${source}`, { hang: 2 }))
  for (const policy of by) {
    const place = 'title' in policy ? ` ${policy.title} ${colours.dim(`(${policy.effect}, ${policy.layer}, ${policy.file}:${policy.line})`)}` : ''
    print(wrap(`  ${policy.id}:${place}`, { hang: 4 }))
  }
  if (detail !== undefined) print(wrap(`  ${detail}`, { hang: 2 }))
  print(wrap(`  ${next}`, { hang: 2 }))
  if (recorded !== undefined) print(wrap(`  recorded: ${recorded.decision}: ${recorded.reasons.join('; ')}`, { hang: 4 }))
}
