import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { node } from '../testing/cluster.ts'
import { nodeAgentMissesNodes } from './node-agent-misses-nodes.ts'

const agent = (more: object = {}, options: object = {}) => workload(oneContainer({}, { volumes: [{ name: 'h', hostPath: { path: '/var/log' } }], ...more }), { kind: 'DaemonSet', ...options })
const tainted = (key: string, effect = 'NoSchedule') => node('n', { spec: { taints: [{ key, effect }] }, labels: { pool: 'system' } })

test.each([
  { name: 'a tainted pool', objects: [agent(), tainted('CriticalAddonsOnly')], want: ['DaemonSet web spec.template.spec'] },
  { name: 'another taint is tolerated', objects: [agent({ tolerations: [{ key: 'gpu', operator: 'Exists' }] }), tainted('CriticalAddonsOnly')], want: ['DaemonSet web spec.template.spec.tolerations'] },
  { name: 'good: everything', objects: [agent({ tolerations: [{ operator: 'Exists' }] }), tainted('CriticalAddonsOnly')], want: [] },
  { name: 'look-alike: selected away', objects: [agent({ nodeSelector: { pool: 'user' } }), tainted('CriticalAddonsOnly')], want: [] },
  { name: 'look-alike: every DaemonSet tolerates it', objects: [agent(), tainted('node.kubernetes.io/unschedulable')], want: [] },
  { name: 'look-alike: a preference', objects: [agent(), tainted('x', 'PreferNoSchedule')], want: [] },
  { name: 'look-alike: no agent', objects: [workload(oneContainer(), { kind: 'DaemonSet' }), tainted('x')], want: [] },
  { name: 'look-alike: no nodes are known', objects: [agent()], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(nodeAgentMissesNodes, { objects })).toEqual(want))
