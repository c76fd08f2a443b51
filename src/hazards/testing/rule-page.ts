/** The page of rules that have a static face only: one page, in the order of what they look at, because each is short. */

import type { AuditRule } from '../../model/hazard.ts'
import { SEVERITY_NAMES } from '../../model/severity.ts'
import { headOf } from '../shared/card-head.ts'

/** What a rule looks at, by the first kind that it applies to. */
const PARTS: readonly (readonly [string, RegExp])[] = [
  ['Dockerfiles', /^docker\//],
  ['Terraform', /^terraform\//],
  ['MCP clients', /^mcp\//],
  ['Coding agents', /^agent\//],
  ['Pipelines', /^pipeline\//],
  ['Charts and bills of materials', /^(chart|parts)\//],
  ['Kubernetes objects', /./],
]

/** Markdown, the same for the same rules. `sourceOf` gives the text of a rule's module. */
export function rulesPage(rules: readonly AuditRule[], sourceOf: (id: string) => string): string {
  const parts = PARTS.map(([name]) => [name, rules.filter(({ appliesTo }) => partOf(appliesTo[0] ?? '') === name)] as const).filter(([, all]) => all.length > 0)
  return ['<!-- Written by `npm run hazards`. Do not edit. -->', '# Rules of `boyd scan`', `${rules.length} rules that prevent, and are never by themselves the cause of an incident. The [hazards](hazards/README.md) that have a static face are scanned beside them; \`boyd scan --list\` names all, and [the guide](guides/scan.md) says how to use them.`, ...parts.flatMap(([name, all]) => [`## ${name}`, ...all.map((rule) => ruleText(rule, sourceOf(rule.id)))]), ''].join('\n\n')
}

function partOf(kind: string): string {
  return PARTS.find(([, pattern]) => pattern.test(kind))?.[0] ?? ''
}

function ruleText({ id, title, severity, lookAlikes, prevention, sources, reviewBy }: AuditRule, source: string): string {
  return [
    `### ${title}`,
    `\`${id}\` · ${SEVERITY_NAMES[severity]}`,
    headOf(source),
    `*Not this:* ${lookAlikes.join('; ')}.`,
    `*Prevention:* ${prevention}`,
    `${sources.map((item) => `[${item.title}](${item.url})`).join(', ')}. To be read again by ${reviewBy}.`,
  ].join('\n\n')
}
