import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { object, service } from '../testing/cluster.ts'
import { singleReplica } from './single-replica.ts'

const hpa = object('autoscaling/v2', 'HorizontalPodAutoscaler', 'h', { spec: { maxReplicas: 5, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } } })

test.each([
  { name: 'one', objects: [workload(oneContainer(), { replicas: 1 }), service('web')], want: ['Deployment web spec.replicas'] },
  { name: 'nothing is said, which is one', objects: [workload(oneContainer()), service('web')], want: ['Deployment web spec.replicas'] },
  { name: 'an autoscaler that may', objects: [workload(oneContainer()), service('web'), hpa], want: ['HorizontalPodAutoscaler h spec.minReplicas'] },
  { name: 'good', objects: [workload(oneContainer(), { replicas: 2 }), service('web')], want: [] },
  { name: 'look-alike: nobody calls it', objects: [workload(oneContainer())], want: [] },
  { name: 'look-alike: zero on purpose', objects: [workload(oneContainer(), { replicas: 0 }), service('web')], want: [] },
  { name: 'look-alike: one on each node', objects: [workload(oneContainer(), { kind: 'DaemonSet' }), service('web')], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(singleReplica, { objects })).toEqual(want))
