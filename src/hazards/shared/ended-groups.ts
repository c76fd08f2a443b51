/** Containers that ended badly or could not be started, by container of a workload, with what they said: where the named crash hazards look. */

import { objectEvidence, type Evidence } from '../../model/evidence.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import type { View } from '../../model/view.ts'
import { byWorkloadContainer, troubledContainers, type ContainerTrouble } from './container-trouble.ts'
import { endingText } from './exit-codes.ts'
import { lastMatch, lineEvidence, troubleLines, type LogLine } from './logs.ts'

export interface EndedGroup {
  readonly first: ContainerTrouble
  readonly group: readonly ContainerTrouble[]
  readonly lines: readonly LogLine[]
  /** What the runtime says of the start or the end, where it says anything. */
  readonly said: string
}

const NEVER_STARTED = new Set(['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull'])

/** Memory kills are told apart by their reason and left to their own hazard. */
export function endedGroups(view: View): EndedGroup[] {
  const ended = troubledContainers(view).filter((trouble) => trouble.ending?.reason !== 'OOMKilled' && !NEVER_STARTED.has(trouble.waiting?.reason ?? ''))
  return byWorkloadContainer(ended).flatMap((group) => {
    const [first] = group
    return first === undefined ? [] : [{ first, group, lines: troubleLines(view, group), said: saidOf(view, group) }]
  })
}

/** The back-off message repeats in every crash and says nothing. */
function saidOf(view: View, group: readonly ContainerTrouble[]): string {
  const texts = group.flatMap((trouble) => [trouble.ending?.message ?? '', trouble.waiting?.message ?? ''])
  const told = group.flatMap((trouble) => view.eventsFor(trouble.pod)).filter((event) => event.type === 'Warning' && event.reason === 'Failed').map((event) => event.message)
  return [...texts, ...told].filter((text) => text !== '' && !/^back-off/i.test(text)).join('\n')
}

export interface Said {
  readonly match: RegExpExecArray
  readonly evidence: readonly Evidence[]
}

/** The first pattern that the runtime's words or the last log lines match, with the evidence for it. */
export function saidBy({ first, group, lines, said }: EndedGroup, patterns: readonly RegExp[]): Said | undefined {
  for (const pattern of patterns) {
    const inMessage = pattern.exec(said)
    if (inMessage !== null) return { match: inMessage, evidence: [endEvidence(first, inMessage[0])] }
    const found = lastMatch(lines, pattern)
    if (found !== undefined) return { match: found.match, evidence: [lineEvidence(found.line), ...group.slice(0, 2).map((trouble) => endEvidence(trouble))] }
  }
  return undefined
}

/** How one container ended, or why it waits. */
export function endEvidence(trouble: ContainerTrouble, words?: string): Evidence {
  const { pod, name, ending, path, waiting } = trouble
  const where = `container ${name} of ${subjectText(subjectOf(pod))}`
  const quoted = words === undefined ? '' : `: ${words.slice(0, 200)}`
  return ending === undefined ? objectEvidence(pod, `${path}.state.waiting`, `${where} waits (${waiting?.reason ?? ''})${quoted}`) : objectEvidence(pod, ending.path, `${where} ended with ${endingText(ending)}${quoted}`)
}
