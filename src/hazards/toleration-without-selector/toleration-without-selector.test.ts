import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { tolerationWithoutSelector } from './toleration-without-selector.ts'

const gpu = { tolerations: [{ key: 'gpu-enabled', operator: 'Equal', value: 'true', effect: 'NoSchedule' }] }
const field = ['Deployment web spec.template.spec.tolerations.0']

test.each([
  { name: 'tolerated, and sent nowhere', objects: [workload(oneContainer({}, gpu))], want: field },
  { name: 'good: a selector', objects: [workload(oneContainer({}, { ...gpu, nodeSelector: { gpu: 'true' } }))], want: [] },
  { name: 'look-alike: a node agent', objects: [workload(oneContainer({}, gpu), { kind: 'DaemonSet' })], want: [] },
  { name: 'look-alike: the system', objects: [workload(oneContainer({}, { tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' }] }))], want: [] },
  { name: 'look-alike: the device leads it there', objects: [workload(oneContainer({ resources: { limits: { 'nvidia.com/gpu': 1 } } }, gpu))], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(tolerationWithoutSelector, { objects })).toEqual(want))
