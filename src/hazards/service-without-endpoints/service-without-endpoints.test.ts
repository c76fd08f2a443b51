import { expect, test } from 'vitest'
import { ago, container, crashed, deployment, object, pod, running, service, viewOf, type PodDraft } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { owned, unplaced } from '../testing/workloads.ts'
import { serviceWithoutEndpoints } from './service-without-endpoints.ts'

const crash = crashed({ exitCode: 1 })
const web = (pods: PodDraft[]) => deployment('web', { revisions: [{ spec: container(), minutes: 6000 }], pods })
const found = (name = 'web') => [{ subject: `Service shop/${name}`, plans: [] }]
const young: PodDraft = { state: { state: { running: { startedAt: ago(1) } } }, minutes: 1 }

test.each([
  { name: 'every pod crashes', view: viewOf([web([crash, crash]), service('web')]), want: found() },
  { name: 'pods of a StatefulSet', view: viewOf([owned('StatefulSet', 'db', { spec: container(), pods: [crash] }), service('db')]), want: found('db') },
  { name: 'a pod of its own', view: viewOf([pod('lonely', { spec: container(), draft: crash, metadata: { labels: { app: 'lonely' } } }), service('lonely')]), want: found('lonely') },
  { name: 'no node takes them', view: viewOf([web([unplaced('0/3 nodes are available')]), service('web')]), want: found() },
  { name: 'one has just been made again, and the others have long been down', view: viewOf([web([crash, young]), service('web')]), want: found() },
  { name: 'good', view: viewOf([web([running, crash]), service('web')]), want: [] },
  { name: 'good: selects nothing, which is another hazard', view: viewOf([service('web')]), want: [] },
  { name: 'good: no statuses were collected', view: viewOf([web([{ state: {}, status: { conditions: undefined } }]), service('web')]), want: [] },
  { name: 'look-alike: pods that have just started', view: viewOf([web([young]), service('web')]), want: [] },
  { name: 'look-alike: pods that no node has taken yet', view: viewOf([web([unplaced('0/3 nodes are available', { minutes: 1 })]), service('web')]), want: [] },
  { name: 'look-alike: publishes unready addresses', view: viewOf([web([crash]), object('v1', 'Service', 'web', { spec: { selector: { app: 'web' }, publishNotReadyAddresses: true, ports: [{ port: 80 }] } })]), want: [] },
  { name: 'look-alike: an external name', view: viewOf([web([crash]), object('v1', 'Service', 'web', { spec: { type: 'ExternalName', externalName: 'x.example.com' } })]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(serviceWithoutEndpoints, view)).toEqual(want))
