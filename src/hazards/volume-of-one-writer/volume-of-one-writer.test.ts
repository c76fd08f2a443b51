import { expect, test } from 'vitest'
import { findingsOf, oneContainer, workload } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { volumeOfOneWriter } from './volume-of-one-writer.ts'

const claim = (mode: string) => object('v1', 'PersistentVolumeClaim', 'd', { spec: { accessModes: [mode] } })
const web = (replicas: number, strategy: object = {}, kind = 'Deployment') => workload(oneContainer({}, { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'd' } }] }), { kind, replicas, fields: { strategy } })

test.each([
  { name: 'several pods', objects: [web(3), claim('ReadWriteOnce')], want: ['several pods'] },
  { name: 'a rollout', objects: [web(1), claim('ReadWriteOncePod')], want: ['a rollout that overlaps'] },
  { name: 'good', objects: [web(1, { type: 'Recreate' }), claim('ReadWriteOnce')], want: [] },
  { name: 'look-alike: many may write', objects: [web(3), claim('ReadWriteMany')], want: [] },
  { name: 'look-alike: no surge', objects: [web(1, { rollingUpdate: { maxSurge: 0 } }), claim('ReadWriteOnce')], want: [] },
  { name: 'look-alike: a StatefulSet', objects: [web(3, {}, 'StatefulSet'), claim('ReadWriteOnce')], want: [] },
  { name: 'look-alike: the claim lies elsewhere', objects: [web(3)], want: [] },
])('$name', ({ objects, want }) => expect(findingsOf(volumeOfOneWriter, { objects }).map(({ cause }) => cause)).toEqual(want))
