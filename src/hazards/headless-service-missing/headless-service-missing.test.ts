import { expect, test } from 'vitest'
import { container, crashed, deployment, log, logNow, object, running, service, viewOf } from '../testing/cluster.ts'
import { owned } from '../testing/workloads.ts'
import { findingsOf } from '../testing/audit.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { headlessServiceMissing } from './headless-service-missing.ts'

const set = owned('StatefulSet', 'db', { spec: container(), pods: [running], fields: { spec: { serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template: { metadata: { labels: { app: 'db' } }, spec: container() } } } })
const addressed = object('v1', 'Service', 'db', { spec: { clusterIP: '10.0.0.1', selector: { app: 'db' } } })
const found = [{ subject: 'StatefulSet shop/db', plans: [] }]

test.each([
  { name: 'it does not exist, and a caller says so', view: viewOf([set, service('other'), deployment('api', { revisions: [{ spec: container(), minutes: 900 }], pods: [crashed({ exitCode: 1 })] })], [log('api-h1-p0', 'lookup db-0.db: no such host')]), want: found },
  { name: 'it has an address of its own, and a member does not find another', view: viewOf([set, addressed], [logNow('db-0', 'lookup db-1.db.shop.svc.cluster.local: no such host')]), want: found },
  { name: 'look-alike: it has an address of its own, and nobody calls a pod by name', view: viewOf([set, addressed]), want: [] },
  { name: 'it selects other pods', view: viewOf([set, object('v1', 'Service', 'db', { spec: { clusterIP: 'None', selector: { app: 'dbb' } } })]), want: found },
  { name: 'good', view: viewOf([set, object('v1', 'Service', 'db', { spec: { clusterIP: 'None', selector: { app: 'db' } } })]), want: [] },
  { name: 'look-alike: no Services were collected', view: viewOf([set]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(headlessServiceMissing, view)).toEqual(want))

const written = object('v1', 'Service', 'db', { spec: { selector: { app: 'db' } } })

test.each([
  { name: 'a Service that will have an address', objects: [set, written], want: [5] },
  { name: 'a Service that selects other pods', objects: [set, object('v1', 'Service', 'db', { spec: { clusterIP: 'None', selector: { app: 'dbb' } } })], want: [undefined] },
  { name: 'good', objects: [set, object('v1', 'Service', 'db', { spec: { clusterIP: 'None', selector: { app: 'db' } } })], want: [] },
  { name: 'look-alike: Services of that namespace lie elsewhere', objects: [set, object('v1', 'Service', 'x', { metadata: { namespace: 'other' } })], want: [] },
  { name: 'look-alike: a cluster, which says what it gave', objects: [set, written], complete: true, want: [] },
])('in files: $name', ({ objects, want, complete = false }) => expect(findingsOf(headlessServiceMissing, { objects, complete }).map(({ severity }) => severity)).toEqual(want))
