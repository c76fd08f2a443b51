/**
 * Pods by label, kept in step with every write, so that nobody walks a namespace to find those of a Service.
 *
 * A list is changed in place while it belongs to one side alone: many objects may share one label, and to copy what all
 * of them are in at each write of one would cost the square of their number. After a fork the first to write copies.
 */

import type { KubeObject } from '../model/kube-object.ts'
import type { Labels } from '../model/kube/selector.ts'
import { CowMap } from './cow-map.ts'

export interface LabelIndex {
  /** Either is absent where the object is new or gone. */
  replace(before: KubeObject | undefined, after: KubeObject | undefined): void
  /** Those in the namespace that carry all the labels, of which there is one at least; in the order in which they came. */
  carrying(namespace: string, labels: Labels): KubeObject[]
  fork(): LabelIndex
}

interface Place {
  /** Who may change the list. */
  readonly owner: object
  readonly objects: KubeObject[]
}

export function createLabelIndex(): LabelIndex {
  return indexOver(new CowMap())
}

function indexOver(places: CowMap<Place>): LabelIndex {
  let owner = {}
  const ownPlace = (entry: string): Place => {
    const known = places.get(entry)
    if (known?.owner === owner) return known
    const own = { owner, objects: [...(known?.objects ?? [])] }
    places.set(entry, own)
    return own
  }
  const exchange = (entry: string, before: KubeObject | undefined, after: KubeObject | undefined): void => {
    const { objects } = ownPlace(entry)
    const at = before === undefined ? -1 : objects.indexOf(before)
    if (after === undefined) objects.splice(at, at < 0 ? 0 : 1)
    else if (at < 0) objects.push(after)
    else objects[at] = after
    if (objects.length === 0) places.delete(entry)
  }
  return {
    replace(before, after) {
      const [from, to] = [entriesOf(before), entriesOf(after)]
      for (const entry of from) exchange(entry, before, to.includes(entry) ? after : undefined)
      for (const entry of to) if (!from.includes(entry)) exchange(entry, undefined, after)
    },
    carrying(namespace, labels) {
      const lists = labelEntries(namespace, labels).map((entry) => places.get(entry)?.objects ?? [])
      const rarest = lists.reduce((fewest, list) => (list.length < fewest.length ? list : fewest))
      return rarest.filter(({ metadata }) => carries(metadata.labels, labels))
    },
    fork() {
      owner = {}
      return indexOver(places.fork())
    },
  }
}

export function carries(own: Labels | undefined, wanted: Labels): boolean {
  for (const name in wanted) if (own?.[name] !== wanted[name]) return false
  return true
}

const NO_ENTRIES: readonly string[] = []

function entriesOf(object: KubeObject | undefined): readonly string[] {
  const { labels, namespace = '' } = object?.metadata ?? {}
  return labels === undefined ? NO_ENTRIES : labelEntries(namespace, labels)
}

/** By the labels, which pods of one template share: the texts are made once for all of them. */
const known = new WeakMap<Labels, { readonly namespace: string; readonly entries: readonly string[] }>()

/** A text for each label in this namespace. */
export function labelEntries(namespace: string, labels: Labels): readonly string[] {
  const made = known.get(labels)
  if (made?.namespace === namespace) return made.entries
  const entries = Object.entries(labels).map(([name, value]) => labelEntry(namespace, name, value))
  known.set(labels, { namespace, entries })
  return entries
}

export function labelEntry(namespace: string, name: string, value: string): string {
  return `${namespace}|${name}=${value}`
}
