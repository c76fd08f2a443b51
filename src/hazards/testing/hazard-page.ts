/** A hazard's page of the field manual, written from its card, the head of its module and what it says of its bad cases. */

import { headOf } from '../shared/card-head.ts'
import type { Family, Hazard } from '../../model/hazard.ts'
import { actionText, conditionText, type Plan } from '../../model/plan.ts'
import { badCases } from './bad-cases.ts'
import { viewOf } from './cluster.ts'

const EVIDENCE_MAX = 4
export const FAMILIES: Readonly<Record<Family, string>> = {
  'start-up': 'Start-up and crash',
  placement: 'Placement and storage',
  traffic: 'Traffic',
  control: 'Control',
  nodes: 'Nodes and capacity',
  'time-bombs': 'Time bombs',
}

export interface PageParts {
  readonly hazard: Hazard
  /** Text of the module: its head comment says how the hazard is told from others. */
  readonly source: string
}

/** Markdown, the same for the same hazard. */
export function hazardPage({ hazard, source }: PageParts): string {
  const { id, title, severity, family, faces, appliesTo, lookAlikes, prevention, sources, reviewBy } = hazard
  return [
    '<!-- Written by `npm run hazards`. Do not edit. -->',
    `# ${title}`,
    `\`${id}\` · ${FAMILIES[family]} · severity ${severity} · ${faces.join(' and ')} · looks at ${appliesTo.map((kind) => kind.slice(kind.lastIndexOf('/') + 1)).join(', ')}`,
    headOf(source),
    '## What it says',
    ...exampleText(hazard),
    '## Looks like it and is not',
    lookAlikes.map((text) => `* ${text}`).join('\n'),
    '## What would have prevented it',
    prevention,
    '## Sources',
    sources.map((item) => `* [${item.title}](${item.url})`).join('\n'),
    `To be read again by ${reviewBy}.`,
    '',
  ].join('\n\n')
}


function exampleText(hazard: Hazard): string[] {
  const [bad] = badCases[hazard.id] ?? []
  if (bad === undefined) return []
  const view = viewOf(bad.objects, bad.logs)
  const [finding] = hazard.detect(view)
  if (finding === undefined) return []
  const plans = hazard.fixes(finding, view)
  const told = plans.length > 0 ? plans.map(planText) : [`A person is told: ${hazard.handOver?.(finding, view) ?? ''}`]
  return [`> ${finding.summary}`, finding.evidence.slice(0, EVIDENCE_MAX).map((item) => `* ${item.claim}`).join('\n'), '## What it proposes', ...told]
}

function planText(plan: Plan): string {
  const values = plan.values === 'assumed' ? ', with a value that a person must confirm' : ''
  const steps = [...plan.needsInput.map((input) => `asks: ${input.question}`), ...plan.steps.map((step) => `${actionText(step.action)}: ${step.reason}`)]
  return [`**${plan.goal}** (${plan.risk}${values})`, ...steps.map((step) => `* ${step}`), ...plan.proof.map((condition) => `* proof: ${conditionText(condition)}`)].join('\n').replace('\n', '\n\n')
}

/** The list of all pages, by family. */
export function hazardIndex(hazards: readonly Hazard[]): string {
  const parts = Object.entries(FAMILIES).map(([family, name]) => [`## ${name}`, hazards.filter((hazard) => hazard.family === family).map((hazard) => `* [${hazard.title}](${hazard.id}.md) (\`${hazard.id}\`)`).join('\n')].join('\n\n'))
  return ['<!-- Written by `npm run hazards`. Do not edit. -->', '# Hazards', `What Boyd knows: ${hazards.length} causes, each with how it is told from what looks like it, an example as Boyd words it, what would mend it and what would have prevented it. \`CONTRIBUTING.md\` says how to add one.`, ...parts, ''].join('\n\n')
}
