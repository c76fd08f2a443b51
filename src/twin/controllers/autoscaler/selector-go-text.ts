/** A label selector as the API's Go types print themselves: upstream puts it into messages in that form. */

import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'

export function selectorGoText(selector: LabelSelector | undefined): string {
  if (selector === undefined) return 'nil'
  const labels = Object.keys(selector.matchLabels ?? {}).sort().map((key) => `${key}: ${selector.matchLabels?.[key] ?? ''},`)
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) => `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`)
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`
}
