/** Parts of the control plane that run as pods (kubeadm's static ones, hosted ones), and the flags that they were started with. */

import { containersOf, isPod, type PodObject } from '../../model/kube/workload.ts'
import type { KubeObject } from '../../model/kube-object.ts'

export const COMPONENTS = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const
export type Component = (typeof COMPONENTS)[number]

export interface RunningComponent {
  readonly component: Component
  readonly pod: PodObject
  /** Without the dashes; `true` where no value was given. */
  readonly flags: ReadonlyMap<string, string>
}

const componentsOf = new WeakMap<readonly KubeObject[], readonly RunningComponent[]>()

export function componentsIn(objects: readonly KubeObject[]): readonly RunningComponent[] {
  const known = componentsOf.get(objects)
  if (known !== undefined) return known
  const found = objects.filter(isPod).flatMap((pod) => containersOf(pod).flatMap(({ command = [], args = [] }) => componentOf(pod, [...command, ...args])))
  componentsOf.set(objects, found)
  return found
}

/** The program may be named with its folder, and after another one that starts it. */
function componentOf(pod: PodObject, words: readonly string[]): RunningComponent[] {
  const component = COMPONENTS.find((name) => words.some((word) => word === name || word.endsWith(`/${name}`)))
  return component === undefined ? [] : [{ component, pod, flags: flagsOf(words) }]
}

/** `--flag=value`, `--flag value`, `--flag`. */
function flagsOf(words: readonly string[]): ReadonlyMap<string, string> {
  return new Map(words.flatMap((word, index): [string, string][] => {
    const [, name, value] = /^--?([^=]+)(?:=(.*))?$/s.exec(word) ?? []
    const next = words[index + 1]
    return name === undefined ? [] : [[name, value ?? (next === undefined || next.startsWith('-') ? 'true' : next)]]
  }))
}
