/**
 * Who edited an object and when, from its managed fields. What controllers and kubelets write is their work and not a
 * change that somebody made.
 */

import { parseTimeMs } from '../kernel/clock.ts'
import type { KubeObject } from '../model/kube-object.ts'

export interface Edit {
  readonly atMs: number
  readonly manager: string
  /** Top of what was set: `spec.selector`, `data`. */
  readonly fields: readonly string[]
}

const MACHINES = /^(kube-controller-manager|kube-scheduler|kubelet|kube-apiserver|cloud-controller-manager|.*-controller|.*-provisioner|.*-attacher)$/
const NAMED_MAX = 3

/** Newest first. */
export function editsOf(object: KubeObject): readonly Edit[] {
  return (object.metadata.managedFields ?? [])
    .flatMap((entry): Edit[] => {
      const atMs = parseTimeMs(entry.time)
      const manager = entry.manager ?? ''
      const isMachine = MACHINES.test(manager) || (entry as { subresource?: string }).subresource === 'status'
      return atMs === undefined || isMachine ? [] : [{ atMs, manager, fields: fieldsOf(entry.fieldsV1) }]
    })
    .sort((left, right) => right.atMs - left.atMs)
}

/** One level below `spec`, the name itself for the rest; labels and annotations are seldom what broke. */
function fieldsOf(fields: unknown): string[] {
  if (typeof fields !== 'object' || fields === null) return []
  const names = Object.entries(fields).flatMap(([key, below]) => {
    const name = key.replace(/^f:/, '')
    if (name === 'metadata' || typeof below !== 'object' || below === null) return []
    const inner = name === 'spec' ? Object.keys(below).filter((child) => child.startsWith('f:')).map((child) => `spec.${child.slice(2)}`) : []
    return inner.length > 0 ? inner : [name]
  })
  return names.slice(0, NAMED_MAX)
}
