/**
 * Plays a patch through the server's admission before it is sent for real, and learns two things: whether the
 * server would refuse it, and whether it would change anything. The second is the surest way to see that a
 * patch was applied before: the server itself compares, with its defaults and its merge rules.
 */

import { isRecord, jsonEqual, type JsonValue } from '../kernel/json.ts'
import type { KubeObject, ObjectRef } from '../model/kube-object.ts'
import type { Patch } from '../ports/cluster.ts'
import type { Hands } from './hands.ts'

export type Foreseen =
  | { readonly type: 'changes' }
  | { readonly type: 'nothing' }
  | { readonly type: 'refused'; readonly detail: string }
  | { readonly type: 'unknown' }

export async function foresee(hands: Hands, ref: ObjectRef, options: { readonly current: KubeObject; readonly patch: Patch }): Promise<Foreseen> {
  const { current, patch } = options
  const answer = await hands.dryRunPatch(ref, patch)
  if (answer.type === 'unsupported') return { type: 'unknown' }
  if (answer.type === 'refused') return { type: 'refused', detail: `the API server would refuse it: ${answer.fault.message}` }
  return jsonEqual(withoutBookkeeping(current), withoutBookkeeping(answer.result)) ? { type: 'nothing' } : { type: 'changes' }
}

/** What every write touches, whether it changes anything or not. The status is not ours to change. */
function withoutBookkeeping(object: KubeObject): unknown {
  const { status: _, metadata, ...rest } = object
  const { managedFields: __, resourceVersion: ___, generation: ____, ...kept } = metadata
  return { ...rest, metadata: kept }
}

/**
 * The patch with the object's identity and version in it, so that the server refuses it once the object moved. A
 * merge that is refused is a conflict (409) and worth another look; a JSON patch whose test fails is final (422), so
 * it is bound to the generation, which moves with the spec alone, and not to the version, which moves with each status.
 */
export function boundTo(object: KubeObject, patch: Patch): Patch {
  const { uid, resourceVersion, generation } = object.metadata
  if (patch.type === 'json') return { type: 'json', body: [...testsOf({ uid, generation }), ...patch.body] }
  if (!isRecord(patch.body)) return patch
  const metadata = isRecord(patch.body['metadata']) ? patch.body['metadata'] : {}
  const version = { ...(uid === undefined ? {} : { uid }), ...(resourceVersion === undefined ? {} : { resourceVersion }) }
  return { type: patch.type, body: { ...patch.body, metadata: { ...metadata, ...version } } as JsonValue }
}

function testsOf(version: { readonly uid: string | undefined; readonly generation: number | undefined }): JsonValue[] {
  return Object.entries(version).flatMap(([field, value]) => (value === undefined ? [] : [{ op: 'test', path: `/metadata/${field}`, value }]))
}
