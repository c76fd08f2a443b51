/** What stands before the Services: Ingresses, and the names by which everything is found. */

import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { Condition } from '../../../src/model/plan.ts'
import { available, withContainer, type App } from '../apps.ts'
import { objectAlert } from '../alerts.ts'
import { DNS_IMAGE } from '../cluster.ts'
import type { Incident } from '../incident.ts'
import { cause } from '../parts.ts'

function ingress(app: App, name: string, backend: { readonly name: string; readonly port: object }, more: object = {}): KubeObject {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name, namespace: app.namespace }, spec: { rules: [{ host: `${name}.example.com`, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: backend } }] } }], ...more } }
}

const INGRESS_CLASS: KubeObject = { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'public' }, spec: { controller: 'k8s.io/ingress-nginx' } }

export const edge: readonly Incident[] = [
  {
    id: 'backend-of-ingress-gone', family: 'traffic', title: 'An Ingress leads to a Service that was renamed', variants: 3, sparse: ['manifests'],
    play(stage) {
      const app = stage.app({ replicas: 2 })
      const object = ingress(app, stage.cast.name(), { name: `${app.name}-old`, port: { number: 80 } }, { ingressClassName: 'public' })
      stage.apply(INGRESS_CLASS, object)
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      return { ...(stage.cast.chance(0.6) ? { alerts: [objectAlert(object)] } : {}), causes: [cause('ingress-backend-missing', { kind: 'Ingress', namespace: app.namespace, name: object.metadata.name ?? '' })], end: 'ask' }
    },
  },
  {
    id: 'port-of-ingress-wrong', family: 'traffic', title: 'An Ingress asks for a port that its Service does not have', variants: 3,
    play(stage) {
      const app = stage.app({ replicas: 2, port: 3000 })
      const object = ingress(app, stage.cast.name(), { name: app.name, port: { number: 8443 } }, { ingressClassName: 'public' })
      stage.apply(INGRESS_CLASS, object)
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      const port = app.servicePort
      const healed: Condition[] = [{ type: 'field-equals', target: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespace: app.namespace, name: object.metadata.name ?? '' }, path: 'spec.rules[0].http.paths[0].backend.service.port.number', value: port }]
      return { ...(stage.cast.chance(0.6) ? { alerts: [objectAlert(object)] } : {}), causes: [cause('ingress-backend-missing', { kind: 'Ingress', namespace: app.namespace, name: object.metadata.name ?? '' })], end: 'heal', healed }
    },
  },
  {
    id: 'class-of-ingress-unknown', family: 'traffic', title: 'An Ingress names a class that no controller serves', variants: 2, sparse: ['manifests'],
    play(stage) {
      const app = stage.app({ replicas: 2 })
      const port = app.servicePort
      const object = ingress(app, stage.cast.name(), { name: app.name, port: { number: port } }, { ingressClassName: 'nginx-internal' })
      stage.apply(INGRESS_CLASS, object)
      stage.deploy(app)
      stage.pass(20)
      return { alerts: [objectAlert(object)], causes: [cause('ingress-class-missing', { kind: 'Ingress', namespace: app.namespace, name: object.metadata.name ?? '' })], end: 'ask' }
    },
  },
  {
    id: 'certificate-of-ingress-missing', family: 'traffic', title: 'An Ingress names a TLS Secret that does not exist', variants: 2,
    play(stage) {
      const app = stage.app({ replicas: 2 })
      const port = app.servicePort
      const object = ingress(app, stage.cast.name(), { name: app.name, port: { number: port } }, { ingressClassName: 'public', tls: [{ hosts: ['x.example.com'], secretName: `${app.name}-tls` }] })
      stage.apply(INGRESS_CLASS, object, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'other', namespace: app.namespace }, data: { a: 'eA==' } })
      stage.deploy(app)
      stage.pass(20)
      return { alerts: [objectAlert(object)], causes: [cause('ingress-tls-missing', { kind: 'Ingress', namespace: app.namespace, name: object.metadata.name ?? '' })], end: 'ask' }
    },
  },
  {
    id: 'dns-scaled-to-zero', family: 'traffic', title: 'The cluster DNS was scaled to zero, and everything that looks up a name fails', variants: 3,
    play(stage) {
      const target = stage.app({ replicas: 1 })
      const callers = [1, 2, 3].map(() => stage.app({ replicas: 1, container: { env: [{ name: 'API_URL', value: `http://${target.name}.${target.namespace}.svc:${target.servicePort}` }] } }))
      stage.deploy(target)
      stage.images(...callers.map((caller) => ({ image: caller.image, exits: [{ code: 1, afterSeconds: 8, whenServiceDown: 'kube-dns.kube-system', log: `request failed: dial tcp: lookup ${target.name}.${target.namespace}.svc on 10.96.0.10:53: read udp 10.244.1.9:41922->10.96.0.10:53: i/o timeout` }] })))
      stage.deploy(...callers)
      stage.pass(stage.cast.stoodMinutes)
      stage.twin.api.patch({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'kube-system', name: 'coredns' }, { type: 'merge', body: { spec: { replicas: 0 } } })
      stage.restart(...callers)
      stage.pass(9)
      const [first] = callers as [App]
      return { ...stage.ring(first, ['pod', 'workload', 'nobody']), causes: [cause(['dns-broken', 'scaled-to-zero'], { kind: 'Deployment', namespace: 'kube-system', name: 'coredns' }, { kind: 'Service', namespace: 'kube-system', name: 'kube-dns' })], end: 'heal', healed: available(...callers) }
    },
  },
  {
    id: 'dns-configuration-broken', family: 'traffic', title: 'Somebody edited the Corefile; the DNS pods crash', variants: 2, sparse: ['no-events'],
    play(stage) {
      const target = stage.app({ replicas: 1 })
      const caller = stage.app({ replicas: 2, container: { env: [{ name: 'API_URL', value: `http://${target.name}:${target.servicePort}` }] } })
      stage.deploy(target)
      stage.images({ image: caller.image, exits: [{ code: 1, afterSeconds: 8, whenServiceDown: 'kube-dns.kube-system', log: `getaddrinfo EAI_AGAIN ${target.name}` }] })
      stage.deploy(caller)
      stage.pass(stage.cast.stoodMinutes)
      stage.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'coredns', namespace: 'kube-system' }, data: { Corefile: '.:53 {\n    errors\n    kubernets cluster.local\n    forward . /etc/resolv.conf\n}\n' } })
      stage.images({ image: DNS_IMAGE, exits: [{ code: 1, afterSeconds: 1, log: "/etc/coredns/Corefile:3 - Error during parsing: Unknown directive 'kubernets'" }] })
      for (const pod of stage.view().list('', 'Pod', 'kube-system').filter((candidate) => candidate.metadata.labels?.['k8s-app'] === 'kube-dns')) stage.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'kube-system', name: pod.metadata.name ?? '' })
      stage.restart(caller)
      stage.pass(9)
      return { ...stage.ring(caller, ['pod', 'workload', 'nobody']), causes: [cause(['coredns-misconfigured', 'dns-broken', 'container-exits'], { kind: 'Deployment', namespace: 'kube-system', name: 'coredns' }, { kind: 'Service', namespace: 'kube-system', name: 'kube-dns' }, { kind: 'ConfigMap', namespace: 'kube-system', name: 'coredns' })], end: 'ask' }
    },
  },
  {
    id: 'unready-behind-ingress', family: 'traffic', title: 'The alert is of the Ingress; the pods behind it crash since a rollout', variants: 3,
    play(stage) {
      const app = stage.app({ replicas: 2, spec: { strategy: { type: 'Recreate' } } })
      const port = app.servicePort
      const object = ingress(app, stage.cast.name(), { name: app.name, port: { number: port } }, { ingressClassName: 'public' })
      stage.apply(INGRESS_CLASS, object)
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      const image = `${app.image}-rc1`
      stage.images({ image, exits: [{ code: 1, afterSeconds: 2, log: 'fatal: template index.html not found' }] })
      stage.apply(withContainer(app, { image }))
      stage.pass(9)
      return { alerts: [objectAlert(object)], causes: [cause('container-exits', app.subject)], end: 'heal', healed: available(app) }
    },
  },
]
