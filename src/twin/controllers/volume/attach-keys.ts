/** Which volumes a change concerns. */

import { isNode, isPod, isReady, type NodeObject } from '../../../model/kube/workload.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import type { Change, StoreReader } from '../../store.ts'
import { ATTACHMENT_KIND, claimNamesOf, type AttachmentObject } from './attachable.ts'
import { volumeNameOf } from './attach-state.ts'

export function* volumeKeys(change: Change, store: StoreReader): Iterable<string> {
  const object = change.after ?? change.before
  if (object === undefined) return
  if (change.groupKind === '/PersistentVolume') yield object.metadata.name ?? ''
  else if (change.groupKind === ATTACHMENT_KIND) yield volumeNameOf(object as AttachmentObject)
  else if (change.groupKind === '/PersistentVolumeClaim') yield* claimed(object)
  else if (isPod(object)) yield* volumesOfPod(object, store)
  else if (isNode(object)) yield* volumesOfNode(change, object, store)
}

function claimed(claim: KubeObject | undefined): string[] {
  const name = (claim?.['spec'] as { readonly volumeName?: string } | undefined)?.volumeName ?? ''
  return name === '' ? [] : [name]
}

function volumesOfPod(pod: KubeObject, store: StoreReader): string[] {
  if (!isPod(pod)) return []
  const namespace = pod.metadata.namespace ?? ''
  return claimNamesOf(pod).flatMap((name) => claimed(store.get({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name })))
}

/** Only what decides about attachments: is it there, is it Ready, is it declared dead. */
function* volumesOfNode({ before, after }: Change, node: NodeObject, store: StoreReader): Iterable<string> {
  if (before !== undefined && after !== undefined && isReady(before) === isReady(after) && (before as NodeObject).spec?.taints === (after as NodeObject).spec?.taints) return
  const name = node.metadata.name ?? ''
  for (const object of store.list(ATTACHMENT_KIND)) if ((object as AttachmentObject).spec.nodeName === name) yield volumeNameOf(object as AttachmentObject)
  if (before === undefined) for (const pod of store.podsOn(name)) yield* volumesOfPod(pod, store)
}
