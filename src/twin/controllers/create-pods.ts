/** Making and removing the pods of a controller, with its events, as `pkg/controller/controller_utils.go` does. */

import { isFault, type Fault } from '../../kernel/fault.ts'
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import { refOf, type KubeObject } from '../../model/kube-object.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import type { Context } from '../controller.ts'

/** `BurstReplicas` of the ReplicaSet controller. */
export const BURST_MAX = 500

/** A pod as the template says, owned by `owner`. Named by the caller, or by the server from the owner's name. */
export function podFromTemplate(owner: KubeObject, template: PodTemplateSpec, name?: string): KubeObject {
  const { labels, annotations, finalizers } = template.metadata ?? {}
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(name === undefined ? { generateName: `${owner.metadata.name ?? ''}-` } : { name }),
      namespace: owner.metadata.namespace ?? '',
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [ownerReference(owner)],
    },
    spec: template.spec,
  }
}

export function ownerReference(owner: KubeObject): NonNullable<KubeObject['metadata']['ownerReferences']>[number] {
  const { name = '', uid = '' } = owner.metadata
  return { apiVersion: owner.apiVersion, kind: owner.kind, name, uid, controller: true, blockOwnerDeletion: true }
}

/** Creates one pod and says so. Returns the fault when the server refuses. */
export function createPod(context: Context, owner: KubeObject, pod: KubeObject): Fault | undefined {
  try {
    const created = context.api.create(pod)
    context.recordEvent(owner, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${created.metadata.name ?? ''}` })
    return undefined
  } catch (error) {
    if (!isFault(error)) throw error
    context.recordEvent(owner, { type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${error.message}` })
    return error
  }
}

/** Slow start: 1, 2, 4… at a time, so that a refusal is met once and not five hundred times. The first fault of the batch that failed. */
export function createInBatches(count: number, create: () => Fault | undefined): { readonly created: number; readonly failure?: Fault } {
  let created = 0
  for (let size = 1; created < count; size *= 2) {
    const batch = Math.min(size, count - created)
    const failures = Array.from({ length: batch }, create).filter((failure) => failure !== undefined)
    created += batch - failures.length
    if (failures[0] !== undefined) return { created, failure: failures[0] }
  }
  return { created }
}

/** Deletes one pod of the controller and says so. A pod that is gone already is fine. */
export function deletePod(context: Context, owner: KubeObject, pod: PodObject): void {
  const { name = '', uid } = pod.metadata
  try {
    context.api.remove(refOf(pod), uid === undefined ? {} : { uid })
    context.recordEvent(owner, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${name}` })
  } catch (error) {
    if (!isFault(error) || (error.code !== 'not-found' && error.code !== 'conflict')) throw error
  }
}
