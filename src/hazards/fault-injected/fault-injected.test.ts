import { describe, expect, test } from 'vitest'
import { ago, clusterObject, container, crashed, deployment, node, object, running, service, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { faultInjected } from './fault-injected.ts'

const healthy = deployment('web', { revisions: [{ spec: container(), minutes: 900 }], pods: [running] })
const failing = deployment('web', { revisions: [{ spec: container(), minutes: 900 }], pods: [crashed({ exitCode: 1 })] })
const other = deployment('api', { revisions: [{ spec: container(), minutes: 900 }], pods: [running] })

const records = [{ id: 'shop/web-h1-p0', phase: 'Injected', events: [{ operation: 'Apply', timestamp: ago(4) }] }]
const chosen = { labelSelectors: { app: 'web' } }

function chaos(kind: string, draft: { readonly spec?: object; readonly status?: object; readonly metadata?: object }) {
  return object('chaos-mesh.org/v1alpha1', kind, 'x', { metadata: draft.metadata ?? {}, spec: { selector: chosen, ...draft.spec }, ...(draft.status === undefined ? {} : { status: draft.status }) })
}
const works = { experiment: { desiredPhase: 'Run', containerRecords: records } }
const engine = (spec: object, status?: object) => object('litmuschaos.io/v1alpha1', 'ChaosEngine', 'e', { spec: { appinfo: { appns: 'shop', applabel: 'app=web' }, experiments: [{ name: 'pod-network-loss' }], ...spec }, ...(status === undefined ? {} : { status }) })
const blade = (phase: string) => clusterObject('chaosblade.io/v1alpha1', 'ChaosBlade', 'b', { spec: { experiments: [{ scope: 'pod', target: 'cpu', action: 'fullload', matchers: [{ name: 'labels', value: ['app=web'] }, { name: 'namespace', value: ['shop'] }] }] }, status: { phase } })
const routed = (http: readonly object[]) => object('networking.istio.io/v1', 'VirtualService', 'v', { spec: { hosts: ['web'], http } })
const toWeb = [{ destination: { host: 'web.shop.svc.cluster.local' } }]

const found = (subject: string) => [{ subject, plans: [] }]

test.each([
  { name: 'Chaos Mesh delays the network of pods that stand', objects: [healthy, chaos('NetworkChaos', { spec: { action: 'delay' }, status: works })], want: found('NetworkChaos shop/x') },
  { name: 'its records outlive the pods: the selector still says whom it means', objects: [healthy, chaos('StressChaos', { status: { experiment: { desiredPhase: 'Run', containerRecords: [{ id: 'shop/gone/main', phase: 'Injected' }] } } })], want: found('StressChaos shop/x') },
  { name: 'by the namespace that it lists, from another one', objects: [healthy, chaos('IOChaos', { metadata: { namespace: 'chaos' }, spec: { selector: { namespaces: ['shop'], expressionSelectors: [{ key: 'app', operator: 'In', values: ['web'] }] } }, status: works })], want: found('IOChaos chaos/x') },
  { name: 'no status was collected, and the chosen suffer', objects: [failing, chaos('PodChaos', { spec: { action: 'pod-failure' } })], want: found('PodChaos shop/x') },
  { name: 'look-alike: no status was collected, and the chosen are well', objects: [healthy, chaos('PodChaos', { spec: { action: 'pod-failure' } })], want: [] },
  { name: 'look-alike: an experiment that is over', objects: [failing, chaos('NetworkChaos', { status: { experiment: { desiredPhase: 'Stop', containerRecords: [{ ...records[0], phase: 'Not Injected' }] } } })], want: [] },
  { name: 'look-alike: an experiment that is paused', objects: [failing, chaos('NetworkChaos', { metadata: { annotations: { 'experiment.chaos-mesh.org/pause': 'true' } }, status: works })], want: [] },
  { name: 'look-alike: an experiment on other pods', objects: [failing, other, chaos('NetworkChaos', { spec: { selector: { labelSelectors: { app: 'nobody' } } }, status: { experiment: { desiredPhase: 'Run', containerRecords: [] } } })], want: [] },
  { name: 'look-alike: a kill whose pods are well again', objects: [healthy, chaos('PodChaos', { spec: { action: 'pod-kill' }, status: works })], want: [] },
  { name: 'a kill whose pods are not', objects: [failing, chaos('PodChaos', { spec: { action: 'pod-kill' }, status: works })], want: found('PodChaos shop/x') },
  { name: 'Litmus runs an experiment', objects: [healthy, engine({ engineState: 'active' }, { engineStatus: 'initialized' })], want: found('ChaosEngine shop/e') },
  { name: 'Litmus drains a node', objects: [node('n1'), engine({ appinfo: {}, experiments: [{ name: 'node-drain', spec: { components: { env: [{ name: 'TARGET_NODE', value: 'n1' }] } } }] }, { engineStatus: 'initialized' })], want: found('ChaosEngine shop/e') },
  { name: 'look-alike: Litmus has completed it', objects: [failing, engine({}, { engineStatus: 'completed' })], want: [] },
  { name: 'look-alike: Litmus was told to stop', objects: [failing, engine({ engineState: 'stop' }, { engineStatus: 'stopped' })], want: [] },
  { name: 'ChaosBlade loads the processors', objects: [healthy, blade('Running')], want: found('ChaosBlade b') },
  { name: 'look-alike: ChaosBlade has ended it', objects: [failing, blade('Destroyed')], want: [] },
  { name: 'a route of the mesh answers half of the requests with 503', objects: [healthy, service('web'), routed([{ fault: { abort: { httpStatus: 503, percentage: { value: 50 } } }, route: toWeb }])], want: found('VirtualService shop/v') },
  { name: 'look-alike: a route to a host outside that begins like a Service here', objects: [healthy, service('web'), routed([{ fault: { abort: { httpStatus: 503 } }, route: [{ destination: { host: 'web.shop.example.com' } }] }])], want: [] },
  { name: 'look-alike: a route that injects nothing', objects: [failing, service('web'), routed([{ route: toWeb }])], want: [] },
])('$name', ({ objects, want }) => expect(seenBy(faultInjected, viewOf(objects))).toEqual(want))

describe('what it says', () => {
  test.each([
    { experiment: chaos('NetworkChaos', { spec: { action: 'loss' }, status: works }), says: 'NetworkChaos shop/x (loss) disturbs the network of Deployment shop/web, on purpose' },
    { experiment: routed([{ fault: { delay: { fixedDelay: '7s', percentage: { value: 100 } } }, route: toWeb }]), says: 'VirtualService shop/v delays requests by 7s to Deployment shop/web, on purpose' },
  ])('$says', ({ experiment, says }) => {
    const [finding] = faultInjected.detect(viewOf([healthy, service('web'), experiment]))
    expect(finding?.summary).toBe(says)
  })
})
