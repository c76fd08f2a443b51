/** A reference to a ConfigMap, a Secret or a key that is a slip of one that is there. */

import { isRecord } from '../../kernel/json.ts'
import type { Finding } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import type { Plan } from '../../model/plan.ts'
import type { View } from '../../model/view.ts'
import { canChangeTemplate, patchWorkloadPlan } from '../shared/plan-parts.ts'
import { meantBy } from '../shared/spelling.ts'

/** The plan that names what is meant; none where nothing, or more than one thing, is spelled nearly so. */
export function respell(view: View, workload: KubeObject, finding: Finding): Plan[] {
  const { kind, name, key, namespace } = finding.facts as Readonly<Record<string, string | null>>
  const beside = view.list('', kind ?? '', namespace ?? 'default')
  const object = beside.find((candidate) => candidate.metadata.name === name)
  const written = (object === undefined ? name : key) ?? ''
  const meant = meantBy(written, object === undefined ? beside.map((candidate) => candidate.metadata.name ?? '') : Object.keys((object['data'] ?? {}) as object))
  const changes = meant === undefined ? [] : referencePaths(workload, { kind, name, key: object === undefined ? undefined : key }).map((path) => ({ path, value: meant }))
  if (meant === undefined || changes.length === 0 || !canChangeTemplate(workload)) return []
  const what = object === undefined ? `${kind ?? ''} ${meant}` : `key ${meant} of ${kind ?? ''} ${name ?? ''}`
  return [
    patchWorkloadPlan({
      hazard: finding.hazard, view, workload,
      approach: `respell-${written}`,
      goal: `${subjectText(subjectOf(workload))} reads ${what}`,
      changes,
      reason: `name ${what} instead of ${written}`,
      rationale: `${what} is there and spelled nearly so, and nothing else is. That it is meant is an assumption for a person to confirm.`,
      values: 'assumed',
    }),
  ]
}

/** Where in the template the name, or the key, of this reference is written. */
function referencePaths(workload: KubeObject, wanted: { readonly kind: string | null | undefined; readonly name: string | null | undefined; readonly key: string | null | undefined }): (string | number)[][] {
  const found: (string | number)[][] = []
  const fields = wanted.kind === 'Secret' ? SECRET_FIELDS : CONFIG_FIELDS
  const visit = (node: unknown, path: (string | number)[]): void => {
    if (Array.isArray(node)) node.forEach((item: unknown, index) => visit(item, [...path, index]))
    if (!isRecord(node)) return
    for (const [field, child] of Object.entries(node)) {
      if (fields.has(field) && isRecord(child)) found.push(...within(child, [...path, field], wanted))
      else visit(child, [...path, field])
    }
  }
  visit((workload['spec'] as { template?: { spec?: unknown } } | undefined)?.template?.spec, ['spec', 'template', 'spec'])
  return found
}

const CONFIG_FIELDS = new Set(['configMapKeyRef', 'configMapRef', 'configMap'])
const SECRET_FIELDS = new Set(['secretKeyRef', 'secretRef', 'secret'])

function within(reference: Readonly<Record<string, unknown>>, path: (string | number)[], wanted: { readonly name: string | null | undefined; readonly key: string | null | undefined }): (string | number)[][] {
  const field = reference['secretName'] === undefined ? 'name' : 'secretName'
  if (reference[field] !== wanted.name) return []
  if (wanted.key === undefined || wanted.key === null) return [[...path, field]]
  const items: readonly unknown[] = Array.isArray(reference['items']) ? reference['items'] : []
  return [...(reference['key'] === wanted.key ? [[...path, 'key']] : []), ...items.flatMap((item, index) => (isRecord(item) && item['key'] === wanted.key ? [[...path, 'items', index, 'key']] : []))]
}
