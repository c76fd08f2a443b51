/** Versions, uids and tokens for pages that one side told in its answers, so that later requests can name them. */

import { isRecord } from '../../../src/kernel/json.ts'

interface Told {
  readonly version: string
  /** The version before; the same where there was none. */
  readonly stale: string
  readonly uid: string
  readonly next: string
}

export interface Heard {
  /** By the path of the object or list, without subresource. */
  readonly told: Map<string, Told>
}

const UNTOLD: Told = { version: '1', stale: '1', uid: '00000000-0000-0000-0000-000000000000', next: '' }

export function newlyHeard(): Heard {
  return { told: new Map() }
}

/** The text with what was told about its path. */
export function withHeard(text: string, path: string, { told }: Heard): string {
  const { version, stale, uid, next } = told.get(path) ?? UNTOLD
  return text.replaceAll('<VERSION>', version).replaceAll('<STALE>', stale).replaceAll('<UID>', uid).replaceAll('<CONTINUE>', next)
}

/** What an answer that is no refusal tells of its object; a list's token stands under the list's path. */
export function hear({ told }: Heard, path: string, body: unknown): void {
  if (!isRecord(body) || !isRecord(body['metadata']) || body['kind'] === 'Status') return
  const { name, uid, resourceVersion, continue: next } = body['metadata'] as { name?: string; uid?: string; resourceVersion?: string; continue?: string }
  const place = name === undefined || path.endsWith(`/${name}`) ? path : `${path}/${name}`
  const before = told.get(place) ?? UNTOLD
  const version = resourceVersion ?? before.version
  told.set(place, { version, stale: version === before.version || before === UNTOLD ? before.stale : before.version, uid: uid ?? before.uid, next: next ?? before.next })
}
