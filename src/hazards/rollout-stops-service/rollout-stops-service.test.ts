import { expect, test } from 'vitest'
import { findingsOf, oneContainer, workload } from '../testing/audit.ts'
import { service } from '../testing/cluster.ts'
import { rolloutStopsService } from './rollout-stops-service.ts'

const web = (strategy: object, replicas = 3, spec: object = {}) => workload(oneContainer({}, spec), { replicas, fields: { strategy } })

test.each([
  { name: 'Recreate', objects: [web({ type: 'Recreate' }), service('web')], want: ['Recreate'] },
  { name: 'all of them', objects: [web({ rollingUpdate: { maxUnavailable: '100%' } }), service('web')], want: ['maxUnavailable takes all'] },
  { name: 'good', objects: [web({ rollingUpdate: { maxUnavailable: '25%' } }), service('web')], want: [] },
  { name: 'look-alike: one replica', objects: [web({ type: 'Recreate' }, 1), service('web')], want: [] },
  { name: 'look-alike: a volume of one pod', objects: [web({ type: 'Recreate' }, 3, { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'd' } }] }), service('web')], want: [] },
  { name: 'look-alike: nobody calls it', objects: [web({ type: 'Recreate' })], want: [] },
])('$name', ({ objects, want }) => expect(findingsOf(rolloutStopsService, { objects }).map(({ cause }) => cause)).toEqual(want))
