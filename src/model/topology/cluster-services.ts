/** Services on which the cluster itself hangs, without any workload naming them: the DNS, the backends of webhooks that fail closed, and of parts of the API. */

import type { KubeObject } from '../kube-object.ts'
import { perView } from '../per-view.ts'
import type { View } from '../view.ts'
import { keyOf } from './ownership.ts'
import { servicesOf, type ServiceObject } from './services.ts'
import { needsOf, webhookServices } from './upstream.ts'

/** The Service that pods are told to ask: every distribution serves port 53 of it in kube-system. */
export function dnsServiceOf(view: View): ServiceObject | undefined {
  return servicesOf(view, 'kube-system').find((service) => (service.spec?.ports ?? []).some((port) => port.port === 53))
}

interface Hook {
  readonly failurePolicy?: string
}

const needed = perView((view): ReadonlySet<string> => {
  const configurations = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'].flatMap((kind) => view.list('admissionregistration.k8s.io', kind)).filter(failsClosed)
  const parts = view.list('apiregistration.k8s.io', 'APIService')
  const services: KubeObject[] = [dnsServiceOf(view), ...configurations.flatMap((configuration) => webhookServices(view, configuration)), ...parts.flatMap((part) => needsOf(view, part))].filter((service) => service !== undefined)
  return new Set(services.map(keyOf))
})

function failsClosed(configuration: KubeObject): boolean {
  return ((configuration['webhooks'] ?? []) as readonly Hook[]).some((webhook) => (webhook.failurePolicy ?? 'Fail') === 'Fail')
}

/** The whole cluster misses this Service when nobody serves it. */
export function clusterNeeds(view: View, service: KubeObject): boolean {
  return needed(view).has(keyOf(service))
}
