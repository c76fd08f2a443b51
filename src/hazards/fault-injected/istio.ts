/** Faults that a route of the mesh injects (networking.istio.io VirtualService): requests are delayed or answered with an error as long as the rule stands. */

import { parseTimeMs } from '../../kernel/clock.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { podsBehind, type ServiceObject } from '../../model/topology/services.ts'
import type { View } from '../../model/view.ts'
import { isEntered, MESH_GROUP, placeOfHost } from '../shared/mesh-hosts.ts'
import type { Experiment } from './experiment.ts'

interface Percentage {
  readonly percentage?: { readonly value?: number }
}

interface HttpRule {
  readonly fault?: { readonly delay?: Percentage & { readonly fixedDelay?: string }; readonly abort?: Percentage & { readonly httpStatus?: number; readonly grpcStatus?: string } }
  readonly route?: readonly { readonly destination?: { readonly host?: string } }[]
}

export function istioFaults(view: View): Experiment[] {
  return view.list(MESH_GROUP, 'VirtualService').flatMap((object) => {
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
  const services = hosts.flatMap((host) => serviceOf(view, host, object.metadata.namespace ?? 'default'))
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

function serviceOf(view: View, host: string, from: string): ServiceObject[] {
  const place = isEntered(view, host) ? undefined : placeOfHost(view, host, from)
  const service = place === undefined ? undefined : view.get({ apiVersion: 'v1', kind: 'Service', ...place })
  return service === undefined ? [] : [service as ServiceObject]
}

function shareOf({ percentage }: Percentage): string {
  const share = percentage?.value
  return share === undefined || share === 100 ? '' : `${share} % of `
}
