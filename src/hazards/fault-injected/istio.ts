/** Faults that a route of the mesh injects (networking.istio.io VirtualService): requests are delayed or answered with an error as long as the rule stands. */

import { parseTimeMs } from '../../kernel/clock.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { podsBehind, servicesOf } from '../../model/topology/services.ts'
import type { View } from '../../model/view.ts'
import type { Experiment } from './experiment.ts'

interface Percentage {
  readonly percentage?: { readonly value?: number }
}

interface HttpRule {
  readonly fault?: { readonly delay?: Percentage & { readonly fixedDelay?: string }; readonly abort?: Percentage & { readonly httpStatus?: number; readonly grpcStatus?: string } }
  readonly route?: readonly { readonly destination?: { readonly host?: string } }[]
}

export function istioFaults(view: View): Experiment[] {
  return view.list('networking.istio.io', 'VirtualService').flatMap((object) => {
    const rules = (object['spec'] as { readonly http?: readonly HttpRule[] } | undefined)?.http ?? []
    return rules.flatMap((rule, index) => (rule.fault === undefined ? [] : faultOf(view, { object, rule, index })))
  })
}

function faultOf(view: View, parts: { readonly object: KubeObject; readonly rule: HttpRule; readonly index: number }): Experiment[] {
  const { object, rule, index } = parts
  const { delay, abort } = rule.fault ?? {}
  const does = [delay === undefined ? undefined : `delays ${shareOf(delay)}requests by ${delay.fixedDelay ?? 'a while'}`, abort === undefined ? undefined : `answers ${shareOf(abort)}requests with ${abort.httpStatus ?? abort.grpcStatus ?? 'an error'}`].filter((text) => text !== undefined)
  if (does.length === 0) return []
  const hosts = (rule.route ?? []).flatMap(({ destination }) => (destination?.host === undefined ? [] : [destination.host]))
  const services = hosts.flatMap((host) => servicesOf(view).filter((service) => isHost(service, host, object.metadata.namespace)))
  return [
    {
      object,
      harm: 'network',
      does: `${does.join(' and ')} to`,
      targets: services.flatMap((service) => podsBehind(view, service)),
      nodes: [],
      confirmed: true,
      momentary: false,
      path: `spec.http[${index}].fault`,
      sinceMs: parseTimeMs(object.metadata.creationTimestamp),
      stop: `remove spec.http[${index}].fault`,
    },
  ]
}

/** A short host is one of the rule's own namespace. */
function isHost(service: KubeObject, host: string, ruleNamespace: string | undefined): boolean {
  const [name, namespace = ruleNamespace] = host.split('.')
  return service.metadata.name === name && service.metadata.namespace === namespace
}

function shareOf({ percentage }: Percentage): string {
  const share = percentage?.value
  return share === undefined || share === 100 ? '' : `${share} % of `
}
