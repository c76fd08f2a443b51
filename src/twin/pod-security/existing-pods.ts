/** What a namespace's new level would say of the pods that are there: told to who sets it, and nothing is refused for it (`EvaluatePodsInNamespace`). */

import { controllerOf } from '../../model/kube-object.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import { violationsOf } from './judge.ts'
import { levelText, type LevelVersion } from './levels.ts'

/** admission.go, defaultNamespaceMaxPodsToCheck. */
const PODS_MAX = 3000

export interface NewLevel {
  readonly namespace: string
  readonly enforce: LevelVersion
  readonly minor: number
}

export function warningsOfPods(pods: readonly PodObject[], { namespace, enforce, minor }: NewLevel): readonly string[] {
  const checked = oneOfEachFirst(pods).slice(0, PODS_MAX)
  const reasoned = checked.map((pod) => ({ name: pod.metadata.name ?? '', reason: reasonOf(pod, enforce, minor) })).filter(({ reason }) => reason !== '')
  const lines = [...Map.groupBy(reasoned, ({ reason }) => reason)].map(([reason, alike]) => `${namedPods(alike.map(({ name }) => name))}: ${reason}`)
  return [
    ...(checked.length < pods.length ? [`new PodSecurity enforce level only checked against the first ${checked.length} of ${pods.length} existing pods`] : []),
    ...(lines.length > 0 ? [`existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "${levelText(enforce)}"`] : []),
    ...lines.sort(),
  ]
}

function reasonOf({ metadata, spec }: PodObject, enforce: LevelVersion, minor: number): string {
  const pod = { metadata, spec: spec ?? { containers: [] } }
  return violationsOf(pod, enforce, minor).map(({ reason }) => reason).join(', ')
}

function namedPods(names: readonly string[]): string {
  const [first = ''] = [...names].sort()
  const more = names.length - 1
  return more === 0 ? first : `${first} (and ${more} other ${more === 1 ? 'pod' : 'pods'})`
}

/** Replicas are alike: of each controller one comes before the others of any. */
function oneOfEachFirst(pods: readonly PodObject[]): readonly PodObject[] {
  const seen = new Set<string>()
  const isFirst = (pod: PodObject): boolean => {
    const uid = controllerOf(pod)?.uid
    if (uid === undefined) return true
    return !seen.has(uid) && seen.add(uid) !== undefined
  }
  const { first = [], later = [] } = Object.groupBy(pods, (pod) => (isFirst(pod) ? 'first' : 'later'))
  return [...first, ...later]
}
