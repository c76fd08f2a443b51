/** A disruption budget that guards nothing because its selector finds no pods, or two over the same pods, which makes every eviction of them fail. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import { budgetsOf } from '../shared/budgets.ts'
import { budgetsOver, templatesIn, templatesMatching } from '../shared/static-match.ts'
import { isLasting, ownerText } from '../shared/templates.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  return budgetsOf(cluster).flatMap((budget): AuditFinding[] => {
    const namespace = budget.metadata.namespace ?? 'default'
    const guarded = templatesMatching(cluster, namespace, budget.spec?.selector).filter(isLasting)
    const of = subjectText(subjectOf(budget))
    // Without any workload of the namespace the pods are in files that were not read.
    if (guarded.length === 0) return templatesIn(cluster, namespace).some(isLasting) ? [{ of: budget, path: ['spec', 'selector'], summary: `${of} selects no workload of its namespace`, advice: 'Select the labels of the pod template.', cause: 'it selects nothing' }] : []
    const both = guarded.find((template) => (budgetsOver(cluster).get(template) ?? []).some((other) => (other.metadata.name ?? '') < (budget.metadata.name ?? '')))
    return both === undefined ? [] : [{ of: budget, path: ['spec', 'selector'], summary: `${of} is a second budget over the pods of ${ownerText(both)}, and the eviction API refuses pods with two`, advice: 'One budget a pod: narrow one selector, or remove one.', cause: 'two budgets over one pod', severity: 2 }]
  })
}

export const pdbMissesPods: AuditRule = {
  id: 'pdb-misses-pods',
  title: 'A disruption budget that misses its pods',
  severity: 3,
  appliesTo: ['policy/PodDisruptionBudget'],
  audit,
  lookAlikes: ['a budget whose workload lies in files that were not read', 'two budgets over different pods', 'a budget over the whole namespace, alone'],
  prevention: 'Render budget and labels from one source.',
  sources: [{ title: 'Specifying a disruption budget', url: 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/#arbitrary-controllers-and-selectors' }],
  reviewBy: '2027-06-30',
}
