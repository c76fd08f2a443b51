/** The names a play gave its things, and the words that stand for them when two sides are compared. */

import { isRecord } from '../../src/kernel/json.ts'
import { placeMoments, renameMoments, type Moments } from './moments.ts'

import type { Heard } from './requests/heard.ts'

export interface Names extends Moments {
  readonly namespace: string
  /** In front of the names of the play's own nodes. */
  readonly prefix: string
  /** Durations of the default tolerations are divided by this on the real side. */
  readonly speed: number
  /** What earlier answers over the wire told of versions and uids, for the requests that name them. */
  readonly heard?: Heard
}

const UID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g
const TOKEN_VOLUME = /kube-api-access-[a-z0-9]{5}/
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/
const TOLERATION_SECONDS = 300
const NODE_TROUBLE = new Set(['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'])

/** Names become words in all texts, keys included; tolerations get the seconds that they have at speed 1. */
export function rename(value: unknown, names: Names): unknown {
  if (typeof value === 'string') return renameText(value, names)
  if (Array.isArray(value)) return value.map((item) => rename(item, names))
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(unhurried(value, names)).map(([key, inner]) => [renameText(key, names), rename(inner, names)]))
}

function renameText(text: string, names: Names): string {
  const { namespace, prefix } = names
  return renameMoments(text, names).replaceAll(namespace, 'NAMESPACE').replaceAll(`${prefix}-`, '@').replaceAll(UID, 'UID').replace(TOKEN_VOLUME, 'kube-api-access-*').replace(TIME, 'TIME')
}

function unhurried(value: Record<string, unknown>, { speed }: Names): Record<string, unknown> {
  const isDefault = NODE_TROUBLE.has(String(value['key'])) && value['effect'] === 'NoExecute' && value['tolerationSeconds'] === Math.floor(TOLERATION_SECONDS / speed)
  return isDefault ? { ...value, tolerationSeconds: TOLERATION_SECONDS } : value
}

/** `@a` in an object of a script is the play's node a; moments: see `placeMoments`. */
export function place<T>(value: T, names: Pick<Names, 'prefix' | 'firstMinute'>): T {
  return JSON.parse(placeMoments(JSON.stringify(value).replaceAll('@', `${names.prefix}-`), names)) as T
}
