import { expect, test } from 'vitest'
import { container, deployment, event, object, running, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { replicasFoughtOver } from './replicas-fought-over.ts'

const managed = [{ manager: 'argocd-controller', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }]
const w = (managedFields: object[] = []) => deployment('w', { revisions: [{ spec: container(), minutes: 900 }], pods: [running] }).map((item) => (item.kind === 'Deployment' ? { ...item, metadata: { ...item.metadata, managedFields: managedFields as never } } : item))
const scaler = (name: string) => object('autoscaling/v2', 'HorizontalPodAutoscaler', name, { spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'w' } } })
const flapping = () => event({ kind: 'Deployment', name: 'w' }, { reason: 'ScalingReplicaSet', message: 'Scaled up', type: 'Normal' })

test.each([
  { name: 'two autoscalers', view: viewOf([w(), scaler('a'), scaler('b')]), want: [{ subject: 'HorizontalPodAutoscaler shop/b', plans: [] }] },
  { name: 'an autoscaler and a manifest, and pods come and go', view: viewOf([w(managed), scaler('a'), flapping(), flapping()]), want: [{ subject: 'Deployment shop/w', plans: [] }] },
  { name: 'good', view: viewOf([w(), scaler('a')]), want: [] },
  { name: 'look-alike: applied once, and calm', view: viewOf([w(managed), scaler('a')]), want: [] },
  { name: 'look-alike: it follows its load', view: viewOf([w(), scaler('a'), flapping(), flapping()]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(replicasFoughtOver, view)).toEqual(want))
