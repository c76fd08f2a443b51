/**
 * ControllerRevisions: how StatefulSets and DaemonSets remember their templates (`pkg/controller/history`). A template
 * that comes back gets its old revision object, with a new number.
 */

import type { PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import { isFault } from '../../kernel/fault.ts'
import { jsonEqual } from '../../kernel/json.ts'
import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import { controllerOf, refOf, type KubeObject } from '../../model/kube-object.ts'
import { cleanTemplate } from '../../model/kube/revision.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import { isTerminating } from '../../model/kube/workload.ts'
import type { Context } from '../controller.ts'
import { ownerReference } from './create-pods.ts'
import { templateHash } from './template-hash.ts'

export const REVISION_HASH_LABEL = 'controller-revision-hash'

export type RevisionObject = KubeObject & { readonly revision: number; readonly data?: { readonly spec?: { readonly template?: PodTemplateSpec } } }

export function revisionsOwnedBy(context: Context, owner: KubeObject): RevisionObject[] {
  const owned = context.store.ownedBy(owner.metadata.uid ?? '').filter(({ kind }) => kind === 'ControllerRevision') as RevisionObject[]
  return owned.sort((left, right) => left.revision - right.revision)
}

/** The revision of the owner's present template: found, taken over from an owner that left it behind, renumbered or made. */
export function currentRevision(context: Context, owner: KubeObject, template: PodTemplateSpec): RevisionObject {
  const isEqual = (revision: RevisionObject): boolean => jsonEqual(cleanTemplate(templateIn(revision) ?? {}), cleanTemplate(template))
  const owned = revisionsOwnedBy(context, owner)
  const revisions = owned.some(isEqual) || !adoptRevisions(context, owner) ? owned : revisionsOwnedBy(context, owner)
  const data = revisionData(template)
  const highest = revisions.at(-1)?.revision ?? 0
  const equal = revisions.findLast(isEqual)
  if (equal === undefined) return createRevision(context, owner, { data, number: highest + 1, template })
  if (equal.revision === highest) return equal
  return context.api.update({ ...equal, revision: highest + 1 }) as RevisionObject
}

/** Those of no controller that the owner's selector matches. True when there were any. Looked for only before one is made: that is when they matter. */
function adoptRevisions(context: Context, owner: KubeObject): boolean {
  const left = revisionsLeftTo(context, owner).filter((revision) => !isTerminating(revision))
  for (const revision of left) {
    const ownerReferences = [...(revision.metadata.ownerReferences ?? []), ownerReference(owner)]
    context.api.patch(refOf(revision), { type: 'merge', body: { metadata: { ownerReferences } } as never })
  }
  return left.length > 0
}

/** Those that an owner of this selector would take in. */
export function revisionsLeftTo({ store }: Context, owner: KubeObject): KubeObject[] {
  const { selector } = (owner['spec'] ?? {}) as { readonly selector?: LabelSelector }
  return [...store.list('apps/ControllerRevision', owner.metadata.namespace)].filter((revision) => controllerOf(revision) === undefined && matchesSelector(selector, revision.metadata.labels))
}

export function templateIn(revision: RevisionObject): PodTemplateSpec | undefined {
  const template = revision.data?.spec?.template as (PodTemplateSpec & { readonly $patch?: string }) | undefined
  if (template === undefined) return undefined
  const { $patch: _, ...rest } = template
  return rest
}

/** Revisions that no pod carries go when there are more than the limit, lowest first. */
export function trimRevisions(context: Context, owner: KubeObject, options: { readonly inUse: ReadonlySet<string>; readonly limit: number }): void {
  const unused = revisionsOwnedBy(context, owner).filter((revision) => !options.inUse.has(revision.metadata.name ?? ''))
  for (const revision of unused.slice(0, Math.max(0, unused.length - options.limit))) context.api.remove(refOf(revision))
}

function revisionData(template: PodTemplateSpec): object {
  return { spec: { template: { ...template, $patch: 'replace' } } }
}

function createRevision(context: Context, owner: KubeObject, make: { readonly data: object; readonly number: number; readonly template: PodTemplateSpec }): RevisionObject {
  for (let collisions = 0; ; collisions += 1) {
    const hash = templateHash(make.template, collisions)
    try {
      return context.api.create({
        apiVersion: 'apps/v1',
        kind: 'ControllerRevision',
        metadata: {
          name: `${owner.metadata.name ?? ''}-${hash}`,
          namespace: owner.metadata.namespace ?? '',
          labels: { ...make.template.metadata?.labels, [REVISION_HASH_LABEL]: hash },
          ownerReferences: [ownerReference(owner)],
        },
        data: make.data,
        revision: make.number,
      }) as unknown as RevisionObject
    } catch (error) {
      if (!isFault(error) || error.code !== 'already-exists') throw error
    }
  }
}
