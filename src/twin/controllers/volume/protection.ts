/**
 * What keeps claims while pods use them, and volumes while claims are bound to them
 * (`pkg/controller/volume/pvcprotection`, `pvprotection`): a finalizer that comes off when nobody does.
 */

import { isFault } from '../../../kernel/fault.ts'
import { groupKind, refOf, type KubeObject } from '../../../model/kube-object.ts'
import { isPod, isTerminal, isTerminating, type PodObject } from '../../../model/kube/workload.ts'
import { PROTECTIONS } from '../../api/protection.ts'
import { controllerlessState } from '../../api/stateless.ts'
import type { Context, Controller } from '../../controller.ts'
import { claimNamesOf } from './attachable.ts'

const CLAIM = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' }
const VOLUME = { apiVersion: 'v1', kind: 'PersistentVolume' }

export const volumeProtection: Controller = {
  name: 'volume-protection-controller',
  watches: ['/PersistentVolumeClaim', '/PersistentVolume', '/Pod'],
  latencyMs: 10,
  createState: controllerlessState,
  keysFor({ before, after, groupKind: kind }) {
    if (kind !== '/Pod') return after === undefined ? [] : [keyFor(after)]
    const isOver = after === undefined || (isOverPod(after) && !isOverPod(before))
    const pod = after ?? before
    return isOver && pod !== undefined && isPod(pod) ? claimNamesOf(pod).map((name) => `${CLAIM.kind}/${pod.metadata.namespace ?? ''}/${name}`) : []
  },
  sync(key, context) {
    const [kind = '', namespace = '', name = ''] = key.split('/')
    const found = context.store.get(kind === CLAIM.kind ? { ...CLAIM, namespace, name } : { ...VOLUME, name })
    if (found !== undefined) protect(context, found)
  },
}

function isOverPod(object: KubeObject | undefined): boolean {
  return object !== undefined && isPod(object) && isTerminal(object)
}

function keyFor({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name ?? ''}`
}

/** On as long as the object is wanted; off once it is to go and nobody uses it. */
function protect(context: Context, object: KubeObject): void {
  const finalizer = PROTECTIONS[groupKind(object.apiVersion, object.kind)] ?? ''
  const finalizers = object.metadata.finalizers ?? []
  const isProtected = finalizers.includes(finalizer)
  if (!isTerminating(object) && !isProtected) return write(context, object, [...finalizers, finalizer])
  if (isTerminating(object) && isProtected && !isUsed(context, object)) write(context, object, finalizers.filter((name) => name !== finalizer))
}

function write(context: Context, object: KubeObject, finalizers: readonly string[]): void {
  try {
    context.api.patch(refOf(object), { type: 'merge', body: { metadata: { finalizers: finalizers.length === 0 ? null : finalizers } } as never })
  } catch (error) {
    if (!isFault(error) || error.code !== 'not-found') throw error
  }
}

function isUsed({ store }: Context, object: KubeObject): boolean {
  if (object.kind === VOLUME.kind) return (object['status'] as { phase?: string } | undefined)?.phase === 'Bound'
  for (const pod of store.list('/Pod', object.metadata.namespace)) if (isPod(pod) && uses(pod, object)) return true
  return false
}

/** A pod that has its node; one without is not started on a claim that is to go. */
function uses(pod: PodObject, claim: KubeObject): boolean {
  if ((pod.spec?.nodeName ?? '') === '') return false
  const name = claim.metadata.name ?? ''
  const isOwn = claim.metadata.ownerReferences?.some(({ uid, controller }) => uid === pod.metadata.uid && controller === true) === true
  const isNamed = pod.spec?.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === name) === true
  return isNamed || (isOwn && !isTerminal(pod) && claimNamesOf(pod).includes(name))
}
