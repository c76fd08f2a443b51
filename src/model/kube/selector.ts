/**
 * Label selectors and label-selector strings, as k8s.io/apimachinery defines them.
 *
 * The empty selector matches everything; an absent one matches nothing. Callers for whom that is different
 * (PodDisruptionBudgets, Services) say so themselves.
 */

import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'

export type Labels = Readonly<Record<string, string>>

/** One requirement of a parsed selector string or object. */
export interface Requirement {
  readonly key: string
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt'
  readonly values: readonly string[]
}

/** Does the selector object match? `undefined` matches nothing, `{}` everything. */
export function matchesSelector(selector: LabelSelector | undefined, labels: Labels | undefined): boolean {
  if (selector === undefined) return false
  if (!matchesLabels(selector.matchLabels, labels ?? {})) return false
  return selector.matchExpressions === undefined || expressionsOf(selector).every((requirement) => matchesRequirement(requirement, labels ?? {}))
}

/** Most selectors are only this, and are asked of every pod. */
function matchesLabels(wanted: Labels | undefined, labels: Labels): boolean {
  for (const key in wanted) if (!Object.hasOwn(labels, key) || labels[key] !== wanted[key]) return false
  return true
}

export function requirementsOf(selector: LabelSelector): Requirement[] {
  const exact = Object.entries(selector.matchLabels ?? {}).map(
    ([key, value]): Requirement => ({ key, operator: 'In', values: [value] }),
  )
  return [...exact, ...expressionsOf(selector)]
}

function expressionsOf({ matchExpressions = [] }: LabelSelector): Requirement[] {
  return matchExpressions.map(({ key, operator, values }): Requirement => ({ key, operator: operator as Requirement['operator'], values: values ?? [] }))
}

export function matchesRequirement(requirement: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, requirement.key) ? labels[requirement.key] : undefined
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && requirement.values.includes(value)
    case 'NotIn':
      return value === undefined || !requirement.values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
      return compareIntegers(value, requirement.values[0], (left, right) => left > right)
    case 'Lt':
      return compareIntegers(value, requirement.values[0], (left, right) => left < right)
    default:
      return false
  }
}

function compareIntegers(value: string | undefined, bound: string | undefined, test: (left: number, right: number) => boolean): boolean {
  if (value === undefined || bound === undefined || !/^-?\d+$/.test(value) || !/^-?\d+$/.test(bound)) return false
  return test(Number(value), Number(bound))
}
