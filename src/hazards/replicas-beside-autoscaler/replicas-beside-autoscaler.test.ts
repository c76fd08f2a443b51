import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { replicasBesideAutoscaler } from './replicas-beside-autoscaler.ts'

const hpa = object('autoscaling/v2', 'HorizontalPodAutoscaler', 'h', { spec: { maxReplicas: 5, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } } })
const web = workload(oneContainer(), { replicas: 3 })

test.each([
  { name: 'both', objects: [web, hpa], want: ['Deployment web spec.replicas'] },
  { name: 'good', objects: [workload(oneContainer()), hpa], want: [] },
  { name: 'look-alike: nothing scales it', objects: [web], want: [] },
  { name: 'look-alike: a cluster', objects: [web, hpa], complete: true, want: [] },
])('$name', ({ objects, want, complete = false }) => expect(fieldsFound(replicasBesideAutoscaler, { objects, complete })).toEqual(want))
