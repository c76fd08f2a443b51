/** Ways to open a path: the policy as it was applied, else one rule for exactly this caller and these ports. */

import type { JsonValue } from '../../kernel/json.ts'
import type { Finding } from '../../model/hazard.ts'
import { subjectText, type Subject } from '../../model/kube-object.ts'
import type { Plan } from '../../model/plan.ts'
import { objectOf } from '../../model/topology/find-object.ts'
import type { View } from '../../model/view.ts'
import { managerNote } from '../shared/management.ts'
import { createPlan, patchStep } from '../shared/plan-parts.ts'
import { restoreApplied } from '../shared/ways-back.ts'
import type { Direction, Policy } from './paths.ts'

/** A path that a workload's configuration needs and the policy cuts. */
export interface NeededPath {
  readonly direction: Direction
  /** What would have to be let through. */
  readonly path: { readonly namespace: string; readonly labels: Readonly<Record<string, string>>; readonly ports: readonly { readonly protocol: string; readonly port: number }[] }
  readonly caller: Subject
  readonly to: string
}

export function fixes(finding: Finding, view: View): Plan[] {
  const policy = objectOf(view, finding.subject) as Policy | undefined
  if (policy === undefined) return []
  const back = restoreApplied({ hazard: finding.hazard, object: policy, paths: [['spec']], expectedEffect: 'the path is open again as it was; no pod is touched' })
  return [...back, allowPath(finding, policy)]
}

/** The narrowest opening that the cluster itself describes: who calls whom, at which port. Whether it may be open is a person's word. */
function allowPath(finding: Finding, policy: Policy): Plan {
  const { paths } = finding.facts as unknown as { readonly paths: readonly [NeededPath, ...NeededPath[]] }
  const changes = (['Ingress', 'Egress'] as const).flatMap((direction) => {
    const rules = paths.filter((path) => path.direction === direction).map((path) => ruleFor(policy, path))
    const field = direction === 'Ingress' ? 'ingress' : 'egress'
    return rules.length === 0 ? [] : [{ path: ['spec', field], value: [...((policy.spec?.[field] ?? []) as unknown as JsonValue[]), ...rules] }]
  })
  const text = paths.map(({ caller, to }) => `${subjectText(caller)} to ${to}`)
  return createPlan({
    hazard: finding.hazard,
    subject: finding.subject,
    approach: 'allow-path',
    goal: paths.length === 1 ? `${subjectText(paths[0].caller)} may reach ${paths[0].to}, and nothing else is opened` : `the ${paths.length} paths that workloads are configured to use are open, and nothing else is`,
    steps: [patchStep(policy, changes, `add ${paths.length === 1 ? 'one rule' : `${paths.length} rules`}: ${text.slice(0, 6).join('; ')}`)],
    proof: [{ type: 'hazard-absent', hazard: finding.hazard, subject: finding.subject }],
    risk: 'reversible',
    expectedEffect: 'the path is open; no pod is touched',
    rationale: `Labels, namespaces and ports are read from the workloads. That this traffic is meant is an assumption for a person to confirm: it is a decision about security.${managerNote(policy)}`,
    values: 'assumed',
  })
}

function ruleFor(policy: Policy, { direction, path }: NeededPath): JsonValue {
  const inside = path.namespace === policy.metadata.namespace
  const peer = { ...(inside ? {} : { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': path.namespace } } }), ...(Object.keys(path.labels).length === 0 ? {} : { podSelector: { matchLabels: path.labels } }) }
  return { [direction === 'Ingress' ? 'from' : 'to']: [peer], ...(path.ports.length === 0 ? {} : { ports: path.ports }) } as unknown as JsonValue
}
