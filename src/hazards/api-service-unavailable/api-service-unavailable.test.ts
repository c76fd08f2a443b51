import { expect, test } from 'vitest'
import { ago, clusterObject, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { apiServiceUnavailable } from './api-service-unavailable.ts'

const api = (status: string, minutes = 20) => clusterObject('apiregistration.k8s.io/v1', 'APIService', 'v1beta1.metrics.k8s.io', { spec: { group: 'metrics.k8s.io', service: { name: 'metrics-server', namespace: 'kube-system' } }, status: { conditions: [{ type: 'Available', status, reason: 'MissingEndpoints', message: 'no endpoints', lastTransitionTime: ago(minutes) }] } })

test.each([
  { name: 'metrics are not served', view: viewOf([api('False')]), want: [{ subject: 'APIService v1beta1.metrics.k8s.io', plans: [] }] },
  { name: 'good', view: viewOf([api('True')]), want: [] },
  { name: 'look-alike: just started', view: viewOf([api('False', 1)]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(apiServiceUnavailable, view)).toEqual(want))
