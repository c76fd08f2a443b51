/** What controllers cannot do, or are kept from doing. */

import { toKubeTime } from '../../../src/kernel/clock.ts'
import { refOf, type KubeObject } from '../../../src/model/kube-object.ts'
import { createView } from '../../../src/model/view.ts'
import { available, withContainer, type App } from '../apps.ts'
import { namespaceAlert, nodeAlert, objectAlert } from '../alerts.ts'
import type { Incident, Played } from '../incident.ts'
import { lenses, reworded } from '../lens.ts'
import { cause } from '../parts.ts'
import type { Stage } from '../stage.ts'

const ILL = ['pod', 'workload', 'nobody'] as const

function autoscaler(app: App, spec: object): KubeObject {
  return { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: app.name, namespace: app.namespace }, spec: { minReplicas: 2, maxReplicas: 10, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: app.name }, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }], ...spec } }
}

/** What the autoscaler's controller writes; the twin has none. */
function scalerStatus(name: string, reason: string, message: string, type = 'ScalingActive') {
  return (snapshot: { readonly objects: readonly KubeObject[]; readonly takenAtMs: number }) => ({
    ...snapshot,
    objects: snapshot.objects.map((object) => {
      if (object.kind !== 'HorizontalPodAutoscaler' || object.metadata.name !== name) return object
      const at = toKubeTime(snapshot.takenAtMs - 15 * 60_000)
      const able = { type: 'AbleToScale', status: type === 'AbleToScale' ? 'False' : 'True', reason: type === 'AbleToScale' ? reason : 'SucceededGetScale', message: type === 'AbleToScale' ? message : 'the HPA controller was able to get the target\'s current scale', lastTransitionTime: at }
      return { ...object, status: { currentReplicas: 2, desiredReplicas: 0, conditions: [able, ...(type === 'AbleToScale' ? [] : [{ type, status: 'False', reason, message, lastTransitionTime: at }])] } }
    }),
  })
}

function webhookFor(service: App, name: string): KubeObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration', metadata: { name },
    webhooks: [{ name: `check.${name}.example.com`, failurePolicy: 'Fail', sideEffects: 'None', admissionReviewVersions: ['v1'], clientConfig: { service: { name: service.name, namespace: service.namespace, path: '/validate', port: 443 } }, rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }] }],
  }
}

/** Pods are refused because the webhook's own backend is down. On the twin a quota refuses them for as long as it is. */
export function webhookDown(stage: Stage, apps: readonly App[], breakBackend: (backend: App) => void): { readonly backend: App; readonly name: string; readonly rest: Pick<Played, 'lens' | 'laws'> } {
  const guard = stage.app({ namespace: `${stage.cast.namespace}-system`, replicas: 1, spec: { strategy: { type: 'Recreate' } } })
  const backend = { ...guard, service: { ...guard.service, spec: { selector: guard.labels, ports: [{ port: 443, targetPort: guard.port }] } } as KubeObject }
  const name = stage.cast.name()
  stage.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: backend.namespace } }, webhookFor(backend, name))
  stage.deploy(backend, ...apps)
  stage.pass(stage.cast.stoodMinutes)
  breakBackend(backend)
  stage.pass(3)
  const gates = [...new Set(apps.map((app) => app.namespace))].map((namespace) => ({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'stand-in', namespace }, spec: { hard: { pods: '0' } } }))
  stage.apply(...gates)
  stage.pass(1)
  stage.restart(...apps)
  stage.pass(9)
  const refusal = `Internal error occurred: failed calling webhook "check.${name}.example.com": failed to call webhook: Post "https://${backend.name}.${backend.namespace}.svc:443/validate?timeout=10s": no endpoints available for service "${backend.name}"`
  return {
    backend,
    name,
    rest: {
      lens: lenses((snapshot) => ({ ...snapshot, objects: snapshot.objects.filter((object) => object.metadata.name !== 'stand-in') }), reworded(/pods \\?"[^"\\]*\\?" is forbidden: exceeded quota: stand-in, requested: pods=1, used: pods=\d+, limited: pods=0/, refusal)),
      laws: (view) => {
        const served = createView(view.snapshot).podsOf(view.get(backend.ref) as KubeObject).some((pod) => pod.status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') === true)
        if (served) for (const gate of gates) if (view.get(refOf(gate)) !== undefined) stage.remove(refOf(gate))
        return []
      },
    },
  }
}

export const control: readonly Incident[] = [
  {
    id: 'paused-and-forgotten', family: 'control', title: 'A Deployment was paused, and the new version never rolls out', variants: 2,
    play(stage) {
      const app = stage.app({ replicas: 2 })
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      stage.apply({ ...withContainer(app, { image: `${app.image}-next` }), spec: { ...(withContainer(app, { image: `${app.image}-next` })['spec'] as object), paused: true } })
      stage.pass(45)
      return { alerts: [{ name: 'KubeDeploymentRolloutStuck', labels: { namespace: app.namespace, deployment: app.name, job: 'kube-state-metrics' }, summary: 'Rollout of the deployment is not progressing.' }], causes: [cause('rollout-stuck', app.subject)], end: 'heal', healed: available(app) }
    },
  },
  {
    id: 'autoscaler-without-requests', family: 'control', title: 'An autoscaler scales by CPU, and the pods request none', variants: 3, sparse: ['no-events'],
    play(stage) {
      const app = stage.app({ replicas: 2, container: { resources: {} } })
      const scaler = autoscaler(app, {})
      stage.deploy(app)
      stage.apply(scaler)
      stage.pass(40)
      return { alerts: [objectAlert(scaler)], causes: [cause('hpa-cannot-scale', { kind: 'HorizontalPodAutoscaler', namespace: app.namespace, name: app.name }, app.subject)], end: 'ask', lens: scalerStatus(app.name, 'FailedGetResourceMetric', `the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container main of Pod ${app.name}-0`) as never }
    },
  },
  {
    id: 'autoscaler-of-nothing', family: 'control', title: 'An autoscaler names a Deployment that was renamed', variants: 2,
    play(stage) {
      const app = stage.app({ replicas: 2 })
      const scaler = autoscaler(app, { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: `${app.name}-old` } })
      stage.deploy(app)
      stage.apply(scaler)
      stage.pass(40)
      return { alerts: [objectAlert(scaler)], causes: [cause('hpa-cannot-scale', { kind: 'HorizontalPodAutoscaler', namespace: app.namespace, name: app.name })], end: 'ask', lens: scalerStatus(app.name, 'FailedGetScale', `the HPA controller was unable to get the target's current scale: deployments.apps "${app.name}-old" not found`, 'AbleToScale') as never }
    },
  },
  {
    id: 'budget-lets-nobody-go', family: 'control', title: 'A budget wants as many pods as there are: the drain of a node never ends', variants: 3, sparse: ['no-events'],
    play(stage) {
      const app = stage.app({ replicas: 2 })
      const name = stage.cast.name()
      const budget: KubeObject = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name, namespace: app.namespace }, spec: { minAvailable: stage.cast.pick<number | string>(2, '100%'), selector: { matchLabels: app.labels } } }
      stage.deploy(app)
      stage.apply(budget)
      stage.pass(stage.cast.stoodMinutes)
      const node = stage.podsOf(app)[0]?.spec?.nodeName ?? ''
      stage.twin.api.patch({ apiVersion: 'v1', kind: 'Node', name: node }, { type: 'merge', body: { spec: { unschedulable: true } } })
      stage.pass(25)
      return { alerts: [stage.cast.pick(objectAlert(budget), nodeAlert(node, 'NodeDrainStuck'))], causes: [cause('pdb-blocks-everything', { kind: 'PodDisruptionBudget', namespace: app.namespace, name })], end: 'heal', healed: [{ type: 'field-equals', target: refOf(budget), path: 'status.disruptionsAllowed', value: 1 }], untouched: [{ kind: 'Node', name: node }] }
    },
  },
  {
    id: 'webhook-scaled-to-zero', family: 'control', title: 'The backend of an admission webhook was scaled to zero: no pod can be made', variants: 3,
    play(stage) {
      const app = stage.app({ replicas: 2 })
      const { backend, name, rest } = webhookDown(stage, [app], (guard) => stage.twin.api.patch(guard.ref, { type: 'merge', body: { spec: { replicas: 0 } } }))
      return { ...stage.ring(app, ['workload', 'service', 'nobody']), causes: [cause(['scaled-to-zero', 'webhook-fails-closed'], backend.subject, { kind: 'ValidatingWebhookConfiguration', name })], end: 'heal', healed: available(app, backend), ...rest }
    },
  },
  {
    id: 'webhook-crashes', family: 'control', title: 'The backend of an admission webhook crashes since its rollout: no pod can be made', variants: 3,
    play(stage) {
      const app = stage.app({ replicas: 2 })
      const { backend, name, rest } = webhookDown(stage, [app], (guard) => {
        const image = `${guard.image}-beta`
        stage.images({ image, exits: [{ code: 1, afterSeconds: 1, log: 'unable to load certificate: open /certs/tls.crt: no such file or directory' }] })
        stage.apply(withContainer(guard, { image }))
      })
      return { ...stage.ring(app, ['workload', 'service', 'nobody']), causes: [cause(['container-exits', 'file-not-mounted', 'webhook-fails-closed'], backend.subject, { kind: 'ValidatingWebhookConfiguration', name })], end: 'heal', healed: available(app, backend), ...rest }
    },
  },
  {
    id: 'rights-taken-away', family: 'control', title: 'A role binding was removed, and the process is refused by the API', variants: 3,
    play(stage) {
      const account = stage.cast.name()
      const app = stage.app({ replicas: 1, pod: { serviceAccountName: account } })
      stage.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace: app.namespace } }, { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: account, namespace: app.namespace }, rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] }] })
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      stage.images({ image: app.image, exits: [{ code: 1, afterSeconds: 3, log: `E0302 09:12:44.1 reflector.go:200] failed to list *v1.ConfigMap: configmaps is forbidden: User "system:serviceaccount:${app.namespace}:${account}" cannot list resource "configmaps" in API group "" in the namespace "${app.namespace}"` }] })
      stage.restart(app)
      stage.pass(9)
      return { ...stage.ring(app, ILL), causes: [cause('rbac-forbidden', app.subject, { kind: 'ServiceAccount', namespace: app.namespace, name: account })], end: 'ask' }
    },
  },
  {
    id: 'namespace-does-not-go', family: 'control', title: 'A namespace stays in Terminating: an object in it has a finalizer that nobody serves', variants: 2,
    play(stage) {
      const name = `${stage.cast.name()}-preview`
      stage.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'state', namespace: name, finalizers: ['operator.example.com/cleanup'] }, data: {} })
      stage.pass(20)
      stage.remove({ apiVersion: 'v1', kind: 'Namespace', name })
      stage.pass(60)
      return { alerts: [namespaceAlert(name)], causes: [cause('finalizer-stuck', { kind: 'Namespace', name }, { kind: 'ConfigMap', namespace: name, name: 'state' })], end: 'ask' }
    },
  },
  {
    id: 'claim-does-not-go', family: 'control', title: 'A deleted volume stays: an external driver never removed its finalizer', variants: 2,
    play(stage) {
      const name = stage.cast.name()
      const volume: KubeObject = { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name, finalizers: ['external-attacher/ebs-csi-aws-com'] }, spec: { capacity: { storage: '5Gi' }, accessModes: ['ReadWriteOnce'], csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'vol-1' } } }
      stage.apply(volume)
      stage.pass(20)
      stage.remove(refOf(volume))
      stage.pass(90)
      return { alerts: [{ name: 'KubePersistentVolumeErrors', labels: { persistentvolume: name, job: 'kube-state-metrics' }, summary: 'The volume has a problem.' }], causes: [cause('finalizer-stuck', { kind: 'PersistentVolume', name })], end: 'ask' }
    },
  },
  {
    id: 'rollout-past-its-deadline', family: 'control', title: 'A rollout passed its deadline because the new pods are never ready; the old ones still serve', variants: 3,
    play(stage) {
      const app = stage.app({ replicas: 3, spec: { progressDeadlineSeconds: 300 } })
      const image = `${app.image}-slow`
      stage.images({ image: app.image, serves: [{ port: app.port, paths: ['/healthz'] }] }, { image, serves: [{ port: app.port, paths: ['/health'] }] })
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      stage.apply(withContainer(app, { image }))
      stage.pass(17)
      return { alerts: [{ name: 'KubeDeploymentRolloutStuck', labels: { namespace: app.namespace, deployment: app.name, job: 'kube-state-metrics' }, summary: 'Rollout of the deployment is not progressing.' }], causes: [cause(['bad-probe', 'application-unhealthy', 'rollout-stuck'], app.subject)], end: 'heal', healed: available(app) }
    },
  },
]
