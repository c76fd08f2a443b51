/**
 * Adopting and releasing (`pkg/controller/controller_ref_manager.go`): a controller takes in orphans that its selector
 * matches, and lets go of children that it no longer matches.
 *
 * Orphans are rare and children many, so each controller remembers the orphans it has seen; nobody scans a namespace.
 */

import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import { controllerOf, groupOf, refOf, type KubeObject } from '../../model/kube-object.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import { isTerminating } from '../../model/kube/workload.ts'
import type { Context } from '../controller.ts'
import type { CowMap } from '../cow-map.ts'
import type { Change } from '../store.ts'
import { ownerReference } from './create-pods.ts'

/** Keys of objects that no controller owns. */
export type Orphans = CowMap<true>

export function noteOrphans(childKind: string, change: Change, orphans: Orphans): void {
  if (change.groupKind !== childKind) return
  if (change.after !== undefined && controllerOf(change.after) === undefined) orphans.set(change.key, true)
  else orphans.delete(change.key)
}

/** True when the change concerns an orphan: every controller in the namespace may want it. */
export function isOrphan(object: KubeObject | undefined): boolean {
  return object !== undefined && controllerOf(object) === undefined
}

/** Whether a selector matches an object. Those that one template made in one zone mostly share their labels: what was told of one is told of the others. */
export function labelTest(selector: LabelSelector | undefined): (object: KubeObject) => boolean {
  const told = new Map<KubeObject['metadata']['labels'], boolean>()
  return ({ metadata: { labels } }) => {
    const known = told.get(labels)
    if (known !== undefined) return known
    const matches = matchesSelector(selector, labels)
    told.set(labels, matches)
    return matches
  }
}

export interface Claim {
  readonly childKind: string
  readonly selector: LabelSelector | undefined
  /** What a child must be beside its labels; one that is not is neither taken in nor kept. */
  readonly isMember?: (child: KubeObject) => boolean
  /** Put on what is adopted, and taken off what is released. */
  readonly finalizer?: string
}

/** The children of `owner` after adoption and release. One that is being deleted takes nothing in and lets nothing go. */
export function claimChildren(context: Context<Orphans>, owner: KubeObject, claim: Claim): KubeObject[] {
  const isLabelled = labelTest(claim.selector)
  const isWanted = (child: KubeObject): boolean => isLabelled(child) && claim.isMember?.(child) !== false
  const children = context.store.ownedBy(owner.metadata.uid ?? '').filter((child) => isOfKind(child, claim.childKind))
  const kept = children.filter(isWanted)
  if (isTerminating(owner)) return kept
  for (const child of children) if (!isWanted(child)) release(context, owner, child, claim)
  return [...kept, ...adopt(context, owner, claim)]
}

function adopt(context: Context<Orphans>, owner: KubeObject, { childKind, selector, isMember, finalizer }: Claim): KubeObject[] {
  const prefix = `${childKind}|${owner.metadata.namespace ?? ''}|`
  const adopted: KubeObject[] = []
  for (const key of [...context.state.keys()].filter((candidate) => candidate.startsWith(prefix))) {
    const child = context.store.byKey(key)
    if (child === undefined || isTerminating(child) || !isOrphan(child) || !matchesSelector(selector, child.metadata.labels) || isMember?.(child) === false) continue
    const ownerReferences = [...(child.metadata.ownerReferences ?? []), ownerReference(owner)]
    const finalizers = finalizer === undefined ? {} : { finalizers: [...(child.metadata.finalizers ?? []).filter((each) => each !== finalizer), finalizer] }
    adopted.push(context.api.patch(refOf(child), { type: 'merge', body: { metadata: { ownerReferences, ...finalizers } } as never }))
  }
  return adopted
}

function release(context: Context, owner: KubeObject, child: KubeObject, { finalizer }: Claim): void {
  const orNone = <T>(items: readonly T[]): readonly T[] | null => (items.length === 0 ? null : items)
  const ownerReferences = orNone((child.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== owner.metadata.uid))
  const finalizers = finalizer === undefined ? {} : { finalizers: orNone((child.metadata.finalizers ?? []).filter((each) => each !== finalizer)) }
  context.api.patch(refOf(child), { type: 'merge', body: { metadata: { ownerReferences, ...finalizers } } as never })
}

/** Asked of each child at each sync: no text is made for it. */
function isOfKind({ apiVersion, kind }: KubeObject, groupKindText: string): boolean {
  const slash = groupKindText.length - kind.length - 1
  return groupKindText.endsWith(kind) && groupKindText[slash] === '/' && groupKindText.startsWith(groupOf(apiVersion)) && groupOf(apiVersion).length === slash
}
