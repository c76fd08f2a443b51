import * as fc from 'fast-check'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { proves } from '../../test/requirements.ts'
import type { CedarRequest, ChangeContext, ResourceFacts } from './cedar-request.ts'
import { decide, type Decision } from './decide.ts'
import { POLICIES_FOLDER, requestOf } from './examples.test-support.ts'
import { loadPolicies } from './load-policies.ts'
import type { PolicyBundle } from './policy-bundle.ts'

const bundle = loadPolicies(POLICIES_FOLDER)
const coredns: ResourceFacts = { type: 'Workload', kind: 'Deployment', namespace: 'kube-system', name: 'coredns' }
const vault: ResourceFacts = { type: 'Workload', kind: 'StatefulSet', namespace: 'vault', name: 'vault' }

/** Policies whose forbid fails with an error beside a permit that matches, as an integer overflow does. */
const overflowing: PolicyBundle = {
  ...bundle,
  digest: 'overflow',
  policies: [
    ...bundle.policies,
    { id: 'overflow', title: 't', effect: 'forbid', facts: [], layer: 'platform', file: 'f', line: 1, text: 'forbid (principal, action, resource) when { context.blast.pods * 9223372036854775807 > 5 };' },
  ],
}

describe('what Cedar would let through', () => {
  const dropped = (request: CedarRequest, type: string): CedarRequest => ({ ...request, entities: request.entities.filter((entity) => entity.uid.type !== `Boyd::${type}`) })
  const orphaned = (request: CedarRequest, type: string): CedarRequest => ({
    ...request,
    entities: request.entities.map((entity) => (entity.uid.type === `Boyd::${type}` ? { ...entity, parents: [] } : entity)),
  })
  const renamed = (request: CedarRequest, from: string, to: string): CedarRequest => JSON.parse(JSON.stringify(request).replaceAll(from, to)) as CedarRequest
  const system = requestOf({ resource: coredns })
  test.each([
    { name: 'a forbid that errors beside a permit', request: requestOf(), policies: overflowing, by: 'policy-error' },
    { name: 'a workload without its namespace edge', request: orphaned(system, 'Workload'), by: 'incomplete-request' },
    { name: 'a namespace without its name edge', request: orphaned(system, 'Namespace'), by: 'incomplete-request' },
    { name: 'a name without its group', request: orphaned(system, 'NamespaceName'), by: 'incomplete-request' },
    { name: 'an agent without its role', request: orphaned(requestOf({ role: 'viewer' }), 'Agent'), by: 'incomplete-request' },
    { name: 'the resource is not given', request: dropped(system, 'Workload'), by: 'incomplete-request' },
    { name: 'an ancestor is not given', request: dropped(system, 'NamespaceName'), by: 'incomplete-request' },
    { name: 'a namespace spelt another way', request: renamed(system, 'kube-system', 'Kube-System'), by: 'incomplete-request' },
    { name: 'an unknown action', request: requestOf({ action: 'explode' }), by: 'pdp-failure' },
    { name: 'a drain of a Deployment', request: requestOf({ action: 'drain' }), by: 'pdp-failure' },
    { name: 'a number that is no integer', request: requestOf({ context: { localHour: 1.5 } }), by: 'pdp-failure' },
  ])('$name: deny by $by', ({ request, by, ...row }) => {
    expect(decide(request, row.policies ?? bundle)).toMatchObject({ type: 'deny', by: [by] })
  })

  test('a forbid without an obligation is never asked about, even where approvals would lift it', () => {
    const text = 'forbid (principal, action, resource) unless { context.approvals.count >= 1 };'
    const policies = [...bundle.policies, { id: 'quiet', title: 't', effect: 'forbid', facts: [], layer: 'platform', file: 'f', line: 1, text } as const]
    const request = requestOf({ context: { assumedValues: true }, action: 'patch' })
    expect(decide(request, { ...bundle, digest: 'quiet', policies })).toEqual({ type: 'deny', by: ['quiet'] })
    expect(decide(request, bundle)).toMatchObject({ type: 'ask', approvals: 1, by: ['assumed-values-ask'] })
  })

  test('the same requests, whole, are judged by policy', () => {
    expect(decide(system, bundle)).toMatchObject({ type: 'deny', by: ['kube-system', 'system-namespace'] })
    expect(decide(requestOf(), bundle)).toEqual({ type: 'allow', by: ['rehearsed-change'] })
  })
})

const resources: ResourceFacts[] = [
  { type: 'Workload', kind: 'Deployment', namespace: 'shop', name: 'web' },
  { type: 'Workload', kind: 'Pod', namespace: 'shop', name: 'web-1' },
  { type: 'Object', kind: 'Secret', namespace: 'shop', name: 'key' },
  { type: 'Node', kind: 'Node', name: 'worker-1' },
  { type: 'Node', kind: 'Node', name: 'control-1', controlPlane: true },
  { type: 'ClusterObject', kind: 'StorageClass', name: 'fast' },
  coredns,
  vault,
]

const anyContext: fc.Arbitrary<Partial<ChangeContext>> = fc.record({
  rehearsal: fc.record({ passed: mostly(true), planHash: fc.constantFrom('p', 'p', 'p', 'other'), ageSec: fc.constantFrom(-1, 0, 60, 900, 901), confidencePct: fc.integer({ min: 0, max: 100 }) }),
  approvals: fc.record({ count: fc.integer({ min: 0, max: 3 }), teams: fc.integer({ min: 0, max: 3 }), requesterIncluded: mostly(false) }),
  blast: fc.record({ pods: fc.integer({ min: 0, max: 300 }), podPct: fc.integer({ min: 0, max: 100 }), namespaces: fc.integer({ min: 0, max: 15 }), nodes: fc.integer({ min: 0, max: 4 }), nodePct: fc.integer({ min: 0, max: 100 }) }),
  errorBudget: fc.record({ tracked: mostly(true), known: mostly(true), leftPct: fc.integer({ min: -20, max: 100 }) }),
  playbook: fc.record({ level: fc.constantFrom('observe', 'suggest', 'approve', 'auto', 'auto', 'auto'), recentFailures: fc.nat(3) }),
  target: fc.record({ environment: fc.constantFrom('production', 'staging'), production: mostly(true), tier: fc.constantFrom('1', 'unknown'), dataClass: fc.constantFrom('internal', 'restricted', 'unknown'), managedBy: fc.constantFrom('none', 'helm', 'operator'), gitOps: fc.constant(false) }),
  preconditions: fc.subarray(['no-users']),
  dataLoss: mostly(false),
  reversible: mostly(true),
  assumedValues: mostly(false),
  freeze: mostly(false),
  breakGlass: mostly(false),
  killSwitch: mostly(false),
})

const anyRequest = fc
  .record({ action: fc.constantFrom('restart', 'scale', 'roll-back', 'patch', 'drain', 'cordon', 'evict', 'delete-pod', 'delete-node'), resource: fc.constantFrom(...resources), role: fc.constantFrom('operator', 'operator', 'viewer'), context: anyContext })
  .map(requestOf)

function mostly(value: boolean): fc.Arbitrary<boolean> {
  return fc.constantFrom(value, value, value, value, !value)
}

/** Deny 0, ask 1 less a little for each person, allow 2. */
function rank(decision: Decision): number {
  if (decision.type === 'ask') return 1 - (decision.approvals + decision.distinctTeams / 10) / 100
  return decision.type === 'allow' ? 2 : 0
}

const runs = { numRuns: 300 }

describe('properties of every decision', () => {
  test('more approvals never make it stricter', () => {
    fc.assert(
      fc.property(anyRequest, fc.nat(3), fc.nat(3), (request, people, teams) => {
        const { approvals } = request.context
        const more = { ...request, context: { ...request.context, approvals: { ...approvals, count: approvals.count + people, teams: approvals.teams + teams } } }
        expect(rank(decide(more, bundle))).toBeGreaterThanOrEqual(rank(decide(request, bundle)))
      }),
      runs,
    )
  })

  test('a larger blast never makes it milder', () => {
    fc.assert(
      fc.property(anyRequest, fc.constantFrom('pods', 'podPct', 'namespaces', 'nodes', 'nodePct'), fc.nat(300), (request, field, more) => {
        const blast = { ...request.context.blast, [field]: request.context.blast[field as 'pods'] + more }
        expect(rank(decide({ ...request, context: { ...request.context, blast } }, bundle))).toBeLessThanOrEqual(rank(decide(request, bundle)))
      }),
      runs,
    )
  })

  test('a layer, whatever it forbids, only tightens', () => {
    proves('nothing-unauthorised.layers-only-tighten')
    const layered = loadPolicies(POLICIES_FOLDER, { layers: [{ name: 'optional', folder: join(POLICIES_FOLDER, 'optional') }] })
    fc.assert(
      fc.property(anyRequest, (request) => {
        expect(rank(decide(request, layered))).toBeLessThanOrEqual(rank(decide(request, bundle)))
      }),
      runs,
    )
  })

  test('a policy on trial changes no verdict', () => {
    const trial = { ...bundle, digest: 'trial', shadow: [{ ...bundle.policies[0], id: 'trial', text: 'forbid (principal, action, resource);' } as never] }
    fc.assert(
      fc.property(anyRequest, (request) => {
        expect(decide(request, trial)).toEqual(decide(request, bundle))
      }),
      { numRuns: 50 },
    )
  })

  test('less error budget, or a lower level of the playbook, never makes it milder', () => {
    const levels = ['observe', 'suggest', 'approve', 'auto'] as const
    fc.assert(
      fc.property(anyRequest, fc.constantFrom(...levels), fc.nat(50), (request, level, less) => {
        const { errorBudget, playbook } = request.context
        const lower = levels[Math.min(levels.indexOf(level), levels.indexOf(playbook.level))] ?? 'observe'
        const worse = { ...request, context: { ...request.context, errorBudget: { ...errorBudget, known: false, leftPct: errorBudget.leftPct - less }, playbook: { level: lower, recentFailures: playbook.recentFailures + 1 } } }
        expect(rank(decide(worse, bundle))).toBeLessThanOrEqual(rank(decide(request, bundle)))
      }),
      runs,
    )
  })

  test('an ask is what the policies then allow', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const decision = decide(request, bundle)
        if (decision.type !== 'ask') return
        const approvals = { ...request.context.approvals, count: decision.approvals, teams: decision.distinctTeams }
        const context = { ...request.context, approvals, breakGlass: request.context.breakGlass || decision.breakGlass }
        expect(decide({ ...request, context }, bundle).type).toBe('allow')
      }),
      runs,
    )
  })

  test('the order of policies does not matter', () => {
    const reversed: PolicyBundle = { ...bundle, digest: 'reversed', policies: [...bundle.policies].reverse() }
    fc.assert(
      fc.property(anyRequest, (request) => {
        expect(decide(request, reversed)).toEqual(decide(request, bundle))
      }),
      { numRuns: 50 },
    )
  })

  test('taking any entity, edge or attribute away never gives allow', () => {
    for (const resource of resources) {
      const action = resource.type === 'Node' ? 'cordon' : resource.type === 'Workload' && resource.kind !== 'Pod' ? 'restart' : 'patch'
      const whole = requestOf({ action, resource })
      const notDenied = lesserRequests(whole).filter((lesser) => decide(lesser, bundle).type !== 'deny')
      expect(notDenied).toEqual([])
    }
  })
})

/** The request with one entity, one edge, one attribute or one member of the context missing, each in turn. */
function lesserRequests(whole: CedarRequest): CedarRequest[] {
  return pathsIn(whole.entities, [])
    .map((path) => ({ ...whole, entities: without(whole.entities, path) as CedarRequest['entities'] }))
    .concat(pathsIn(whole.context, []).map((path) => ({ ...whole, context: without(whole.context, path) as ChangeContext })))
}

function pathsIn(value: unknown, path: readonly string[]): string[][] {
  if (typeof value !== 'object' || value === null) return []
  return Object.keys(value).flatMap((key) => [[...path, key], ...pathsIn((value as Record<string, unknown>)[key], [...path, key])])
}

function without(value: unknown, path: readonly string[]): unknown {
  const copy = structuredClone(value)
  const parent = path.slice(0, -1).reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], copy)
  const last = path.at(-1) ?? ''
  if (Array.isArray(parent)) parent.splice(Number(last), 1)
  else delete (parent as Record<string, unknown>)[last]
  return copy
}
