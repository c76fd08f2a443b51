/** Hooks whose duration no manifest tells: they are taken to be instant, and a rehearsal names whose. */

import { subjectOf, subjectText } from '../../model/kube-object.ts'
import { containersOf, isPod, podTemplateOf } from '../../model/kube/workload.ts'
import { isUnknownHook, type Hook } from '../kubelet/hooks.ts'
import type { Sight } from './observation.ts'

const NAMED_MAX = 3

export function hooksAssumed({ objects }: Sight): string[] {
  const holders = objects.filter((object) => !isPod(object) && object.kind !== 'ReplicaSet' && containersOf(podTemplateOf(object)).some(({ lifecycle }) => isUnknownHook(lifecycle?.preStop as Hook | undefined) || isUnknownHook(lifecycle?.postStart as Hook | undefined)))
  if (holders.length === 0) return []
  const names = holders.slice(0, NAMED_MAX).map((object) => subjectText(subjectOf(object)))
  const more = holders.length - names.length
  return [`Hooks of ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''} run commands or requests of unknown duration, which are assumed to take no time.`]
}
