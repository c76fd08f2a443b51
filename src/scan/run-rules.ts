/**
 * Every rule with a static face, over one set. A rule that stumbles over data nobody foresaw costs its own findings and is
 * named; it does not cost the scan.
 */

import type { AuditFinding, AuditView, FieldPath } from '../model/audit.ts'
import { ANY_TEMPLATE, type AuditRule, type Card, type Finding, type Hazard } from '../model/hazard.ts'
import type { Subject } from '../model/kube-object.ts'
import { perView } from '../model/per-view.ts'
import { objectOf } from '../model/topology/find-object.ts'
import type { View } from '../model/view.ts'
import { auditSubject } from './audit-subject.ts'
import type { RawFinding } from './scan-report.ts'

export interface RuleRun {
  readonly findings: readonly RawFinding[]
  readonly failed: readonly { readonly rule: string; readonly why: string }[]
}

/** A card with the face that a scan needs. */
export type ScanRule = AuditRule | Hazard

export function runRules(view: AuditView, rules: readonly ScanRule[]): RuleRun {
  const findings: RawFinding[] = []
  const failed: { rule: string; why: string }[] = []
  for (const rule of rules) {
    if (!applies(view, rule)) continue
    try {
      for (const finding of auditOf(rule, view)) findings.push(toRaw(rule, finding))
    } catch (error) {
      failed.push({ rule: rule.id, why: (error as Error).message })
    }
  }
  return { findings, failed }
}

/** Hazards whose faces include `static`, and rules that have no other. */
export function hasStaticFace(rule: ScanRule): boolean {
  return !('faces' in rule) || rule.audit !== undefined || rule.faces.includes('static')
}

function applies(view: AuditView, { appliesTo }: Card): boolean {
  return appliesTo.some((kind) => {
    if (kind === ANY_TEMPLATE) return view.cluster.snapshot.objects.length > 0
    if (kind === 'docker/File') return view.dockerfiles.length > 0
    if (kind === 'terraform/Block') return view.terraform.length > 0
    if (kind === 'mcp/Server') return view.toolServers.length > 0
    if (kind === 'agent/Settings') return view.agents.length > 0
    if (kind === 'pipeline/File') return view.pipelines.length > 0
    if (kind === 'chart/Values') return view.chartValues.length > 0
    if (kind === 'parts/List') return view.partsLists.length > 0
    const slash = kind.lastIndexOf('/')
    return view.cluster.list(kind.slice(0, slash), kind.slice(slash + 1)).length > 0
  })
}

function auditOf(rule: ScanRule, view: AuditView): readonly AuditFinding[] {
  if (rule.audit !== undefined) return rule.audit(view)
  return (rule as Hazard).detect(view.cluster).flatMap((finding) => fromDetection(rule as Hazard, finding, view))
}

/** A detection names an object and cites fields; the first of the object itself is where to look. */
function fromDetection(hazard: Hazard, finding: Finding, view: AuditView): AuditFinding[] {
  const object = objectOf(view.cluster, finding.subject)
  if (object === undefined || (!view.complete && finding.evidence.some(({ source }) => source.type === 'absence' && !hasKin(view.cluster, source.subject)))) return []
  const cited = finding.evidence.find(({ source }) => source.type === 'object' && source.subject.kind === finding.subject.kind && source.subject.name === finding.subject.name)
  const path = cited?.source.type === 'object' ? toPath(cited.source.path) : []
  return [{ of: object, path, summary: finding.summary, advice: hazard.prevention }]
}

/** A folder is a part of a cluster. What is not in it lies elsewhere, unless things of its kind and place are plainly kept in it. */
function hasKin(view: View, { kind, namespace }: Subject): boolean {
  return kindsIn(view).has(`${kind}|${namespace ?? ''}`)
}

const kindsIn = perView((view: View): ReadonlySet<string> => new Set(view.snapshot.objects.map(({ kind, metadata }) => `${kind}|${metadata.namespace ?? ''}`)))

/** `spec.ports[0].name`. */
function toPath(text: string): FieldPath {
  return text.split(/[.[\]]+/).filter((step) => step !== '').map((step) => (/^\d+$/.test(step) ? Number(step) : step))
}

function toRaw(rule: Card, finding: AuditFinding): RawFinding {
  const { of, path, summary, advice, cause, severity } = finding
  return { rule: rule.id, severity: severity ?? rule.severity, of, subject: auditSubject(of), path, summary, advice, cause: cause ?? rule.title }
}
