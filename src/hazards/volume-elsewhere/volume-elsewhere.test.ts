import { expect, test } from 'vitest'
import { clusterObject, container, deployment, node, object, viewOf } from '../testing/cluster.ts'
import { unplaced } from '../testing/workloads.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { volumeElsewhere } from './volume-elsewhere.ts'

const using = { ...container(), volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] }
const conflict = unplaced('0/1 nodes are available: 1 node(s) had volume node affinity conflict.')
const one = (spec: typeof using) => deployment('w', { revisions: [{ spec, minutes: 900 }], pods: [conflict] })
const volume = (zone: string) => clusterObject('v1', 'PersistentVolume', 'pv', { spec: { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: [zone] }] }] } } } })
const claim = object('v1', 'PersistentVolumeClaim', 'data', { spec: { volumeName: 'pv' }, status: { phase: 'Bound' } })

test.each([
  { name: 'no node of that zone is left', view: viewOf([node('n1', { labels: { zone: 'a' } }), volume('b'), claim, one(using)]), want: [{ subject: 'PersistentVolume pv', plans: [] }] },
  { name: 'the rollout sends the pod away from it: back', view: viewOf([node('n1', { labels: { zone: 'a' } }), node('n2', { labels: { zone: 'b' } }), volume('b'), claim, deployment('w', { revisions: [{ spec: using, minutes: 900 }, { spec: { ...using, nodeSelector: { zone: 'a' } }, minutes: 20 }], pods: [conflict] })]), want: [{ subject: 'Deployment shop/w', plans: [['roll back Deployment shop/w from revision 2 to 1']] }] },
  { name: 'look-alike: the node there is full', view: viewOf([node('n2', { labels: { zone: 'b' }, allocatable: { cpu: '1m' } }), volume('b'), claim, one({ ...using, containers: [{ name: 'main', image: 'i', resources: { requests: { cpu: '1' } } }] })]), want: [] },
  { name: 'good: a node there takes it', view: viewOf([node('n2', { labels: { zone: 'b' } }), volume('b'), claim, one(using)]), want: [] },
  { name: 'look-alike: not bound yet', view: viewOf([node('n1'), object('v1', 'PersistentVolumeClaim', 'data', { spec: {} }), one(using)]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(volumeElsewhere, view)).toEqual(want))
