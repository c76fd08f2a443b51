import { expect, test } from 'vitest'
import { container, crashed, deployment, object, pod, running, service, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { owned } from '../testing/workloads.ts'
import { serviceSelectsNothing } from './service-selects-nothing.ts'

const web = deployment('web', { revisions: [{ spec: container({ ports: [{ containerPort: 8080 }] }), minutes: 6000 }], pods: [running] })
const selecting = (selector: Record<string, string>) => service('web', { selector })
const mends = [{ subject: 'Service shop/web', plans: [['patch Service shop/web']] }]
const unclear = [{ subject: 'Service shop/web', plans: [] }]
const relabelled = deployment('web', { revisions: [{ spec: container(), minutes: 6000, labels: { tier: 'front' } }, { spec: container(), minutes: 20, labels: { tier: 'edge' } }], pods: [running] })

test.each([
  { name: 'a value is misspelt', view: viewOf([web, selecting({ app: 'wbe' })]), want: mends },
  { name: 'a label more than the pods have', view: viewOf([web, selecting({ app: 'web', tier: 'front' })]), want: mends },
  { name: 'another key, and the name is the same', view: viewOf([web, selecting({ 'app.kubernetes.io/name': 'web' })]), want: mends },
  { name: 'the rollout changed the label: selector or roll-back', view: viewOf([relabelled, selecting({ app: 'web', tier: 'front' })]), want: [{ subject: 'Service shop/web', plans: [['patch Service shop/web'], ['roll back Deployment shop/web from revision 2 to 1']] }] },
  { name: 'pods of a StatefulSet', view: viewOf([owned('StatefulSet', 'db', { spec: container(), pods: [running] }), service('db', { selector: { app: 'database' } })]), want: [{ subject: 'Service shop/db', plans: [['patch Service shop/db']] }] },
  { name: 'two as near: a person says which', view: viewOf([deployment('a', { revisions: [{ spec: container(), minutes: 60, labels: { part: 'x' } }], pods: [running] }), deployment('b', { revisions: [{ spec: container(), minutes: 60, labels: { part: 'x' } }], pods: [running] }), selecting({ part: 'x', app: 'c' })]), want: unclear },
  { name: 'a Service that leads elsewhere already: nothing is meant', view: viewOf([web, service('other', { selector: { app: 'web' } }), selecting({ app: 'wbe' })]), want: [{ subject: 'Service shop/web', plans: [] }] },
  { name: 'manifests only, no pod yet', view: viewOf([web.slice(0, 1), selecting({ app: 'wbe' })]), want: mends },
  { name: 'good', view: viewOf([web, service('web')]), want: [] },
  { name: 'good: a pod of its own', view: viewOf([pod('lonely', { spec: container(), draft: running, metadata: { labels: { app: 'lonely' } } }), service('lonely')]), want: [] },
  { name: 'look-alike: no selector', view: viewOf([web, object('v1', 'Service', 'web', { spec: { ports: [{ port: 80 }] } })]), want: [] },
  { name: 'look-alike: an external name', view: viewOf([web, object('v1', 'Service', 'web', { spec: { type: 'ExternalName', externalName: 'x.example.com', selector: { app: 'gone' } } })]), want: [] },
  { name: 'look-alike: the workload matches and is scaled to zero', view: viewOf([deployment('web', { revisions: [{ spec: container(), minutes: 6000 }], replicas: 0 }), service('web')]), want: [] },
  { name: 'look-alike: the workload matches and cannot start', view: viewOf([deployment('web', { revisions: [{ spec: container(), minutes: 6000 }] }), service('web')]), want: [] },
  { name: 'look-alike: pods that match and are not ready', view: viewOf([deployment('web', { revisions: [{ spec: container(), minutes: 6000 }], pods: [crashed({ exitCode: 1 })] }), service('web')]), want: [] },
  { name: 'look-alike: collected without pods and workloads', view: viewOf([service('web')]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(serviceSelectsNothing, view)).toEqual(want))
