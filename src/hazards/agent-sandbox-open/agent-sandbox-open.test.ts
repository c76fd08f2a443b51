import { expect, test } from 'vitest'
import { findingsOf, oneContainer, workload } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { agentSandboxOpen } from './agent-sandbox-open.ts'

const sandbox = (spec: object) => [object('agents.x-k8s.io/v1alpha1', 'Sandbox', 's', { spec: { podTemplate: { spec: oneContainer({}, spec) } } })]

test.each([
  { name: 'on the kernel of its node, with a token', objects: sandbox({}), want: ['no isolating runtime', 'a token inside'] },
  { name: 'good', objects: sandbox({ runtimeClassName: 'gvisor', automountServiceAccountToken: false }), want: [] },
  { name: 'look-alike: an ordinary workload', objects: [workload(oneContainer())], want: [] },
])('$name', ({ objects, want }) => expect(findingsOf(agentSandboxOpen, { objects }).map(({ cause }) => cause)).toEqual(want))
