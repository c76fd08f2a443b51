/** Requests that do not arrive. */

import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { Condition } from '../../../src/model/plan.ts'
import type { View } from '../../../src/model/view.ts'
import { available, withContainer, type App } from '../apps.ts'
import { podAlert, serviceAlert } from '../alerts.ts'
import type { Incident } from '../incident.ts'
import { cause } from '../parts.ts'
import type { Stage } from '../stage.ts'

function serviceSubject(app: App) {
  return { kind: 'Service', namespace: app.namespace, name: app.name }
}

function serviceField(app: App, path: string, value: Extract<Condition, { type: 'field-equals' }>['value']): Condition {
  return { type: 'field-equals', target: { apiVersion: 'v1', kind: 'Service', namespace: app.namespace, name: app.name }, path, value }
}

/** Two apps of which the first calls the second, and crashes while it gets no answer. */
function callerOf(stage: Stage, target: App, port = target.servicePort): App {
  const caller = stage.app({ replicas: 2, container: { env: [{ name: 'BACKEND_URL', value: `http://${target.name}.${target.namespace}:${port}` }] } })
  stage.images({ image: caller.image, exits: [{ code: 1, afterSeconds: 12, whenServiceDown: `${target.name}.${target.namespace}`, log: `ERROR calling backend: Post "http://${target.name}.${target.namespace}:${port}/v1": dial tcp 10.96.14.7:${port}: connect: connection refused` }] })
  return caller
}

function patchService(stage: Stage, app: App, spec: object): void {
  stage.twin.apiFor('jane@example.com').patch({ apiVersion: 'v1', kind: 'Service', namespace: app.namespace, name: app.name }, { type: 'merge', body: { spec } as never })
}

/** A policy that is gone, or has a rule for somebody. */
function lets(view: View, namespace: string, name: string): boolean {
  const policy = view.get({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespace, name })
  return policy === undefined || ((policy['spec'] as { ingress?: readonly object[] }).ingress ?? []).length > 0
}

export const traffic: readonly Incident[] = [
  {
    id: 'selector-edited', family: 'traffic', title: 'Somebody edited the selector of a Service, and it selects nothing', variants: 4, sparse: ['no-events', 'no-nodes'],
    play(stage) {
      const app = stage.app({ replicas: 2 })
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      const [[key, value]] = Object.entries(app.labels) as [[string, string]]
      patchService(stage, app, { selector: { [key]: stage.cast.pick(`${value}s`, value.slice(0, -1), `${value}-live`) } })
      stage.pass(9)
      return { ...stage.ring(app, ['service', 'namespace', 'nobody']), causes: [cause('service-selects-nothing', serviceSubject(app))], end: 'heal', healed: [serviceField(app, `/spec/selector/${key.replaceAll('/', '~1')}`, value)] }
    },
  },
  {
    id: 'target-port-wrong', family: 'traffic', title: 'A Service leads to a port where the container does not listen', variants: 4, sparse: ['no-events', 'manifests', 'no-nodes'],
    play(stage) {
      const app = stage.app({ replicas: 2, port: 8080 })
      stage.images({ image: app.image, serves: [{ port: 8080, paths: ['/healthz'] }] })
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      patchService(stage, app, { ports: [{ name: 'main', port: 80, targetPort: stage.cast.pick(8081, 80, 9090) }] })
      stage.pass(9)
      return { ...stage.ring(app, ['service', 'namespace', 'nobody']), causes: [cause('service-port-mismatch', serviceSubject(app))], end: 'heal', healed: [serviceField(app, 'spec.ports[0].targetPort', 8080)] }
    },
  },
  {
    id: 'named-port-gone', family: 'traffic', title: 'A Service names a port that no container declares', variants: 3, sparse: ['manifests'],
    play(stage) {
      const app = stage.app({ replicas: 2, container: { ports: [{ name: 'http', containerPort: 8080 }] }, port: 8080 })
      stage.deploy(app)
      patchService(stage, app, { ports: [{ name: 'main', port: 80, targetPort: 'web' }] })
      stage.pass(12)
      return { ...stage.ring(app, ['service', 'nobody']), causes: [cause('service-port-mismatch', serviceSubject(app))], end: 'heal', healed: [serviceField(app, 'spec.ports[0].targetPort', 'http')] }
    },
  },
  {
    id: 'caller-of-a-lost-selector', family: 'traffic', title: 'Callers crash because the Service that they call selects nothing any more', variants: 3, sparse: ['no-events'],
    play(stage) {
      const target = stage.app({ replicas: 2 })
      const caller = callerOf(stage, target)
      stage.deploy(target)
      stage.pass(2)
      stage.deploy(caller)
      stage.pass(stage.cast.stoodMinutes)
      const [[key, value]] = Object.entries(target.labels) as [[string, string]]
      patchService(stage, target, { selector: { [key]: `${value}-blue` } })
      stage.restart(caller)
      stage.pass(11)
      return { ...stage.ring(caller), causes: [cause('service-selects-nothing', serviceSubject(target))], end: 'heal', healed: available(caller) }
    },
  },
  {
    id: 'called-at-the-wrong-port', family: 'traffic', title: 'A rollout calls a Service at a port that it does not have', variants: 3,
    play(stage) {
      const target = stage.app({ replicas: 1 })
      stage.deploy(target)
      const address = (port: number) => [{ name: 'CACHE_ADDR', value: `${target.name}:${port}` }]
      const { servicePort } = target
      const wrong = servicePort + 11
      const app = stage.app({ container: { env: address(servicePort) } })
      stage.images({ image: app.image, exits: [{ code: 1, afterSeconds: 4, whenEnvEquals: { name: 'CACHE_ADDR', value: `${target.name}:${wrong}` }, log: `dial tcp 10.96.3.18:${wrong}: connect: connection refused` }] })
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      stage.apply(withContainer(app, { env: address(wrong) }))
      stage.pass(10)
      return { ...stage.ring(app, ['pod', 'workload', 'nobody']), causes: [cause('dependency-unreachable', app.subject)], end: 'heal', healed: available(app) }
    },
  },
  {
    id: 'policy-cuts-the-path', family: 'traffic', title: 'A new network policy lets nobody in, and the callers time out', variants: 3, sparse: ['no-events'],
    play(stage) {
      const target = stage.app({ replicas: 2 })
      const caller = stage.app({ replicas: 2, container: { env: [{ name: 'DB_HOST', value: `${target.name}.${target.namespace}.svc.cluster.local` }, { name: 'DB_PORT', value: String(target.servicePort) }] } })
      const name = stage.cast.name()
      stage.deploy(target, caller)
      stage.pass(stage.cast.stoodMinutes)
      stage.apply({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace: target.namespace }, spec: { podSelector: { matchLabels: target.labels }, policyTypes: ['Ingress'], ingress: [] } })
      const cut = { image: caller.image, exits: [{ code: 1, afterSeconds: 30, log: `connect to ${target.name}.${target.namespace}.svc.cluster.local:${target.servicePort} failed: i/o timeout` }] }
      stage.images(cut)
      stage.restart(caller)
      stage.pass(12)
      return { ...stage.ring(caller), causes: [cause('network-policy-blocks', { kind: 'NetworkPolicy', namespace: target.namespace, name })], end: 'heal', healed: available(caller), laws: (view) => [lets(view, target.namespace, name) ? { image: caller.image } : cut] }
    },
  },
  {
    id: 'target-scaled-to-zero', family: 'traffic', title: 'Somebody scaled to zero what others call', variants: 4, sparse: ['no-events'],
    play(stage) {
      const target = stage.app({ replicas: 2, kind: stage.cast.pick('Deployment', 'StatefulSet') })
      const caller = callerOf(stage, target)
      stage.deploy(target)
      stage.pass(2)
      stage.deploy(caller)
      stage.pass(stage.cast.stoodMinutes)
      stage.twin.apiFor('jane@example.com').patch(target.ref, { type: 'merge', body: { spec: { replicas: 0 } } })
      stage.restart(caller)
      stage.pass(11)
      return { ...stage.ring(caller), causes: [cause('scaled-to-zero', target.subject)], end: 'heal', endWithout: { 'no-events': 'ask' }, healed: available(caller) }
    },
  },
  {
    id: 'labels-changed-by-rollout', family: 'traffic', title: 'A rollout dropped the label by which the Service finds the pods', variants: 2,
    play(stage) {
      const app = stage.app({ replicas: 2 })
      const both = { ...app.labels, role: 'primary' }
      const template = (labels: object) => {
        const spec = app.workload['spec'] as { template: { spec: object } }
        return { ...app.workload, spec: { ...spec, template: { ...spec.template, metadata: { labels } } } } as KubeObject
      }
      stage.apply(template(both), { ...app.service, spec: { ...(app.service['spec'] as object), selector: both } })
      stage.pass(stage.cast.stoodMinutes)
      stage.apply(template(app.labels))
      stage.pass(10)
      return { alerts: [serviceAlert(app.service)], causes: [cause('service-selects-nothing', serviceSubject(app), app.subject)], end: 'heal', healed: available(app) }
    },
  },
  {
    id: 'headless-service-missing', family: 'traffic', title: 'A StatefulSet names a governing Service that does not exist: its members find no peers', variants: 2,
    play(stage) {
      const app = stage.app({ kind: 'StatefulSet', replicas: 3, spec: { serviceName: `${stage.cast.name()}-peers`, podManagementPolicy: 'Parallel' } })
      const peers = (app.workload['spec'] as { serviceName: string }).serviceName
      stage.images({ image: app.image, exits: [{ code: 1, afterSeconds: 20, log: `failed to join: lookup ${app.name}-1.${peers}.${app.namespace}.svc.cluster.local: no such host` }] })
      stage.deploy(app)
      stage.pass(14)
      const [pod] = stage.podsOf(app)
      return { alerts: [podAlert(pod as KubeObject)], causes: [cause(['headless-service-missing', 'dependency-unreachable'], app.subject, { kind: 'Service', namespace: app.namespace, name: peers })], end: 'ask' }
    },
  },
]

