import { expect, test } from 'vitest'
import { container, deployment, event, object, running, viewOf, waiting } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { volumeHeldElsewhere } from './volume-held-elsewhere.ts'

const using = { ...container(), volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] }
const claim = object('v1', 'PersistentVolumeClaim', 'data', { spec: { accessModes: ['ReadWriteOnce'] }, status: { phase: 'Bound' } })
const refused = (name: string) => event({ kind: 'Pod', name }, { reason: 'FailedAttachVolume', message: 'Multi-Attach error for volume "pv" Volume is already used by pod(s) w-h1-p0' })
const rolling = deployment('w', { replicas: 1, revisions: [{ spec: using, minutes: 900, ready: 1 }, { spec: { ...using, containers: [{ name: 'main', image: 'i:2' }] }, minutes: 20 }], pods: [{ ...running, revision: 1 }, { ...waiting('ContainerCreating'), node: 'n2' }] })

test.each([
  { name: 'a rolling update of one replica', view: viewOf([claim, rolling, refused('w-h2-p1')]), want: [{ subject: 'Deployment shop/w', plans: [['patch Deployment shop/w']] }] },
  { name: 'another workload has it', view: viewOf([claim, deployment('first', { revisions: [{ spec: using, minutes: 900 }], pods: [running] }), deployment('w', { revisions: [{ spec: using, minutes: 900 }], pods: [{ ...waiting('ContainerCreating'), node: 'n2' }] }), refused('w-h1-p0')]), want: [{ subject: 'Deployment shop/w', plans: [] }] },
  { name: 'look-alike: nobody holds it any more', view: viewOf([claim, deployment('w', { revisions: [{ spec: using, minutes: 900 }], pods: [{ ...waiting('ContainerCreating'), node: 'n2' }] }), refused('w-h1-p0')]), want: [] },
  { name: 'look-alike: many may share it', view: viewOf([object('v1', 'PersistentVolumeClaim', 'data', { spec: { accessModes: ['ReadWriteMany'] } }), rolling, refused('w-h2-p1')]), want: [] },
  { name: 'good', view: viewOf([claim, deployment('w', { revisions: [{ spec: using, minutes: 900 }], pods: [running] })]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(volumeHeldElsewhere, view)).toEqual(want))
