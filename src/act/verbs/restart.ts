/**
 * Restart: stamps the pod template, as `kubectl rollout restart` does. The stamp is the plan's, not the time of the
 * run, so a restart that is run again finds its own stamp and does nothing.
 */

import { subjectText } from '../../model/kube-object.ts'
import { podTemplateOf } from '../../model/kube/workload.ts'
import { identityFields, locate, refOfTarget } from '../locate.ts'
import { sendPatch } from '../send-patch.ts'
import { already, noInverse, ready, refused, type VerbHandler } from '../verb.ts'

/** kubectl/pkg/polymorphichelpers/objectrestarter.go; the only kinds it restarts. */
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt'
const RESTARTABLE = ['Deployment', 'StatefulSet', 'DaemonSet']

export const restart: VerbHandler<'restart'> = {
  async prepare(action, { hands }) {
    const { target, restartedAt } = action
    if (!RESTARTABLE.includes(target.kind)) return refused(`a ${target.kind} cannot be restarted; only ${RESTARTABLE.join(', ')} can`)
    const found = await locate(hands, target)
    if (found.type !== 'found') return refused(found.detail)
    const spec = found.object['spec'] as { paused?: boolean } | undefined
    if (podTemplateOf(found.object)?.metadata?.annotations?.[RESTARTED_AT] === restartedAt) return already(`${subjectText(target)} was restarted already`)
    if (spec?.paused === true) return refused(`${subjectText(target)} is paused; a restart would wait until it is resumed`)
    const template = { metadata: { annotations: { [RESTARTED_AT]: restartedAt } } }
    const patch = { type: 'merge', body: { metadata: identityFields(found.uid), spec: { template } } } as const
    return ready(() => sendPatch(hands, { ref: refOfTarget(target), current: found.object, patch, done: `${subjectText(target)} restarts its pods` }))
  },
  inverse: noInverse,
}
