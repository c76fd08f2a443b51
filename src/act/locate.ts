/**
 * Finds the object a step is about, and makes sure it is that object and not another of the same name.
 */

import type { KubeObject } from '../model/kube-object.ts'
import { subjectText } from '../model/kube-object.ts'
import type { Target } from '../model/plan.ts'
import type { Hands } from './hands.ts'

export type Location =
  | { readonly type: 'found'; readonly object: KubeObject; readonly uid: string | undefined }
  | { readonly type: 'absent'; readonly detail: string }
  /** The name is there, the object the plan was made for is not. */
  | { readonly type: 'replaced'; readonly detail: string }

/** Reads the target. A plan made from files may carry no uid; then the object of that name is meant. */
export async function locate(hands: Hands, target: Target): Promise<Location> {
  const object = await hands.get(refOfTarget(target))
  if (object === undefined) return { type: 'absent', detail: `${subjectText(target)} does not exist` }
  const uid = object.metadata.uid
  if (target.uid !== undefined && uid !== undefined && uid !== target.uid) {
    return { type: 'replaced', detail: `${subjectText(target)} is another object than the plan was made for (uid ${uid})` }
  }
  return { type: 'found', object, uid }
}

/**
 * Why an object must not be deleted by this step, if so. Without a uid, a deletion that is run again after a
 * crash would delete the successor that took the name, so on a live cluster the plan must carry it.
 */
export function lacksIdentity(hands: Hands, target: Target): string | undefined {
  if (hands.realm === 'twin' || target.uid !== undefined) return undefined
  return `the plan does not carry the uid of ${subjectText(target)}, so a repeated deletion could hit its successor`
}

export function refOfTarget(target: Target): Omit<Target, 'uid'> {
  const { uid: _, ...ref } = target
  return ref
}

/** Members for `metadata` of a merge patch that make the server refuse it (409) when the object is another one. */
export function identityFields(uid: string | undefined): { readonly uid?: string } {
  return uid === undefined ? {} : { uid }
}
