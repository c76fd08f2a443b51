/** Which of the templates in a set a selector will find, before there are pods. */

import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import { selectorOf, type ServiceObject } from '../../model/topology/services.ts'
import { perView } from '../../model/per-view.ts'
import type { View } from '../../model/view.ts'
import { budgetsOf, type BudgetObject } from './budgets.ts'
import { podTemplates, type PodTemplate } from './templates.ts'

const byNamespace = perView((view): ReadonlyMap<string, readonly PodTemplate[]> => Map.groupBy(podTemplates(view), ({ namespace }) => namespace))

export function templatesIn(view: View, namespace: string): readonly PodTemplate[] {
  return byNamespace(view).get(namespace) ?? []
}

/** By one label in its namespace: the first step of every selector, so that ten thousand Services do not each look at ten thousand workloads. */
const byLabel = perView((view): ReadonlyMap<string, readonly PodTemplate[]> => {
  const found = new Map<string, PodTemplate[]>()
  for (const template of podTemplates(view)) {
    for (const [key, value] of Object.entries(template.labels)) {
      const place = `${template.namespace}|${key}=${value}`
      const there = found.get(place)
      if (there === undefined) found.set(place, [template])
      else there.push(template)
    }
  }
  return found
})

export function templatesMatching(view: View, namespace: string, selector: LabelSelector | undefined): readonly PodTemplate[] {
  return candidates(view, namespace, selector).filter(({ labels }) => matchesSelector(selector, labels))
}

/** The shortest list that one of its labels leaves. */
function candidates(view: View, namespace: string, selector: LabelSelector | undefined): readonly PodTemplate[] {
  const lists = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => byLabel(view).get(`${namespace}|${key}=${value}`) ?? [])
  return lists.length === 0 ? templatesIn(view, namespace) : lists.reduce((shortest, list) => (list.length < shortest.length ? list : shortest))
}

/** The disruption budgets over each template, in the order in which they were read. */
export const budgetsOver = perView((view: View): ReadonlyMap<PodTemplate, readonly BudgetObject[]> => {
  const over = new Map<PodTemplate, BudgetObject[]>()
  for (const budget of budgetsOf(view)) {
    for (const template of templatesMatching(view, budget.metadata.namespace ?? 'default', budget.spec?.selector)) over.set(template, [...(over.get(template) ?? []), budget])
  }
  return over
})

export function templatesBehind(view: View, service: ServiceObject): readonly PodTemplate[] {
  const selector = selectorOf(service)
  return selector === undefined ? [] : templatesMatching(view, service.metadata.namespace ?? 'default', { matchLabels: selector })
}
