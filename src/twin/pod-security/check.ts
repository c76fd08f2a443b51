/** One check of a pod, and the words in which checks say what they found (`pod-security-admission/policy`). */

import type { Container, EphemeralContainer, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import type { ObjectMeta } from 'kubernetes-types/meta/v1.d.ts'

export interface JudgedPod {
  readonly metadata?: Pick<ObjectMeta, 'annotations'> | undefined
  readonly spec: PodSpec
}

export type JudgedContainer = Container | EphemeralContainer

/** What is wrong, in short and in full. */
export interface Violation {
  readonly reason: string
  readonly detail: string
}

export type Check = (pod: JudgedPod) => Violation | undefined

export interface VersionedCheck {
  /** Their order is the order in which violations are told. */
  readonly id: string
  /** The first minor of a policy that asks this, and how it asks; the last that is not above the wanted one holds. */
  readonly since: readonly (readonly [minor: number, check: Check])[]
  /** Of Baseline, what Restricted asks more strictly by this one. */
  readonly overrides?: string
}

/** In the order in which upstream visits them: it is the order of names in its sentences. */
export function everyContainer({ spec }: JudgedPod): readonly JudgedContainer[] {
  return [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])]
}

export function namesWhere(pod: JudgedPod, isBad: (container: JudgedContainer) => boolean): string[] {
  return everyContainer(pod).filter(isBad).map(({ name }) => name)
}

export function plural(one: string, { length }: readonly unknown[], many = `${one}s`): string {
  return length === 1 ? one : many
}

export function quoted(items: readonly string[]): string {
  return items.map((item) => `"${item}"`).join(', ')
}

export function namedContainers(names: readonly string[]): string {
  return `${plural('container', names)} ${quoted(names)}`
}

/** Who set it: the pod, some of its containers, or both. */
export function setters(isPod: boolean, names: readonly string[]): string {
  return [...(isPod ? ['pod'] : []), ...(names.length > 0 ? [namedContainers(names)] : [])].join(' and ')
}

export function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort()
}

/** The validation of pods lets a Windows pod have none of what is asked for. */
export function unlessWindows(check: Check): Check {
  return (pod) => (pod.spec.os?.name === 'windows' ? undefined : check(pod))
}

/** Root in a user namespace of its own is nobody on the node. */
export function unlessOwnUsers(check: Check): Check {
  return (pod) => ((pod.spec as { readonly hostUsers?: boolean }).hostUsers === false ? undefined : check(pod))
}
