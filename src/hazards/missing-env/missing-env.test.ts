import { expect, test } from 'vitest'
import { container, crashed, deployment, log, logNow, object, running, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { missingEnv } from './missing-env.ts'

const crash = crashed({ exitCode: 1 })
const one = (fields = {}) => deployment('w', { revisions: [{ spec: container(fields), minutes: 900 }], pods: [crash] })
const said = (text: string) => [log('w-h1-p0', text)]

test.each([
  { name: 'the last rollout took it away', view: viewOf(deployment('w', { revisions: [{ spec: container({ env: [{ name: 'DB_URL', value: 'x' }] }), minutes: 900 }, { spec: container(), minutes: 20 }], pods: [crash] }), [log('w-h2-p0', 'Error: DB_URL is not set')]), want: [{ subject: 'Deployment shop/w', plans: [['roll back Deployment shop/w from revision 2 to 1']] }] },
  { name: 'nobody knows the value', view: viewOf(one(), said('missing required environment variable API_KEY')), want: [{ subject: 'Deployment shop/w', plans: [['ask: API_KEY']] }] },
  { name: 'one Secret has a key of that name', view: viewOf([one(), object('v1', 'Secret', 'keys', { data: { API_KEY: 'redacted' } })], said("KeyError: 'API_KEY'")), want: [{ subject: 'Deployment shop/w', plans: [['patch Deployment shop/w'], ['ask: API_KEY']] }] },
  { name: 'set to nothing', view: viewOf(one({ env: [{ name: 'API_KEY', value: '' }] }), said('environment variable API_KEY must be set')), want: [{ subject: 'Deployment shop/w', plans: [['ask: API_KEY']] }] },
  { name: 'a shell', view: viewOf(one(), said('/start.sh: line 3: API_KEY: unbound variable')), want: [{ subject: 'Deployment shop/w', plans: [['ask: API_KEY']] }] },
  { name: 'it stands, and complains', view: viewOf(deployment('w', { revisions: [{ spec: container(), minutes: 900 }], pods: [running] }), [logNow('w-h1-p0', 'ERROR required env var FLAG_HOST is missing')]), want: [{ subject: 'Deployment shop/w', plans: [['ask: FLAG_HOST']] }] },
  { name: 'good', view: viewOf(one({ env: [{ name: 'API_KEY', value: '1' }] }), said('started')), want: [] },
  { name: 'look-alike: it is set, and its value is wrong', view: viewOf(one({ env: [{ name: 'API_KEY', value: 'short' }] }), said('environment variable API_KEY is not set correctly')), want: [] },
  { name: 'look-alike: a Secret whose keys were not collected', view: viewOf(one({ envFrom: [{ secretRef: { name: 'keys' } }] }), said('API_KEY is not set')), want: [] },
  { name: 'look-alike: a key of some map of its own', view: viewOf(one(), said("KeyError: 'user_id'")), want: [] },
])('$name', ({ view, want }) => expect(seenBy(missingEnv, view)).toEqual(want))
