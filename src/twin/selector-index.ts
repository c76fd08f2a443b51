/**
 * Services by a label that they select, kept in step with every change: which of them mean a pod is asked at each step of
 * one, and no namespace is walked for it.
 */

import { oncePerObject } from '../kernel/once-per-object.ts'
import type { KubeObject } from '../model/kube-object.ts'
import type { Labels } from '../model/kube/selector.ts'
import type { CowMap } from './cow-map.ts'
import { labelEntries, labelEntry } from './label-index.ts'
import type { Change, StoreReader } from './store.ts'

/** Keys of Services (`namespace/name`) by the first label of their selector: a pod without it is none of theirs. */
export type SelectorIndex = CowMap<readonly string[]>

export type Selecting = KubeObject & { readonly spec?: { readonly selector?: Labels } }

export function indexSelector({ before, after }: Pick<Change, 'before' | 'after'>, index: SelectorIndex): void {
  const [from, to] = [entryOf(before), entryOf(after)]
  if (from === to) return
  if (from !== undefined && before !== undefined) {
    const rest = (index.get(from) ?? []).filter((key) => key !== keyOf(before))
    if (rest.length === 0) index.delete(from)
    else index.set(from, rest)
  }
  if (to !== undefined && after !== undefined) index.set(to, [...(index.get(to) ?? []), keyOf(after)])
}

function entryOf(service: KubeObject | undefined): string | undefined {
  const [first] = service === undefined ? [] : selectorOf(service as Selecting)
  return first === undefined ? undefined : labelEntry(service?.metadata.namespace ?? '', ...first)
}

/** The Services that select pods with these labels. */
export function servicesFor({ namespace, labels }: { readonly namespace: string; readonly labels: Labels }, index: SelectorIndex, store: StoreReader): Selecting[] {
  const found: Selecting[] = []
  for (const entry of labelEntries(namespace, labels)) {
    for (const key of index.get(entry) ?? []) {
      const service = store.byKey(`/Service|${key.replace('/', '|')}`) as Selecting | undefined
      if (service !== undefined && isSelectedBy(service, labels)) found.push(service)
    }
  }
  return found
}

const selectorOf = oncePerObject((service: Selecting): readonly (readonly [string, string])[] => Object.entries(service.spec?.selector ?? {}))

function isSelectedBy(service: Selecting, labels: Labels | undefined): boolean {
  const selector = selectorOf(service)
  return selector.length > 0 && selector.every(([key, value]) => labels?.[key] === value)
}

function keyOf({ metadata: { namespace = '', name = '' } }: KubeObject): string {
  return `${namespace}/${name}`
}
