import { expect, test } from 'vitest'
import { container, crashed, deployment, log, logNow, running, service, viewOf, type PodDraft } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { credentialsRefused } from './credentials-refused.ts'

const crash = crashed({ exitCode: 1 })
const calling = (user: string) => container({ env: [{ name: 'DB_HOST', value: 'store:5432' }, { name: 'DB_USER', value: user }] })
const store = [service('store', { port: 5432 }), ...deployment('store', { revisions: [{ spec: container(), minutes: 9000 }], pods: [running] })]
const api = (pod: PodDraft) => deployment('api', { revisions: [{ spec: calling('app'), minutes: 9000 }], pods: [pod] })
const caller = [{ subject: 'Deployment shop/api', plans: [] }]

test.each([
  { name: 'a wrong password is the caller\'s', view: viewOf([store, api(crash)], [log('api-h1-p0', 'FATAL: password authentication failed for user "app"')]), want: caller },
  { name: 'a right that is not granted is the database\'s', view: viewOf([store, api(crash)], [log('api-h1-p0', '(Unauthorized) not authorized on orders to execute command { find: 1 }')]), want: [{ subject: 'Deployment shop/store', plans: [] }] },
  { name: 'the last rollout presents another: back', view: viewOf([store, deployment('api', { revisions: [{ spec: calling('app'), minutes: 900 }, { spec: calling('ap'), minutes: 20 }], pods: [crash] })], [log('api-h2-p0', "Access denied for user 'ap'@'10.0.0.1' (using password: YES)")]), want: [{ subject: 'Deployment shop/api', plans: [['roll back Deployment shop/api from revision 2 to 1']] }] },
  { name: 'it stands, and is refused every time', view: viewOf([store, api(running)], [logNow('api-h1-p0', 'WRONGPASS invalid username-password pair\nWRONGPASS invalid username-password pair')]), want: caller },
  { name: 'good', view: viewOf([store, api(running)]), want: [] },
  { name: 'look-alike: a visitor who logged in wrongly', view: viewOf([store, api(running)], [logNow('api-h1-p0', 'login: invalid credentials for mallory')]), want: [] },
  { name: 'look-alike: the API server refuses', view: viewOf([store, api(crash)], [log('api-h1-p0', 'User "system:serviceaccount:shop:x" cannot list resource "pods": authentication failed')]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(credentialsRefused, view)).toEqual(want))
