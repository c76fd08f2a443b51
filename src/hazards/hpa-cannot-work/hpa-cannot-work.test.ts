import { expect, test } from 'vitest'
import { findingsOf, oneContainer, workload } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { hpaCannotWork } from './hpa-cannot-work.ts'

const metric = (type: string) => ({ type: 'Resource', resource: { name: 'cpu', target: { type } } })
const hpa = (spec: object = {}) => object('autoscaling/v2', 'HorizontalPodAutoscaler', 'h', { spec: { minReplicas: 3, maxReplicas: 10, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, metrics: [metric('Utilization')], ...spec } })
const asks = { resources: { requests: { cpu: '1' } } }
const web = workload(oneContainer(asks))

test.each([
  { name: 'nothing is requested', objects: [hpa(), workload(oneContainer())], want: ['the target requests nothing'] },
  { name: 'a sidecar requests nothing', objects: [hpa(), workload({ containers: [{ name: 'a', image: 'a', ...asks }, { name: 'proxy', image: 'p' }] })], want: ['the target requests nothing'] },
  { name: 'no metric is named, which means CPU', objects: [hpa({ metrics: undefined }), workload(oneContainer())], want: ['the target requests nothing'] },
  { name: 'the target is not there', objects: [hpa({ scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'wbe' } }), web], want: ['the target is not there'] },
  { name: 'no room', objects: [hpa({ minReplicas: 10 }), web], want: ['no room between the bounds'] },
  { name: 'good', objects: [hpa(), web], want: [] },
  { name: 'look-alike: by value', objects: [hpa({ metrics: [metric('AverageValue')] }), workload(oneContainer())], want: [] },
  { name: 'look-alike: a limit is a request too', objects: [hpa(), workload(oneContainer({ resources: { limits: { cpu: '1' } } }))], want: [] },
  { name: 'look-alike: the target lies elsewhere', objects: [hpa()], want: [] },
])('$name', ({ objects, want }) => expect(findingsOf(hpaCannotWork, { objects }).map(({ cause }) => cause)).toEqual(want))
