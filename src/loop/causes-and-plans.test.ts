/** From whole situations to the cause and the plans: what the on-call engineer would be told. */

import { describe, expect, test } from 'vitest'
import { decide } from '../decide/decide.ts'
import { hazards } from '../hazards/registry.ts'
import { ago, clusterObject, container, crashed, deployment, event, log, node, NOW_MS, object, pod, running, service, viewOf, waiting } from '../hazards/testing/cluster.ts'
import { subjectText, type Subject } from '../model/kube-object.ts'
import { actionText, planSchema } from '../model/plan.ts'
import type { Signal } from '../model/signal.ts'
import type { View } from '../model/view.ts'
import { orient } from '../orient/orient.ts'

function firing(target: Subject, more: Partial<Signal> = {}): Signal {
  return {
    kind: 'signal', id: 's', source: 'test', sourceEventId: 's', status: 'firing', severity: 2, severityText: '', name: 'Alert', title: 'alert', startsAtMs: NOW_MS - 600_000, observedAtMs: NOW_MS,
    targets: [target], labels: {}, annotations: {}, links: [], completeness: 'complete', trust: 'secret', rawDigest: '', fingerprint: '', ...more,
  }
}

function tell(view: View, signals: readonly Signal[] = []): unknown {
  const diagnosis = orient({ view, signals, hazards })
  const plans = decide({ diagnosis, view }).map((plan) => planSchema.parse(plan))
  return {
    status: diagnosis.status,
    causes: diagnosis.hypotheses.map((hypothesis) => `${hypothesis.hazard}: ${subjectText(hypothesis.subject)}`),
    plans: plans.map((plan) => [...plan.needsInput.map((input) => `ask ${input.name}`), ...plan.steps.map((step) => actionText(step.action))].join('; ')),
  }
}

const deploymentNamed = (name: string): Subject => ({ kind: 'Deployment', namespace: 'shop', name })
const env = (name: string, value: string) => container({ env: [{ name, value }] })
const probed = (path: string) => container({ image: 'p:1', ports: [{ containerPort: 8080 }], readinessProbe: { httpGet: { path, port: 8080 } }, livenessProbe: { httpGet: { path: '/live', port: 8080 } } })
const unready = { state: { ready: false, restartCount: 0, state: { running: { startedAt: ago(19) } } } }
const broken = [{ spec: container({ image: 'old:1' }), minutes: 60 * 24 * 40 }]
const noise = deployment('legacy', { revisions: broken, pods: [{ ...crashed({ exitCode: 1 }), minutes: 60 * 24 * 40 }] }).map((item) =>
  item.kind === 'Pod' ? ({ ...item, status: { ...(item['status'] as object), conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: ago(60 * 24 * 39) }] } } as typeof item) : item,
)

describe('one cause', () => {
  const cases: { name: string; view: View; signals?: Signal[]; want: { causes: string[]; plans: string[] } }[] = [
    {
      name: 'an image tag that does not exist, after a rollout',
      view: viewOf([
        deployment('web', { revisions: [{ spec: container({ image: 'r/app:1' }), minutes: 900, ready: 1 }, { spec: container({ image: 'r/app:2' }), minutes: 20 }], pods: [{ ...running, revision: 1 }, waiting('ImagePullBackOff', 'Back-off pulling image "r/app:2"')] }),
        event({ kind: 'Pod', name: 'web-h2-p1' }, { reason: 'Failed', message: 'Failed to pull image "r/app:2": manifest for r/app:2 not found: manifest unknown' }),
        service('web'),
      ]),
      want: { causes: ['bad-image: Deployment shop/web'], plans: ['roll back Deployment shop/web from revision 2 to 1'] },
    },
    {
      name: 'an image that never worked: a person is asked, nothing is invented',
      view: viewOf([deployment('web', { revisions: [{ spec: container({ image: 'r/app:2' }), minutes: 20 }], pods: [waiting('ErrImagePull', 'rpc error: manifest unknown')] })]),
      want: { causes: ['bad-image: Deployment shop/web'], plans: ['ask image'] },
    },
    {
      name: 'a registry that cannot be reached is nobody\'s manifest',
      view: viewOf([deployment('web', { revisions: [{ spec: container({ image: 'r/app:1' }), minutes: 900 }, { spec: container({ image: 'r/app:2' }), minutes: 20 }], pods: [waiting('ErrImagePull', 'dial tcp: lookup r: no such host')] })]),
      want: { causes: ['bad-image: Deployment shop/web'], plans: [] },
    },
    {
      name: 'a key that is missing, newly needed',
      view: viewOf([
        object('v1', 'ConfigMap', 'settings', { data: { a: '1' } }),
        deployment('api', {
          revisions: [{ spec: container(), minutes: 900 }, { spec: container({ env: [{ name: 'B', valueFrom: { configMapKeyRef: { name: 'settings', key: 'b' } } }] }), minutes: 20 }],
          pods: [waiting('CreateContainerConfigError', "couldn't find key b in ConfigMap shop/settings")],
        }),
      ]),
      want: { causes: ['missing-config: Deployment shop/api'], plans: ['roll back Deployment shop/api from revision 2 to 1'] },
    },
    {
      name: 'a secret that is missing and always was needed',
      view: viewOf([
        object('v1', 'Secret', 'other', { data: {} }),
        deployment('api', {
          revisions: [{ spec: { ...container(), volumes: [{ name: 'v', secret: { secretName: 'cert' } }] }, minutes: 20 }],
          pods: [waiting('ContainerCreating')],
        }),
        event({ kind: 'Pod', name: 'api-h1-p0' }, { reason: 'FailedMount', message: 'MountVolume.SetUp failed for volume "v" : secret "cert" not found' }),
      ]),
      want: { causes: ['missing-config: Deployment shop/api'], plans: ['ask cert'] },
    },
    {
      name: 'a probe path that the application does not know: back, or the path of the other probe',
      view: viewOf([
        deployment('web', { revisions: [{ spec: probed('/live'), minutes: 900 }, { spec: probed('/livve'), minutes: 20 }], pods: [unready] }),
        event({ kind: 'Pod', name: 'web-h2-p0' }, { reason: 'Unhealthy', message: 'Readiness probe failed: HTTP probe failed with statuscode: 404' }),
      ]),
      want: { causes: ['bad-probe: Deployment shop/web'], plans: ['roll back Deployment shop/web from revision 2 to 1', 'patch Deployment shop/web'] },
    },
    {
      name: '503 is the application\'s own word',
      view: viewOf([
        deployment('web', { revisions: [{ spec: probed('/ready'), minutes: 900 }], pods: [unready] }),
        event({ kind: 'Pod', name: 'web-h1-p0' }, { reason: 'Unhealthy', message: 'Readiness probe failed: HTTP probe failed with statuscode: 503' }),
      ]),
      want: { causes: ['application-unhealthy: Deployment shop/web'], plans: [] },
    },
    {
      name: 'an application that crashes since the rollout',
      view: viewOf([deployment('web', { revisions: [{ spec: env('A', '1'), minutes: 900 }, { spec: env('A', '2'), minutes: 20 }], pods: [crashed({ exitCode: 1 })] })], [log('web-h2-p0', 'fatal: A=2 is not supported')]),
      want: { causes: ['container-exits: Deployment shop/web'], plans: ['roll back Deployment shop/web from revision 2 to 1'] },
    },
    {
      name: 'an application that crashes for its own reasons: nothing to change',
      view: viewOf([deployment('web', { revisions: [{ spec: container(), minutes: 9000 }], pods: [crashed({ exitCode: 139 })] })]),
      want: { causes: ['container-exits: Deployment shop/web'], plans: [] },
    },
    {
      name: 'a host name with a typo, newly written',
      view: viewOf(
        [service('store', { port: 5432 }), deployment('store', { revisions: [{ spec: container(), minutes: 9000 }], pods: [running] }), deployment('api', { revisions: [{ spec: env('DB_HOST', 'store:5432'), minutes: 900 }, { spec: env('DB_HOST', 'storr:5432'), minutes: 20 }], pods: [crashed({ exitCode: 1 })] })],
        [log('api-h2-p0', 'Error: getaddrinfo ENOTFOUND storr')],
      ),
      want: { causes: ['dependency-unreachable: Deployment shop/api'], plans: ['roll back Deployment shop/api from revision 2 to 1'] },
    },
    {
      name: 'callers of a dead dependency are one incident, and its root is the dependency',
      view: viewOf(
        [
          service('store', { port: 5432 }),
          deployment('store', { revisions: [{ spec: container({ image: 'db:1' }), minutes: 9000, ready: 0 }, { spec: container({ image: 'db:2' }), minutes: 21 }], pods: [waiting('ImagePullBackOff', 'manifest unknown')] }),
          deployment('api', { revisions: [{ spec: env('DB_URL', 'postgres://store:5432/x'), minutes: 9000 }], pods: [crashed({ exitCode: 1 })] }),
          deployment('jobs', { revisions: [{ spec: env('DB_URL', 'postgres://store:5432/x'), minutes: 9000 }], pods: [crashed({ exitCode: 1 })] }),
        ],
        [log('api-h1-p0', 'connect ECONNREFUSED store:5432'), log('jobs-h1-p0', 'dial tcp: connect to store:5432 connection refused')],
      ),
      signals: [firing(deploymentNamed('api'))],
      want: { causes: ['bad-image: Deployment shop/store'], plans: ['roll back Deployment shop/store from revision 2 to 1'] },
    },
    {
      name: 'a dependency scaled to zero: back to what the event says',
      view: viewOf(
        [
          service('cache', { port: 6379 }),
          deployment('cache', { revisions: [{ spec: container(), minutes: 9000 }], replicas: 0 }),
          event({ kind: 'Deployment', name: 'cache' }, { reason: 'ScalingReplicaSet', message: 'Scaled down replica set cache-h1 from 3 to 0', type: 'Normal', minutes: 15 }),
          deployment('api', { revisions: [{ spec: env('CACHE_ADDR', 'cache:6379'), minutes: 9000 }], pods: [crashed({ exitCode: 1 })] }),
        ],
        [log('api-h1-p0', 'dial tcp 10.0.0.9:6379: connection refused')],
      ),
      want: { causes: ['scaled-to-zero: Deployment shop/cache'], plans: ['scale Deployment shop/cache 0 → 3'] },
    },
    {
      name: 'a host outside the cluster: say so, change nothing',
      view: viewOf([deployment('api', { revisions: [{ spec: env('PAY_URL', 'https://api.pay.example.com'), minutes: 9000 }], pods: [crashed({ exitCode: 1 })] })], [log('api-h1-p0', 'Error: getaddrinfo ENOTFOUND api.pay.example.com')]),
      want: { causes: ['dependency-unreachable: Deployment shop/api'], plans: [] },
    },
    {
      name: 'a selector that no pod has',
      view: viewOf([service('web', { selector: { app: 'webb' } }), deployment('web', { revisions: [{ spec: container(), minutes: 9000 }], pods: [running] })]),
      signals: [firing({ kind: 'Service', namespace: 'shop', name: 'web' })],
      want: { causes: ['service-selects-nothing: Service shop/web'], plans: ['patch Service shop/web'] },
    },
    {
      name: 'a target port that nobody has',
      view: viewOf([service('web', { targetPort: 'http' }), deployment('web', { revisions: [{ spec: container({ ports: [{ name: 'web', containerPort: 8080 }] }), minutes: 9000 }], pods: [running] })]),
      want: { causes: ['service-port-mismatch: Service shop/web'], plans: ['patch Service shop/web'] },
    },
    {
      name: 'a lost node of a pool',
      view: viewOf([
        node('a1', { labels: { 'cloud.google.com/gke-nodepool': 'a' } }),
        node('a2', { labels: { 'cloud.google.com/gke-nodepool': 'a' }, ready: 'False' }),
        node('a3', { labels: { 'cloud.google.com/gke-nodepool': 'a' } }),
        deployment('web', { revisions: [{ spec: container(), minutes: 9000, ready: 1 }], pods: [{ ...running, node: 'a1' }, { ...unready, node: 'a2' }] }),
      ]),
      signals: [firing({ kind: 'Node', name: 'a2' })],
      want: { causes: ['node-not-ready: Node a2'], plans: ['cordon Node a2; drain Node a2; delete-node Node a2', 'cordon Node a2'] },
    },
    {
      name: 'a lost node that nothing would replace: cordon only',
      view: viewOf([node('n1', { ready: 'Unknown' }), node('n2')]),
      want: { causes: ['node-not-ready: Node n1'], plans: ['cordon Node n1'] },
    },
    {
      name: 'a node selector that no node has, newly written',
      view: viewOf([
        node('n1'),
        deployment('web', {
          revisions: [{ spec: container(), minutes: 900 }, { spec: { ...container(), nodeSelector: { disk: 'ssd' } }, minutes: 20 }],
          pods: [{ state: {}, status: { phase: 'Pending', containerStatuses: [], conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.", lastTransitionTime: ago(19) }] } }],
        }).map((item) => (item.kind === 'Pod' ? { ...item, spec: { ...(item['spec'] as object), nodeName: undefined } } : item)),
      ]),
      want: { causes: ['unschedulable: Deployment shop/web'], plans: ['roll back Deployment shop/web from revision 2 to 1'] },
    },
    {
      name: 'old noise elsewhere does not win over what the alert points at',
      view: viewOf([noise, deployment('web', { revisions: [{ spec: container({ resources: { limits: { memory: '1Gi' } } }), minutes: 900 }, { spec: container({ resources: { limits: { memory: '32Mi' } } }), minutes: 20 }], pods: [crashed({ exitCode: 137, reason: 'OOMKilled' })] })]),
      signals: [firing({ kind: 'Pod', namespace: 'shop', name: 'web-h2-p0' })],
      want: { causes: ['memory-limit-too-low: Deployment shop/web'], plans: ['roll back Deployment shop/web from revision 2 to 1', 'patch Deployment shop/web'] },
    },
  ]
  test.each(cases)('$name', ({ view, signals, want }) => expect(tell(view, signals)).toEqual({ status: 'found', ...want }))
})

describe('nothing to do', () => {
  const healthy = deployment('web', { revisions: [{ spec: container(), minutes: 900, ready: 1 }], pods: [running] })
  const cases: { name: string; view: View; signals?: Signal[] }[] = [
    { name: 'a healthy cluster', view: viewOf([node('n1'), healthy, service('web')]) },
    { name: 'a false alarm beside old noise', view: viewOf([node('n1'), healthy, noise]), signals: [firing(deploymentNamed('web'))] },
    { name: 'a resolved alert for a pod that is gone', view: viewOf([node('n1'), healthy]), signals: [firing({ kind: 'Pod', namespace: 'shop', name: 'web-h1-zzzzz' }, { status: 'resolved' })] },
    { name: 'a choice: suspended, scaled to zero, cordoned, a strict budget', view: viewOf([
      node('n1', { spec: { unschedulable: true } }), node('n2'), healthy,
      object('batch/v1', 'CronJob', 'nightly', { spec: { suspend: true, schedule: '0 0 * * *' } }),
      deployment('parked', { revisions: [{ spec: container(), minutes: 9000 }], replicas: 0 }),
      object('policy/v1', 'PodDisruptionBudget', 'strict', { spec: { minAvailable: 1, selector: { matchLabels: { app: 'other' } } }, status: { disruptionsAllowed: 0 } }),
    ]) },
    { name: 'a pod that restarted once and is ready', view: viewOf([deployment('web', { revisions: [{ spec: container(), minutes: 900 }], pods: [{ state: { ready: true, restartCount: 1, state: { running: { startedAt: ago(4) } }, lastState: { terminated: { exitCode: 1, finishedAt: ago(4) } } } }] })]) },
    { name: 'a pod that starts', view: viewOf([deployment('web', { revisions: [{ spec: container(), minutes: 1 }], pods: [{ ...waiting('ContainerCreating'), minutes: 1 }] })]) },
    { name: 'a claim that waits for its first pod', view: viewOf([clusterObject('storage.k8s.io/v1', 'StorageClass', 'fast', { volumeBindingMode: 'WaitForFirstConsumer' }), object('v1', 'PersistentVolumeClaim', 'data', { spec: { storageClassName: 'fast' }, status: { phase: 'Pending' } })]) },
  ]
  test.each(cases)('$name', ({ view, signals }) => expect(tell(view, signals)).toMatchObject({ status: 'healthy', causes: [], plans: [] }))
})

describe('honest answers', () => {
  test('a symptom without a cause is inconclusive, with what was seen', () => {
    const view = viewOf([pod('lonely', { spec: container(), draft: unready })])
    const diagnosis = orient({ view, signals: [], hazards })
    expect(diagnosis.status).toBe('inconclusive')
    expect(diagnosis.examined.length).toBeGreaterThan(0)
  })

  test('two independent faults are two causes', () => {
    const view = viewOf([
      deployment('a', { revisions: [{ spec: container({ image: 'x:1' }), minutes: 20 }], pods: [waiting('ErrImagePull', 'manifest unknown')] }),
      deployment('b', { revisions: [{ spec: container({ resources: { limits: { memory: '1Mi' } } }), minutes: 20 }], pods: [crashed({ exitCode: 137, reason: 'OOMKilled' })] }),
    ])
    expect(tell(view)).toMatchObject({ causes: ['bad-image: Deployment shop/a', 'memory-limit-too-low: Deployment shop/b'] })
  })

  test('the same view gives the same diagnosis', () => {
    const make = () => orient({ view: viewOf([noise, node('n1', { ready: 'False' })]), signals: [], hazards })
    expect(JSON.stringify(make())).toBe(JSON.stringify(make()))
  })

  test('a detector that stumbles is named and does not end the diagnosis', () => {
    const bad = { ...(hazards[0] as (typeof hazards)[number]), id: 'stumbles', appliesTo: ['/Node'], detect: () => { throw new Error('odd data') } }
    const diagnosis = orient({ view: viewOf([node('n1')]), signals: [], hazards: [bad] })
    expect(diagnosis).toMatchObject({ status: 'inconclusive', dropped: [{ hazard: 'stumbles', reason: 'its detection failed: odd data' }] })
  })
})
