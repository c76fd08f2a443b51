import { expect, test } from 'vitest'
import { clusterObject, container, crashed, deployment, log, logNow, node, object, running, viewOf, type PodDraft } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { volumeFull } from './volume-full.ts'

const crash = crashed({ exitCode: 1 })
const using = { ...container({ volumeMounts: [{ name: 'd', mountPath: '/data' }] }), volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] }
const one = (pod: PodDraft) => deployment('db', { revisions: [{ spec: using, minutes: 900 }], pods: [pod] })
const claim = object('v1', 'PersistentVolumeClaim', 'data', { spec: { storageClassName: 'fast', resources: { requests: { storage: '1Gi' } } }, status: { phase: 'Bound' } })
const growing = clusterObject('storage.k8s.io/v1', 'StorageClass', 'fast', { allowVolumeExpansion: true })

test.each([
  { name: 'the claim whose mount the path lies in, of a class that lets it grow', view: viewOf([growing, claim, one(crash)], [log('db-h1-p0', 'PANIC: could not write to file "/data/pg_wal/x": No space left on device')]), want: [{ subject: 'PersistentVolumeClaim shop/data', plans: [['ask: storage']] }] },
  { name: 'a class that does not', view: viewOf([claim, one(crash)], [log('db-h1-p0', 'write /data/x: no space left on device')]), want: [{ subject: 'PersistentVolumeClaim shop/data', plans: [] }] },
  { name: 'the container\'s own disk', view: viewOf([claim, one(crash)], [log('db-h1-p0', 'write /tmp/x: no space left on device')]), want: [{ subject: 'Deployment shop/db', plans: [] }] },
  { name: 'it stands, and cannot write', view: viewOf([claim, one(running)], [logNow('db-h1-p0', 'ENOSPC: no space left on device, write')]), want: [{ subject: 'PersistentVolumeClaim shop/data', plans: [] }] },
  { name: 'good', view: viewOf([claim, one(running)]), want: [] },
  { name: 'look-alike: a node under disk pressure', view: viewOf([node('n1', { conditions: [{ type: 'DiskPressure', status: 'True' }] }), claim, one(running)]), want: [] },
  { name: 'look-alike: a file system that is read-only', view: viewOf([claim, one(crash)], [log('db-h1-p0', 'open /data/x: read-only file system')]), want: [] },
  { name: 'look-alike: a quota refuses objects', view: viewOf([claim, one(crash)], [log('db-h1-p0', 'pods "x" is forbidden: exceeded quota: team')]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(volumeFull, view)).toEqual(want))
