/** What a StatefulSet's controller tells of pods and claims (`stateful_pod_control.go`): in capitals since 1.35. */

import { isFault } from '../../../kernel/fault.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import type { Context } from '../../controller.ts'

const CAPITALS_SINCE_MINOR = 35

interface Deed {
  readonly set: KubeObject
  readonly verb: 'create' | 'delete'
  readonly pod: string
  /** Where it is done to a claim of the pod. */
  readonly claim?: string
}

/** Does it, and tells how it went; of a name that is taken nothing is told. Throws what it throws. */
export function doAndTell<T>(context: Context, deed: Deed, work: () => T): T {
  try {
    const made = work()
    tell(context, deed)
    return made
  } catch (error) {
    if (isFault(error) && error.code !== 'already-exists') tell(context, deed, error.message)
    throw error
  }
}

function tell(context: Context, { set, verb, pod, claim }: Deed, problem?: string): void {
  const capital = `${verb[0]?.toUpperCase()}${verb.slice(1)}`
  const begun = context.profile.minor < CAPITALS_SINCE_MINOR ? verb : capital
  const inSet = `Pod ${pod} in StatefulSet ${set.metadata.name}`
  const [whole, failed, done] = claim === undefined ? [`${begun} ${inSet}`, `${begun} ${inSet}`, 'successful'] : [`${begun} Claim ${claim} ${inSet}`, `${begun} Claim ${claim} for ${inSet}`, 'success']
  if (problem === undefined) context.recordEvent(set, { type: 'Normal', reason: `Successful${capital}`, message: `${whole} ${done}` })
  else context.recordEvent(set, { type: 'Warning', reason: `Failed${capital}`, message: `${failed} failed error: ${problem}` })
}
