/** Which of the templates in a set a selector will find, before there are pods. */

import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import { selectorOf, type ServiceObject } from '../../model/topology/services.ts'
import { perView } from '../../model/per-view.ts'
import type { View } from '../../model/view.ts'
import { podTemplates, type PodTemplate } from './templates.ts'

const byNamespace = perView((view): ReadonlyMap<string, readonly PodTemplate[]> => Map.groupBy(podTemplates(view), ({ namespace }) => namespace))

export function templatesIn(view: View, namespace: string): readonly PodTemplate[] {
  return byNamespace(view).get(namespace) ?? []
}

export function templatesMatching(view: View, namespace: string, selector: LabelSelector | undefined): readonly PodTemplate[] {
  return templatesIn(view, namespace).filter(({ labels }) => matchesSelector(selector, labels))
}

export function templatesBehind(view: View, service: ServiceObject): readonly PodTemplate[] {
  const selector = selectorOf(service)
  return selector === undefined ? [] : templatesMatching(view, service.metadata.namespace ?? 'default', { matchLabels: selector })
}
