/** Pods by the ways in which tools for experiments name them. */

import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import { isPod, isTerminal, type PodObject } from '../../model/kube/workload.ts'
import type { View } from '../../model/view.ts'

type Requirement = NonNullable<LabelSelector['matchExpressions']>[number]
type Labels = Readonly<Record<string, string>>

export interface PodChoice {
  readonly namespaces: readonly string[]
  readonly labels?: Labels
  readonly expressions?: readonly Requirement[]
  readonly annotations?: Labels
  /** Names by namespace: then nothing else counts. */
  readonly names?: Readonly<Record<string, readonly string[]>>
  readonly nodes?: readonly string[]
  readonly nodeLabels?: Labels
}

export function chosenPods(view: View, choice: PodChoice): PodObject[] {
  const { names } = choice
  if (names !== undefined) return Object.entries(names).flatMap(([namespace, listed]) => livePods(view, namespace).filter((pod) => listed.includes(pod.metadata.name ?? '')))
  return choice.namespaces.flatMap((namespace) => livePods(view, namespace)).filter((pod) => isChosen(view, pod, choice))
}

function livePods(view: View, namespace: string): PodObject[] {
  return view.list('', 'Pod', namespace).filter(isPod).filter((pod) => !isTerminal(pod))
}

function isChosen(view: View, pod: PodObject, choice: PodChoice): boolean {
  const { labels = {}, expressions = [], annotations = {}, nodes, nodeLabels } = choice
  return (
    matchesSelector({ matchLabels: { ...labels }, matchExpressions: [...expressions] }, pod.metadata.labels) &&
    Object.entries(annotations).every(([key, value]) => pod.metadata.annotations?.[key] === value) &&
    (nodes === undefined || nodes.includes(pod.spec?.nodeName ?? '')) &&
    (nodeLabels === undefined || hasLabels(view, pod.spec?.nodeName, nodeLabels))
  )
}

function hasLabels(view: View, nodeName: string | undefined, labels: Labels): boolean {
  const found = nodeName === undefined ? undefined : view.get({ apiVersion: 'v1', kind: 'Node', name: nodeName })
  return found !== undefined && Object.entries(labels).every(([key, value]) => found.metadata.labels?.[key] === value)
}

/** `ns/pod` or `ns/pod/container`, as records of what was done name it. */
export function podNamed(view: View, id = ''): PodObject[] {
  const [namespace = '', name = ''] = id.split('/')
  const found = view.get({ apiVersion: 'v1', kind: 'Pod', namespace, name })
  return found !== undefined && isPod(found) && !isTerminal(found) ? [found] : []
}
