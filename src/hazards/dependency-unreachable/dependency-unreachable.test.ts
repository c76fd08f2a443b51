import { expect, test } from 'vitest'
import { ago, applied, container, crashed, deployment, log, logNow, object, running, service, viewOf, type PodDraft } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { cronJob, ended, job, owned } from '../testing/workloads.ts'
import { dependencyUnreachable } from './dependency-unreachable.ts'

const calling = (name: string, value: string) => container({ env: [{ name, value }] })
const crash = crashed({ exitCode: 1 })
const api = (spec: ReturnType<typeof container>, pods: PodDraft[] = [crash]) => deployment('api', { revisions: [{ spec, minutes: 9000 }], pods })
const store = (pods: PodDraft[]) => [service('store', { port: 5432 }), ...deployment('store', { revisions: [{ spec: container(), minutes: 9000 }], pods })]
const said = (text: string, pod = 'api-h1-p0') => [log(pod, text)]
const asks = (subject: string, what: string) => [{ subject, plans: [[`ask: ${what}`]] }]
const fromMap = container({ envFrom: [{ configMapRef: { name: 'settings' } }] })
const settings = (host: string) => object('v1', 'ConfigMap', 'settings', { data: { DB_HOST: host } })
const hangs: PodDraft = { state: { state: { waiting: { reason: 'PodInitializing' } } }, status: { phase: 'Pending', initContainerStatuses: [{ name: 'wait', image: 'i', imageID: '', ready: false, restartCount: 0, state: { running: { startedAt: ago(19) } } }] } }
const refusedSomewhere = 'could not connect to server: Connection refused'

test.each([
  { name: 'the rollout misspelt the host: back', view: viewOf([store([running]), deployment('api', { revisions: [{ spec: calling('DB_HOST', 'store'), minutes: 9000 }, { spec: calling('DB_HOST', 'stroe'), minutes: 20 }], pods: [crash] })], said('getaddrinfo ENOTFOUND stroe', 'api-h2-p0')), want: [{ subject: 'Deployment shop/api', plans: [['roll back Deployment shop/api from revision 2 to 1']] }] },
  { name: 'no such Service, and it was never right', view: viewOf([store([running]), api(calling('DB_HOST', 'stroe'))], said('getaddrinfo ENOTFOUND stroe')), want: [{ subject: 'Deployment shop/api', plans: [['patch Deployment shop/api'], ['ask: DB_HOST']] }] },
  { name: 'no such Service, and none is spelled nearly so', view: viewOf([store([running]), api(calling('DB_HOST', 'ledger'))], said('getaddrinfo ENOTFOUND ledger')), want: asks('Deployment shop/api', 'DB_HOST') },
  { name: 'a port that the Service does not serve', view: viewOf([store([running]), api(calling('DB_URL', 'postgres://u@store:5433/x'))], said('dial tcp 10.96.0.9:5433: connect: connection refused')), want: [{ subject: 'Deployment shop/api', plans: [['patch Deployment shop/api'], ['ask: DB_URL']] }] },
  { name: 'nothing behind the Service: the Service is the subject', view: viewOf([store([crash]), api(calling('DB_URL', 'postgres://store:5432'))], said('connect ECONNREFUSED store:5432')), want: [{ subject: 'Service shop/store', plans: [] }] },
  { name: 'two callers of one dead Service are one finding', view: viewOf([store([crash]), api(calling('DB_HOST', 'store')), deployment('web', { revisions: [{ spec: calling('DB_HOST', 'store'), minutes: 9000 }], pods: [crash] })], [...said('connect ECONNREFUSED store:5432'), log('web-h1-p0', 'connect ECONNREFUSED store:5432')]), want: [{ subject: 'Service shop/store', plans: [] }] },
  { name: 'written in a ConfigMap: the question is about the map', view: viewOf([store([running]), settings('stroe'), api(fromMap)], said('lookup stroe on 10.96.0.10:53: no such host')), want: asks('Deployment shop/api', 'DB_HOST') },
  { name: 'another namespace, in full', view: viewOf([store([running]), api(calling('DB_HOST', 'store.prod.svc.cluster.local'))], said('lookup store.prod.svc.cluster.local: no such host')), want: asks('Deployment shop/api', 'DB_HOST') },
  { name: 'only the log names it', view: viewOf([store([running]), api(container())], said('java.net.UnknownHostException: ledger')), want: asks('Deployment shop/api', 'as its log says') },
  { name: 'a StatefulSet', view: viewOf([store([running]), owned('StatefulSet', 'db', { spec: calling('PEER_HOST', 'stroe'), pods: [crash] })], said('getaddrinfo ENOTFOUND stroe', 'db-0')), want: [{ subject: 'StatefulSet shop/db', plans: [['patch StatefulSet shop/db', 'delete-pod Pod shop/db-0'], ['ask: PEER_HOST']] }] },
  { name: 'the run of a CronJob', view: viewOf([store([running]), cronJob('nightly', calling('DB_HOST', 'stroe')), job('nightly-1', { spec: calling('DB_HOST', 'stroe'), of: 'nightly', pods: [ended(1)] })], said('getaddrinfo ENOTFOUND stroe', 'nightly-1-p0')), want: asks('CronJob shop/nightly', 'DB_HOST') },
  { name: 'a host outside the cluster is nobody\'s here', view: viewOf([store([running]), api(calling('PAY_URL', 'https://api.pay.example.com'))], said('dial tcp: lookup api.pay.example.com: no such host')), want: [{ subject: 'Deployment shop/api', plans: [] }] },
  { name: 'good', view: viewOf([store([running]), api(calling('DB_HOST', 'store'), [running])]), want: [] },
  { name: 'look-alike: a value that names a kind of thing', view: viewOf([store([running]), api(calling('CACHE_TYPE', 'redis'))], said(refusedSomewhere)), want: [] },
  { name: 'look-alike: a kind of thing under a name that could be a host\'s', view: viewOf([store([running]), api(calling('STORAGE_BACKEND', 's3'))], said(refusedSomewhere)), want: [] },
  { name: 'look-alike: not ready during its start, and ready now', view: viewOf([store([running]), api(calling('DB_HOST', 'store'))], said('connect ECONNREFUSED store:5432')), want: [] },
  { name: 'look-alike: the caller is well although a reference is dead', view: viewOf([store([crash]), api(calling('DB_HOST', 'store'), [running])], said('connect ECONNREFUSED store:5432')), want: [] },
  { name: 'it stands, and its log complains of a name that is not there', view: viewOf([api(calling('DB_HOST', 'stroe'), [running])], [logNow('api-h1-p0', 'getaddrinfo ENOTFOUND stroe')]), want: asks('Deployment shop/api', 'DB_HOST') },
  { name: 'an init container waits in a script for a Service that is not there', view: viewOf(api({ ...container(), initContainers: [{ name: 'wait', image: 'i', command: ['sh', '-c', 'until nslookup stroe; do sleep 2; done'] }] }, [hangs])), want: asks('Deployment shop/api', 'args[2]') },
  { name: 'the Service was deleted: what it would lead to still runs', view: viewOf([deployment('store', { revisions: [{ spec: container(), minutes: 9000 }], pods: [running] }), api(calling('DB_HOST', 'store:5432'))], said('getaddrinfo ENOTFOUND store')), want: asks('Service shop/store', 'service') },
  { name: 'the value was changed by hand in a ConfigMap: back, and read anew', view: viewOf([store([running]), applied(settings('stroe'), settings('store')), api(fromMap)], said('getaddrinfo ENOTFOUND stroe')), want: [{ subject: 'Deployment shop/api', plans: [['patch ConfigMap shop/settings', 'restart Deployment shop/api'], ['ask: DB_HOST']] }] },
  { name: 'look-alike: one lost call to a host outside', view: viewOf(api(container(), [running]), [logNow('api-h1-p0', 'ENOTFOUND api.pay.example.com')]), want: [] },
  { name: 'a host outside that is never reached', view: viewOf(api(container(), [running]), [logNow('api-h1-p0', 'ENOTFOUND api.pay.example.com\n'.repeat(4))]), want: [{ subject: 'Deployment shop/api', plans: [] }] },
  { name: 'look-alike: ends for reasons of its own', view: viewOf([store([running]), api(calling('DB_HOST', 'store'))], said('panic: nil map')), want: [] },
])('$name', ({ view, want }) => expect(seenBy(dependencyUnreachable, view)).toEqual(want))
