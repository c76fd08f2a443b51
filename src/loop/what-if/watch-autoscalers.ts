/**
 * Autoscalers that took part in what was asked about: those that set another size, and those that would, and stand at the
 * most that they are allowed. A question about a size has another answer where somebody sets it back.
 */

import { groupKind, objectKey, refOf, subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { conditionOf } from '../../model/kube/workload.ts'
import type { Autoscaled } from '../../model/what-if.ts'
import type { Change } from '../../twin/store.ts'

export const AUTOSCALER = 'autoscaling/HorizontalPodAutoscaler'

interface Autoscaler extends KubeObject {
  readonly spec?: { readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string } }
  readonly status?: { readonly lastScaleTime?: string; readonly currentReplicas?: number; readonly desiredReplicas?: number }
}

export interface AutoscalerWatch {
  saw(change: Change): void
  autoscaled(): readonly Autoscaled[]
  /** A sentence for each target whose autoscalers undo each other's size again and again. */
  fights(): readonly string[]
}

/** Once or twice is how two of them find a size. */
const UNDONE_MAX = 3

interface Contest {
  last: { readonly autoscaler: string; readonly isUp: boolean }
  undone: number
  readonly names: Set<string>
}

/** The size it has just set, over whatever somebody else set; undefined when it set none. */
export function scalingOf({ before, after }: Change): { readonly from: number; readonly to: number } | undefined {
  const [was, is] = [before as Autoscaler | undefined, after as Autoscaler | undefined]
  if (is?.status?.lastScaleTime === undefined || is.status.lastScaleTime === was?.status?.lastScaleTime) return undefined
  const { currentReplicas = 0, desiredReplicas = 0 } = is.status
  return { from: currentReplicas, to: desiredReplicas }
}

export function targetText({ spec }: Autoscaler): string {
  const { kind = '', name = '' } = spec?.scaleTargetRef ?? {}
  return `${kind} ${name}`
}

/** `known`: those that there are before anything happens. What held one back already is no news. */
export function watchAutoscalers(known: Iterable<KubeObject>): AutoscalerWatch {
  const heldBefore = new Set(Array.from(known).filter(isHeld).map(keyOf))
  const seen = new Map<string, Autoscaled>()
  const contests = new Map<string, Contest>()
  const contend = (object: KubeObject, { from, to }: { readonly from: number; readonly to: number }): void => {
    const { kind = '', name = '' } = (object as Autoscaler).spec?.scaleTargetRef ?? {}
    const target = subjectText({ kind, name, namespace: object.metadata.namespace ?? '' })
    const [autoscaler, isUp] = [subjectText(subjectOf(object)), to > from]
    const contest = contests.get(target)
    if (contest === undefined) return void contests.set(target, { last: { autoscaler, isUp }, undone: 0, names: new Set([autoscaler]) })
    if (contest.last.autoscaler !== autoscaler && contest.last.isUp !== isUp) contest.undone += 1
    contest.last = { autoscaler, isUp }
    contest.names.add(autoscaler)
  }
  return {
    saw(change) {
      const { after, key } = change
      if (after === undefined || groupKind(after.apiVersion, after.kind) !== AUTOSCALER) return
      const before = seen.get(key)
      const scaling = scalingOf(change)
      if (scaling !== undefined && scaling.from !== scaling.to) contend(after, scaling)
      const held = isHeld(after) && !heldBefore.has(key)
      if (!held) heldBefore.delete(key)
      const sizes = scaling === undefined ? sizesOf(before) : { from: before?.from ?? scaling.from, to: scaling.to }
      seen.set(key, { autoscaler: subjectOf(after), target: targetText(after), held, ...sizes })
    },
    autoscaled: () => [...seen.values()].filter(({ from, held }) => held || from !== undefined),
    fights: () => [...contests].flatMap(([target, { undone, names }]) => (undone > UNDONE_MAX ? [`${[...names].sort().join(' and ')} keep undoing each other's size of ${target}`] : [])),
  }
}

function sizesOf(before: Autoscaled | undefined): Pick<Autoscaled, 'from' | 'to'> {
  const { from, to } = before ?? {}
  return from === undefined || to === undefined ? {} : { from, to }
}

/** It wants more than it is allowed. At the least that it is allowed is where an idle one stands. */
function isHeld(autoscaler: KubeObject): boolean {
  const limited = conditionOf(autoscaler, 'ScalingLimited')
  return limited?.status === 'True' && limited.reason === 'TooManyReplicas'
}

function keyOf(object: KubeObject): string {
  return objectKey(refOf(object))
}
