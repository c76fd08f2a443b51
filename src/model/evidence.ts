/**
 * Evidence: a claim, where it came from, and a digest of what was read there. A reader can go back to the
 * source; a verifier can check that the source said it.
 */

import { digestOfJson } from '../kernel/canonical-json.ts'
import { refOf, subjectText, type KubeObject, type Subject, subjectOf } from './kube-object.ts'
import type { EventView } from './view.ts'

export type EvidenceSource =
  | { readonly type: 'object'; readonly subject: Subject; readonly path: string; readonly resourceVersion: string }
  | { readonly type: 'event'; readonly subject: Subject; readonly reason: string; readonly count: number; readonly lastMs?: number }
  | { readonly type: 'log'; readonly subject: Subject; readonly container: string; readonly previous: boolean; readonly line: number }
  | { readonly type: 'signal'; readonly signalId: string }
  | { readonly type: 'absence'; readonly subject: Subject }

export interface Evidence {
  /** One sentence a person can check. */
  readonly claim: string
  readonly source: EvidenceSource
  readonly digest: string
}

/** Evidence from a field of an object: `path` is a dotted path such as `status.containerStatuses[0].state`. */
export function objectEvidence(object: KubeObject, path: string, claim: string): Evidence {
  const source: EvidenceSource = {
    type: 'object',
    subject: subjectOf(object),
    path,
    resourceVersion: object.metadata.resourceVersion ?? '',
  }
  return { claim, source, digest: digestOfJson({ ref: refOf(object), path, value: valueAt(object, path) ?? null }) }
}

export function eventEvidence(event: EventView, claim?: string): Evidence {
  const { kind, name, namespace } = event.regarding
  const subject = { kind, name, ...(namespace === undefined ? {} : { namespace }) }
  return {
    claim: claim ?? `${event.reason} on ${subjectText(subject)}: ${event.message}`,
    source: {
      type: 'event',
      subject,
      reason: event.reason,
      count: event.count,
      ...(event.lastMs === undefined ? {} : { lastMs: event.lastMs }),
    },
    digest: digestOfJson({ subject, reason: event.reason, message: event.message }),
  }
}

/** Evidence from one line of a log; `line` counts from 1. */
export function logEvidence(options: {
  readonly pod: KubeObject
  readonly container: string
  readonly previous: boolean
  readonly line: number
  readonly text: string
  readonly claim?: string
}): Evidence {
  const { pod, container, previous, line, text } = options
  return {
    claim: options.claim ?? `${container} logged: ${text.trim()}`,
    source: { type: 'log', subject: subjectOf(pod), container, previous, line },
    digest: digestOfJson({ text }),
  }
}

/** Evidence that something named is not there. */
export function absenceEvidence(subject: Subject, claim?: string): Evidence {
  return {
    claim: claim ?? `${subjectText(subject)} does not exist`,
    source: { type: 'absence', subject },
    digest: digestOfJson({ absent: subject }),
  }
}

/** Follows `a.b[0].c`; keys that hold dots are not reachable and give undefined. */
export function valueAt(value: unknown, path: string): unknown {
  let current: unknown = value
  for (const step of path.split(/[.[\]]+/)) {
    if (step === '') continue
    if (typeof current !== 'object' || current === null) return undefined
    current = (current as Record<string, unknown>)[step]
  }
  return current
}
