import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { clusterObject } from '../testing/cluster.ts'
import { acceleratorByCount } from './accelerator-by-count.ts'

const gpu = workload(oneContainer({ resources: { limits: { 'nvidia.com/gpu': 1 } } }))
const deviceClass = clusterObject('resource.k8s.io/v1', 'DeviceClass', 'gpu')

test.each([
  { name: 'both ways in one cluster', objects: [gpu, deviceClass], want: ['Deployment web spec.template.spec.containers.0.resources.limits.nvidia.com/gpu'] },
  { name: 'good', objects: [workload(oneContainer({ resources: { claims: [{ name: 'gpu' }] } })), deviceClass], want: [] },
  { name: 'look-alike: no device classes', objects: [gpu], want: [] },
  { name: 'look-alike: before it was stable', objects: [gpu, deviceClass], minor: 31, want: [] },
])('$name', ({ objects, want, minor }) => expect(fieldsFound(acceleratorByCount, { objects, ...(minor === undefined ? {} : { minor }) })).toEqual(want))
