/** The linter of plans: what every plan of every hazard must hold before anything else looks at it. */

import { describe, expect, test } from 'vitest'
import type { Finding, Hazard } from '../model/hazard.ts'
import { subjectText } from '../model/kube-object.ts'
import { isMutation, planHash, planSchema, type Plan, type Verb } from '../model/plan.ts'
import type { View } from '../model/view.ts'
import { hazards } from './registry.ts'
import { badCases, type BadCase } from './testing/bad-cases.ts'
import { viewOf } from './testing/cluster.ts'

/** What these do, nothing puts back; a plan that uses them must own up to it in its risk. */
const WITHOUT_UNDO: Readonly<Partial<Record<Verb, readonly Plan['risk'][]>>> = { 'delete-node': ['destructive'], 'delete-pod': ['disruptive', 'destructive'], evict: ['disruptive', 'destructive'], restart: ['disruptive', 'destructive'] }

interface Seen {
  readonly findings: readonly Finding[]
  readonly plans: readonly Plan[]
}

function lookAt(hazard: Hazard, view: View): Seen {
  const findings = hazard.detect(view)
  return { findings, plans: findings.flatMap((finding) => hazard.fixes(finding, view)) }
}

function viewFrom({ objects, logs }: BadCase): View {
  return viewOf(objects, logs)
}

/** The same cluster, read in another order. */
function otherView({ objects, logs }: BadCase): View {
  return viewOf(objects.flat().toReversed(), logs?.toReversed())
}

function faultsOf(plan: Plan): string[] {
  const steps = plan.steps.flatMap((step) => {
    const allowed = WITHOUT_UNDO[step.action.verb]
    if (allowed === undefined) return isMutation(step.action) && step.undo === undefined ? [`${step.id} has no undo`] : []
    return allowed.includes(plan.risk) ? [] : [`${step.id} cannot be undone, and the risk is said to be ${plan.risk}`]
  })
  const ids = new Set(plan.steps.map((step) => step.id))
  return [
    ...steps,
    ...(plan.proof.length === 0 ? ['it has no proof'] : []),
    ...(plan.steps.length === 0 && plan.needsInput.length === 0 ? ['it does nothing and asks nothing'] : []),
    ...(ids.size < plan.steps.length ? ['two steps have one id'] : []),
    ...(plan.steps.some((step) => isMutation(step.action)) && plan.risk === 'none' ? ['it changes something, and says that it risks nothing'] : []),
    ...(/^[a-z0-9-]+$/.test(plan.id) ? [] : [`its id is ${plan.id}`]),
  ]
}

test('every hazard has a bad case, and every bad case a hazard', () => {
  expect(Object.keys(badCases).toSorted()).toEqual(hazards.map((hazard) => hazard.id).toSorted())
})

const cases = hazards.flatMap((hazard) => (badCases[hazard.id] ?? []).map((bad, index) => ({ name: `${hazard.id} ${index + 1}`, hazard, bad })))

describe.each(cases)('$name', ({ hazard, bad }) => {
  const { findings, plans } = lookAt(hazard, viewFrom(bad))

  test('is found, with a subject that is there and evidence', () => {
    expect(findings.length).toBeGreaterThan(0)
    for (const finding of findings) {
      expect(finding.hazard).toBe(hazard.id)
      expect(finding.summary).not.toBe('')
      expect(finding.evidence.length).toBeGreaterThan(0)
    }
  })

  test('a person is told what to do where no plan is made', () => {
    const alone = findings.filter((finding) => hazard.fixes(finding, viewFrom(bad)).length === 0)
    expect(alone.filter((finding) => (hazard.handOver?.(finding, viewFrom(bad)) ?? '') === '').map((finding) => subjectText(finding.subject))).toEqual([])
  })

  test('its plans have proof, undo and an honest risk', () => {
    for (const plan of plans) {
      expect(planSchema.safeParse(plan).success).toBe(true)
      expect({ plan: plan.id, faults: faultsOf(plan) }).toEqual({ plan: plan.id, faults: [] })
      expect(plan.hazard).toBe(hazard.id)
    }
  })

  test('the same cluster, read in another order, gives the same plans under the same ids', () => {
    const again = lookAt(hazard, otherView(bad)).plans
    expect(again.map((plan) => [plan.id, planHash(plan)])).toEqual(plans.map((plan) => [plan.id, planHash(plan)]))
    expect(new Set(plans.map((plan) => plan.id)).size).toBe(plans.length)
  })
})

test.each([
  { name: 'no proof', change: (plan: Plan): Plan => ({ ...plan, proof: [] }), want: 'it has no proof' },
  { name: 'no undo', change: (plan: Plan): Plan => ({ ...plan, steps: plan.steps.map(({ id, action, reason, preconditions }) => ({ id, action, reason, preconditions })) }), want: '1-patch has no undo' },
  { name: 'a risk that is played down', change: (plan: Plan): Plan => ({ ...plan, steps: plan.steps.map((step) => ({ ...step, action: { verb: 'delete-node', target: { apiVersion: 'v1', kind: 'Node', name: 'n' } } })) }), want: '1-patch cannot be undone, and the risk is said to be reversible' },
])('the linter notices: $name', ({ change, want }) => {
  const hazard = hazards.find((item) => item.id === 'service-port-mismatch') as Hazard
  const [plan] = lookAt(hazard, viewFrom((badCases['service-port-mismatch'] ?? [])[0] as BadCase)).plans
  expect(faultsOf(plan as Plan)).toEqual([])
  expect(faultsOf(change(plan as Plan))).toEqual([want])
})
