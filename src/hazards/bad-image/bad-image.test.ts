import { expect, test } from 'vitest'
import { ago, container, crashed, deployment, event, log, object, pod, running, viewOf, waiting, type PodDraft } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { cronJob, job, newEvent, owned } from '../testing/workloads.ts'
import { badImage } from './bad-image.ts'

const rolled = (pods: PodDraft[], image = 'registry.test/cart:2') => deployment('cart', { revisions: [{ spec: container(), minutes: 6000 }, { spec: container({ image }), minutes: 20 }], pods })
const back = [{ subject: 'Deployment shop/cart', plans: [['roll back Deployment shop/cart from revision 2 to 1']] }]
const only = (pods: PodDraft[], image = 'registry.test/cart:2') => deployment('cart', { revisions: [{ spec: container({ image }), minutes: 6000 }], pods })
const asks = (subject: string, what = 'image') => [{ subject, plans: [[`ask: ${what}`]] }]
const pull = (text: string) => waiting('ImagePullBackOff', `Back-off pulling image: ${text}`)
const initWaits: PodDraft = { state: { state: { waiting: { reason: 'PodInitializing' } } }, status: { phase: 'Pending', initContainerStatuses: [{ name: 'seed', image: 's:9', imageID: '', ready: false, restartCount: 0, state: { waiting: { reason: 'ErrImagePull', message: 's:9: not found' } } }] } }
const withInit = { initContainers: [{ name: 'seed', image: 's:9' }], ...container() }

test.each([
  { name: 'the rollout names a tag that is not there', view: viewOf(rolled([pull('manifest unknown'), running])), want: back },
  { name: 'no revision to go back to: asks which', view: viewOf(only([pull('cart:2: not found')])), want: asks('Deployment shop/cart') },
  { name: 'the reason is only in an event', view: viewOf([only([waiting('ErrImagePull')]), event({ kind: 'Pod', name: 'cart-h1-p0' }, { reason: 'Failed', message: 'Failed to pull image "registry.test/cart:2": 401 Unauthorized' })]), want: asks('Deployment shop/cart', 'image-pull-secret') },
  { name: 'the same, told by events.k8s.io', view: viewOf([only([waiting('ErrImagePull')]), newEvent({ kind: 'Pod', name: 'cart-h1-p0' }, { reason: 'Failed', note: 'Failed to pull image "registry.test/cart:2": pull access denied' })]), want: asks('Deployment shop/cart', 'image-pull-secret') },
  { name: 'a name that cannot be one', view: viewOf(rolled([waiting('InvalidImageName')], 'registry.test/Cart:2')), want: back },
  { name: 'not on the node, and never pulled', view: viewOf(only([waiting('ErrImageNeverPull')])), want: asks('Deployment shop/cart') },
  { name: 'for another architecture', view: viewOf(rolled([crashed({ exitCode: 255 })]), [log('cart-h2-p0', 'exec /app: exec format error')]), want: back },
  { name: 'an init container', view: viewOf(deployment('cart', { revisions: [{ spec: withInit, minutes: 6000 }], pods: [initWaits] })), want: asks('Deployment shop/cart') },
  { name: 'a StatefulSet goes back, and its stuck pod is freed', view: viewOf(owned('StatefulSet', 'db', { spec: container({ image: 'db:9' }), earlier: [container({ image: 'db:8' })], pods: [pull('not found')] })), want: [{ subject: 'StatefulSet shop/db', plans: [['roll back StatefulSet shop/db from revision 2 to 1', 'delete-pod Pod shop/db-0']] }] },
  { name: 'a DaemonSet', view: viewOf(owned('DaemonSet', 'agent', { spec: container(), pods: [pull('not found'), pull('not found')] })), want: asks('DaemonSet shop/agent') },
  { name: 'the run of a CronJob', view: viewOf([cronJob('nightly', container()), job('nightly-1', { spec: container(), of: 'nightly', pods: [pull('not found')] })]), want: asks('CronJob shop/nightly') },
  { name: 'a pod of its own', view: viewOf([pod('lonely', { spec: container(), draft: pull('not found') })]), want: asks('Pod shop/lonely') },
  { name: 'good', view: viewOf(only([running])), want: [] },
  { name: 'a slip of an image that runs here', view: viewOf([deployment('a', { revisions: [{ spec: container({ image: 'nginx:latst' }), minutes: 900 }], pods: [waiting('ErrImagePull', 'manifest unknown')] }), deployment('b', { revisions: [{ spec: container({ image: 'nginx:latest' }), minutes: 900 }], pods: [running] })]), want: [{ subject: 'Deployment shop/a', plans: [['patch Deployment shop/a'], ['ask: image']] }] },
  { name: 'look-alike: a pull that is slow and under way', view: viewOf([only([{ ...waiting('ContainerCreating') }]), event({ kind: 'Pod', name: 'cart-h1-p0' }, { reason: 'Pulling', message: 'Pulling image "registry.test/cart:2"', type: 'Normal' })]), want: [] },
  { name: 'look-alike: the registry is down, so the manifest stays', view: viewOf(rolled([pull('dial tcp 10.9.9.9:443: i/o timeout')])), want: [{ subject: 'Deployment shop/cart', plans: [] }] },
  { name: 'look-alike: the registry counts pulls', view: viewOf(rolled([pull('toomanyrequests: You have reached your pull rate limit')])), want: [{ subject: 'Deployment shop/cart', plans: [] }] },
  { name: 'look-alike: an old Failed event of a container that runs now', view: viewOf([only([running]), event({ kind: 'Pod', name: 'cart-h1-p0' }, { reason: 'Failed', message: 'Failed to pull image "registry.test/cart:2": not found', minutes: 18 })]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(badImage, view)).toEqual(want))

test.each([
  { name: 'a tag that holds the number of a refusal', image: 'registry.test/cart:v403', says: 'manifest unknown', want: 'missing' },
  { name: 'only the back-off, for a name that holds a word of a refusal', image: 'registry.test/denied-list:401', says: '', want: 'unknown' },
])('the name of an image is not an answer of its registry: $name', ({ image, says, want }) => {
  const [finding] = badImage.detect(viewOf(only([waiting('ImagePullBackOff', `Back-off pulling image "${image}"${says === '' ? '' : `: ${says}`}`)], image)))
  expect(finding?.facts['trouble']).toBe(want)
})

test('a pull secret that is not there is named', () => {
  const spec = { ...container(), imagePullSecrets: [{ name: 'regcred' }] }
  const [finding] = badImage.detect(viewOf([deployment('cart', { revisions: [{ spec, minutes: 6000 }], pods: [{ ...pull('unauthorized'), minutes: 5 }] }), object('v1', 'Secret', 'other', { metadata: { creationTimestamp: ago(9000) } })]))
  expect(finding?.facts['missingSecrets']).toEqual(['regcred'])
})
