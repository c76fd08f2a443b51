import { expect, test } from 'vitest'
import { clusterObject, container, deployment, object, running, viewOf } from '../testing/cluster.ts'
import { unplaced } from '../testing/workloads.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { deviceClaimPending } from './device-claim-pending.ts'

const claims = { ...container(), resourceClaims: [{ name: 'gpu', resourceClaimTemplateName: 'gpu' }] }
const claiming = (minutes: number) => deployment('w', { revisions: [{ spec: claims, minutes: 900 }], pods: [unplaced('cannot allocate all claims', { minutes })] })
const w = claiming(20)
const template = (deviceClassName: string) => object('resource.k8s.io/v1', 'ResourceClaimTemplate', 'gpu', { spec: { spec: { devices: { requests: [{ name: 'one', exactly: { deviceClassName } }] } } } })
const classes = clusterObject('resource.k8s.io/v1', 'DeviceClass', 'gpu.new')
const slice = clusterObject('resource.k8s.io/v1', 'ResourceSlice', 's', { spec: { driver: 'gpu.new', devices: [{ name: 'd0' }] } })

test.each([
  { name: 'the class does not exist', view: viewOf([w, template('gpu.old'), classes]), want: [{ subject: 'ResourceClaimTemplate shop/gpu', plans: [] }] },
  { name: 'the template does not exist', view: viewOf([w, classes]), want: [{ subject: 'Deployment shop/w', plans: [] }] },
  { name: 'no driver offers a device', view: viewOf([w, template('gpu.new'), classes]), want: [{ subject: 'ResourceClaimTemplate shop/gpu', plans: [] }] },
  { name: 'look-alike: it has waited for a moment', view: viewOf([claiming(1), template('gpu.old'), classes]), want: [] },
  { name: 'look-alike: an extended resource', view: viewOf([deployment('w', { revisions: [{ spec: container({ resources: { limits: { 'nvidia.com/gpu': '1' } } }), minutes: 900 }], pods: [unplaced('1 Insufficient nvidia.com/gpu')] }), classes]), want: [] },
  { name: 'devices are offered, and none is left for it', view: viewOf([w, template('gpu.new'), classes, slice]), want: [{ subject: 'ResourceClaimTemplate shop/gpu', plans: [] }] },
  { name: 'a ResourceClass of the alpha API is no class: the kind is gone', view: viewOf([w, template('gpu.old'), classes, clusterObject('resource.k8s.io/v1alpha2', 'ResourceClass', 'gpu.old')]), want: [{ subject: 'ResourceClaimTemplate shop/gpu', plans: [] }] },
  { name: 'good', view: viewOf([deployment('w', { revisions: [{ spec: claims, minutes: 900 }], pods: [running] }), template('gpu.new'), classes]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(deviceClaimPending, view)).toEqual(want))
