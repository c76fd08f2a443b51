/**
 * Decisions a second: whole ones, from the written request to the verdict, with the shipped policies (twenty and a few)
 * and the search for approvals where policy asks. Usage: npm run bench:policy
 */

import { PACKAGE_ROOT } from '../../src/app/config.ts'
import { join } from 'node:path'
import { decide, decisionText } from '../../src/gate/decide.ts'
import { requestOfExample } from '../../src/gate/fact-schema.ts'
import { inspectPolicies } from '../../src/gate/load-policies.ts'
import { median, report } from './report.ts'

const POLICIES_MIN = 20
const ROUNDS = 5
const PER_ROUND = 3_000
const GOAL_PER_SECOND = 1_500

const { bundle, base, problems } = inspectPolicies(join(PACKAGE_ROOT, 'policies'))
if (bundle === undefined || base === undefined || problems.length > 0) throw new Error('the shipped policies do not load')
if (bundle.policies.length < POLICIES_MIN) throw new Error(`there are only ${bundle.policies.length} policies`)

/** What a night is made of: most changes are allowed, some are denied, a few are asked about. */
const MIX = [
  {},
  { action: 'roll-back' },
  { action: 'drain', resource: { type: 'Node', kind: 'Node', name: 'worker-1' } },
  { action: 'patch', resource: { type: 'Object', kind: 'Service', namespace: 'shop', name: 'cart' } },
  { action: 'cordon', resource: { type: 'Node', kind: 'Node', name: 'worker-2' } },
  { resource: { type: 'Workload', kind: 'Deployment', namespace: 'kube-system', name: 'coredns' } },
  { rehearsal: { passed: false } },
  { action: 'delete-node', resource: { type: 'Node', kind: 'Node', name: 'worker-1' }, reversible: false },
].map((given) => {
  const request = requestOfExample(base, { given })
  if (typeof request === 'string') throw new Error(request)
  return request
})

const allowed = MIX.filter((request) => decide(request, bundle).type === 'allow')

/** By the wall clock, and by the processor's: on a machine that is busy with other things the second says what this costs. */
function perSecond(requests: typeof MIX): { readonly wall: number; readonly processor: number } {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const [started, used] = [performance.now(), process.cpuUsage()]
    for (let index = 0; index < PER_ROUND; index += 1) decide(requests[index % requests.length] as (typeof MIX)[number], bundle as NonNullable<typeof bundle>)
    const { user, system } = process.cpuUsage(used)
    return { wall: (PER_ROUND * 1_000) / (performance.now() - started), processor: (PER_ROUND * 1_000_000) / (user + system) }
  })
  return { wall: median(rounds.map(({ wall }) => wall)), processor: median(rounds.map(({ processor }) => processor)) }
}

const mixed = perSecond(MIX)
console.log(`${bundle.policies.length} policies; the mix: ${MIX.map((request) => decisionText(decide(request, bundle))).join(', ')}`)
report('policy', [
  { name: `decisions a second, ${bundle.policies.length} policies, the mix`, value: mixed.wall, unit: '/s', goal: GOAL_PER_SECOND, moreIsBetter: true },
  { name: 'of the goal', value: mixed.wall / GOAL_PER_SECOND, unit: 'times' },
  { name: 'the same, a second of processor time', value: mixed.processor, unit: '/s' },
  { name: 'decisions a second, allowed ones only', value: perSecond(allowed).wall, unit: '/s' },
])
