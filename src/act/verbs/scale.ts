/**
 * Scale: sets `spec.replicas`, if it still is what the plan saw. A count that somebody moved in between (a person,
 * an autoscaler) is theirs: the step refuses and the next turn looks again.
 */

import { subjectText, type KubeObject } from '../../model/kube-object.ts'
import { boundTo } from '../dry-run-first.ts'
import { locate, refOfTarget } from '../locate.ts'
import { sendPatch } from '../send-patch.ts'
import { already, ready, refused, type VerbHandler } from '../verb.ts'

/** Kinds whose absent `spec.replicas` means 1 (apps/v1 and core/v1 defaults). */
const DEFAULTS_TO_ONE = ['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController']

export const scale: VerbHandler<'scale'> = {
  async prepare(action, { hands }) {
    const { target, fromReplicas, toReplicas } = action
    const found = await locate(hands, target)
    if (found.type !== 'found') return refused(found.detail)
    const current = replicasIn(found.object)
    if (current === undefined) return refused(`${subjectText(target)} has no spec.replicas to set`)
    if (current === toReplicas) return already(`${subjectText(target)} has ${toReplicas} replicas already`)
    if (current !== fromReplicas) return refused(`${subjectText(target)} has ${current} replicas, the plan was made for ${fromReplicas}`)
    const patch = boundTo(found.object, { type: 'merge', body: { spec: { replicas: toReplicas } } })
    const done = `${subjectText(target)} now wants ${toReplicas} replicas, before ${fromReplicas}`
    return ready(() => sendPatch(hands, { ref: refOfTarget(target), current: found.object, patch, done }))
  },
  inverse: async (action) => ({ ...action, fromReplicas: action.toReplicas, toReplicas: action.fromReplicas }),
}

function replicasIn(object: KubeObject): number | undefined {
  const replicas = (object['spec'] as { replicas?: number } | undefined)?.replicas
  return replicas ?? (DEFAULTS_TO_ONE.includes(object.kind) ? 1 : undefined)
}
