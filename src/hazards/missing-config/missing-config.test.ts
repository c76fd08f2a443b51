import { expect, test } from 'vitest'
import { container, deployment, event, object, pod, running, viewOf, waiting, type PodDraft } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { cronJob, job, newEvent, owned } from '../testing/workloads.ts'
import { missingConfig } from './missing-config.ts'

const keyed = (key: string, optional = false) => container({ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'creds', key, optional } } }] })
const whole = container({ envFrom: [{ configMapRef: { name: 'settings' } }] })
const mounted = { ...container(), volumes: [{ name: 'v', configMap: { name: 'settings', items: [{ key: 'app.yaml', path: 'app.yaml' }] } }] }
const secret = (keys: string[]) => object('v1', 'Secret', 'creds', { data: Object.fromEntries(keys.map((key) => [key, 'redacted'])) })
const settings = object('v1', 'ConfigMap', 'settings', { data: { other: '1' } })
const one = (pods: PodDraft[], spec = keyed('token')) => deployment('api', { revisions: [{ spec, minutes: 6000 }], pods })
const waits = (message: string) => waiting('CreateContainerConfigError', message)
const creating = waiting('ContainerCreating')
const asks = (subject: string, what: string) => [{ subject, plans: [[`ask: ${what}`]] }]
const mount = (message: string) => ({ reason: 'FailedMount', message })
const inInit = { initContainers: [{ name: 'seed', image: 'i:1', envFrom: [{ secretRef: { name: 'creds' } }] }], ...container() }
const initWaits: PodDraft = { state: { state: { waiting: { reason: 'PodInitializing' } } }, status: { phase: 'Pending', initContainerStatuses: [{ name: 'seed', image: 'i:1', imageID: '', ready: false, restartCount: 0, state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "creds" not found' } } }] } }

test.each([
  { name: 'the rollout began to need a key: back', view: viewOf([deployment('api', { revisions: [{ spec: container(), minutes: 6000 }, { spec: keyed('token'), minutes: 20 }], pods: [waits("couldn't find key token in Secret shop/creds")] }), secret(['user'])]), want: [{ subject: 'Deployment shop/api', plans: [['roll back Deployment shop/api from revision 2 to 1']] }] },
  { name: 'it always needed the key: asks', view: viewOf([one([waits("couldn't find key token in Secret shop/creds")]), secret(['user'])]), want: asks('Deployment shop/api', 'token') },
  { name: 'the whole map, in two pods', view: viewOf(one([waits('configmap "settings" not found'), waits('configmap "settings" not found')], whole)), want: asks('Deployment shop/api', 'settings') },
  { name: 'an init container', view: viewOf(one([initWaits], inInit)), want: asks('Deployment shop/api', 'creds') },
  { name: 'a volume, told by an event', view: viewOf([one([creating], mounted), event({ kind: 'Pod', name: 'api-h1-p0' }, mount('MountVolume.SetUp failed for volume "v" : configmap "settings" not found'))]), want: asks('Deployment shop/api', 'settings') },
  { name: 'a key of a volume, told by events.k8s.io', view: viewOf([one([creating], mounted), settings, newEvent({ kind: 'Pod', name: 'api-h1-p0' }, { reason: 'FailedMount', note: 'MountVolume.SetUp failed for volume "v" : references non-existent config key: app.yaml' })]), want: asks('Deployment shop/api', 'app.yaml') },
  { name: 'nobody says it, and the references do', view: viewOf([one([creating]), secret(['user'])]), want: asks('Deployment shop/api', 'token') },
  { name: 'a StatefulSet', view: viewOf(owned('StatefulSet', 'db', { spec: keyed('token'), pods: [waits('secret "creds" not found')] })), want: asks('StatefulSet shop/db', 'creds') },
  { name: 'the run of a CronJob', view: viewOf([cronJob('nightly', whole), job('nightly-1', { spec: whole, of: 'nightly', pods: [waits('configmap "settings" not found')] })]), want: asks('CronJob shop/nightly', 'settings') },
  { name: 'a pod of its own', view: viewOf([pod('lonely', { spec: whole, draft: waits('configmap "settings" not found') })]), want: asks('Pod shop/lonely', 'settings') },
  { name: 'a slip of the name of one that is there', view: viewOf([one([waits('configmap "setings" not found')], container({ envFrom: [{ configMapRef: { name: 'setings' } }] })), settings]), want: [{ subject: 'Deployment shop/api', plans: [['patch Deployment shop/api'], ['ask: setings']] }] },
  { name: 'a slip of a key', view: viewOf([one([waits("couldn't find key tokn in Secret shop/creds")], keyed('tokn')), secret(['token'])]), want: [{ subject: 'Deployment shop/api', plans: [['patch Deployment shop/api'], ['ask: tokn']] }] },
  { name: 'good', view: viewOf([one([running]), secret(['token'])]), want: [] },
  { name: 'look-alike: a reference marked optional', view: viewOf([one([creating], keyed('token', true)), secret(['user'])]), want: [] },
  { name: 'look-alike: created after the kubelet complained', view: viewOf([one([waits('secret "creds" not found')]), secret(['token'])]), want: [] },
  { name: 'look-alike: the kind was not collected', view: viewOf(one([creating])), want: [] },
  { name: 'look-alike: the Secret was collected without its keys', view: viewOf([one([creating]), object('v1', 'Secret', 'creds')]), want: [] },
  { name: 'look-alike: an old complaint about a pod that runs', view: viewOf([one([running], mounted), event({ kind: 'Pod', name: 'api-h1-p0' }, mount('MountVolume.SetUp failed for volume "v" : configmap "settings" not found'))]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(missingConfig, view)).toEqual(want))
