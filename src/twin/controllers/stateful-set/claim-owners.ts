/**
 * Whose a StatefulSet's claims are (`persistentVolumeClaimRetentionPolicy`; `stateful_set_utils.go`,
 * updateClaimOwnerRefForSetAndPod). The controller only writes owners: the set for claims that go with it, the pod
 * that is scaled away for claims that go with the scale. The garbage collector does the rest.
 */

import { jsonEqual } from '../../../kernel/json.ts'
import { refOf, type KubeObject } from '../../../model/kube-object.ts'
import type { PodObject } from '../../../model/kube/workload.ts'
import type { Context } from '../../controller.ts'
import { ownerReference } from '../create-pods.ts'
import { claimsFor, ordinalOf, startOrdinal, type StatefulSetObject } from './identity.ts'

type Owner = ReturnType<typeof ownerReference>

interface Policy {
  readonly whenDeleted: string
  readonly whenScaled: string
}

function policyOf(set: StatefulSetObject): Policy {
  const given = (set.spec as { persistentVolumeClaimRetentionPolicy?: Partial<Policy> } | undefined)?.persistentVolumeClaimRetentionPolicy
  return { whenDeleted: given?.whenDeleted ?? 'Retain', whenScaled: given?.whenScaled ?? 'Retain' }
}

/** Gives the claims of one pod the owners that the policy asks for. A claim that is not there is nobody's yet. */
export function settleClaims(context: Context, set: StatefulSetObject, pod: PodObject): void {
  for (const wanted of claimsFor(set, ordinalOf(set, pod) ?? -1)) {
    const claim = context.store.get(refOf(wanted))
    if (claim === undefined) continue
    const owners = ownersAfter(claim, set, pod)
    if (jsonEqual(owners, claim.metadata.ownerReferences ?? [])) continue
    context.api.patch(refOf(claim), { type: 'merge', body: { metadata: { ownerReferences: owners.length === 0 ? null : owners } } as never })
  }
}

/** The owners that `claim` is to have; those it has when the set must keep its hands off. */
export function ownersAfter(claim: KubeObject, set: StatefulSetObject, pod: PodObject): readonly Owner[] {
  const before = (claim.metadata.ownerReferences ?? []) as readonly Owner[]
  // An earlier set or pod of the same name: what it left is the collector's.
  if ([set, pod].some((object) => before.some((owner) => names(owner, object) && owner.uid !== object.metadata.uid))) return before
  const ours = before.filter((owner) => names(owner, set) || names(owner, pod))
  const others = before.filter((owner) => !ours.includes(owner))
  const policy = policyOf(set)
  const isManaged = policy.whenDeleted === 'Delete' || policy.whenScaled === 'Delete'
  if (!isManaged || others.some(({ controller }) => controller === true)) return others
  const wanted = ownerUnder(policy, set, pod)
  const isSettled = wanted === undefined ? ours.length === 0 : ours.length === 1 && ours[0]?.uid === wanted.metadata.uid && ours[0]?.controller === true
  return isSettled ? before : [...others, ...(wanted === undefined ? [] : [ownerReference(wanted)])]
}

function ownerUnder({ whenDeleted, whenScaled }: Policy, set: StatefulSetObject, pod: PodObject): KubeObject | undefined {
  if (whenScaled === 'Delete' && !isInRange(set, pod)) return pod
  return whenDeleted === 'Delete' ? set : undefined
}

function isInRange(set: StatefulSetObject, pod: PodObject): boolean {
  const ordinal = ordinalOf(set, pod) ?? -1
  return ordinal >= startOrdinal(set) && ordinal < startOrdinal(set) + (set.spec?.replicas ?? 1)
}

function names(owner: Owner, object: KubeObject): boolean {
  return owner.apiVersion === object.apiVersion && owner.kind === object.kind && owner.name === object.metadata.name
}
