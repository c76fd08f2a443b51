/**
 * What a container said before it ended. The log of the run that ended comes first: the current run may not have
 * reached the fault yet. Only the tail is read, because a crash says why in its last lines.
 */

import { LOG_TAIL_LINES_MAX } from '../../kernel/limits.ts'
import { logEvidence, type Evidence } from '../../model/evidence.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import type { View } from '../../model/view.ts'
import type { ContainerTrouble } from './container-trouble.ts'

export interface LogLine {
  readonly pod: PodObject
  readonly container: string
  readonly previous: boolean
  /** From 1, in the file as collected. */
  readonly line: number
  readonly text: string
}

/** Tail of both runs' logs, the previous run first, and the termination message where there is one. */
export function linesOf(view: View, pod: PodObject, container: string): LogLine[] {
  return [true, false].flatMap((previous) => {
    const text = view.log(pod, container, { previous })
    if (text === undefined) return []
    const lines = text.trimEnd().split('\n')
    const from = Math.max(0, lines.length - LOG_TAIL_LINES_MAX)
    return lines.slice(from).map((line, at) => ({ pod, container, previous, line: from + at + 1, text: line }))
  })
}

/** Lines of every pod of a group in which the same container is in trouble. */
export function troubleLines(view: View, group: readonly ContainerTrouble[]): LogLine[] {
  return group.flatMap((trouble) => linesOf(view, trouble.pod, trouble.name))
}

/** The last line that matches: what came before an end is nearer to its cause. */
export function lastMatch(lines: readonly LogLine[], pattern: RegExp): { readonly line: LogLine; readonly match: RegExpExecArray } | undefined {
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const line = lines[at]
    const match = line === undefined ? null : pattern.exec(line.text)
    if (line !== undefined && match !== null) return { line, match }
  }
  return undefined
}

export function lineEvidence(line: LogLine): Evidence {
  return logEvidence({ ...line, text: line.text.slice(0, 400) })
}
