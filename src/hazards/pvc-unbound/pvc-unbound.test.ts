import { expect, test } from 'vitest'
import { ago, clusterObject, container, deployment, event, object, viewOf, waiting } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { pvcUnbound } from './pvc-unbound.ts'

const volumes = [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }]
const user = deployment('db', { revisions: [{ spec: { ...container(), volumes }, minutes: 30 }], pods: [waiting('')] })
const claim = (fields: object, minutes = 30) => object('v1', 'PersistentVolumeClaim', 'data', { metadata: { creationTimestamp: ago(minutes) }, spec: { storageClassName: 'fast', ...fields }, status: { phase: 'Pending' } })
const storageClass = (name: string, mode: string) => clusterObject('storage.k8s.io/v1', 'StorageClass', name, { volumeBindingMode: mode })

test.each([
  { name: 'the class does not exist', view: viewOf([user, claim({}), storageClass('slow', 'Immediate')]), want: [{ subject: 'PersistentVolumeClaim shop/data', plans: [['ask: storage-class']] }] },
  { name: 'the provisioner fails', view: viewOf([user, claim({}), storageClass('fast', 'Immediate'), event({ kind: 'PersistentVolumeClaim', name: 'data' }, { reason: 'ProvisioningFailed', message: 'quota of disks' })]), want: [{ subject: 'PersistentVolumeClaim shop/data', plans: [] }] },
  { name: 'a pod names a claim that is not there', view: viewOf([user, event({ kind: 'Pod', name: 'db-h1-p0' }, { reason: 'FailedScheduling', message: 'persistentvolumeclaim "data" not found' })]), want: [{ subject: 'Deployment shop/db', plans: [['ask: claim']] }] },
  { name: 'look-alike: waits for its first pod', view: viewOf([claim({}), storageClass('fast', 'WaitForFirstConsumer')]), want: [] },
  { name: 'look-alike: made a moment ago', view: viewOf([user, claim({}, 1), storageClass('fast', 'Immediate')]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(pvcUnbound, view)).toEqual(want))
