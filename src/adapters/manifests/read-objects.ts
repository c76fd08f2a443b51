/**
 * Documents to objects: Lists are opened at any nesting, and what is not a Kubernetes object becomes a note.
 *
 * Shapes that every reader relies on (labels are texts, containers are lists) are checked here once, so that no
 * hazard has to distrust what the API server would have refused.
 */

import { digestOfJson } from '../../kernel/canonical-json.ts'
import { isRecord } from '../../kernel/json.ts'
import { shareEqual } from '../../kernel/share-equal.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { createSiblings, type Siblings } from '../../model/siblings.ts'
import type { SnapshotNote } from '../../model/snapshot.ts'
import type { ReadDocument } from './read-documents.ts'
import { misshapenField } from '../../model/kube/shapes.ts'

export interface ReadObject {
  readonly object: KubeObject
  readonly source: string
}

export interface ReadObjects {
  readonly objects: readonly ReadObject[]
  readonly notes: readonly SnapshotNote[]
}

interface Origin {
  readonly source: string
  readonly where: string
}

type Answer = { readonly object: KubeObject } | { readonly problem: string; readonly about?: NonNullable<SnapshotNote['about']> }

/** The objects of one document, Lists opened. What equals a sibling's part is held once, across documents where they are given the same siblings. */
export function readObjects(document: Extract<ReadDocument, { readonly type: 'value' }>, siblings: Siblings = createSiblings()): ReadObjects {
  const origin = { source: document.source, where: `document ${document.index}, line ${document.line}` }
  const objects: ReadObject[] = []
  const notes: SnapshotNote[] = []
  for (const [value, at] of openLists(document.value, [])) {
    const answer = toObject(value, siblings)
    if ('object' in answer) objects.push({ object: answer.object, source: origin.source })
    else notes.push({ ...noteOf(origin, pathText(at), answer.problem), ...(answer.about === undefined ? {} : { about: answer.about }) })
  }
  return { objects, notes }
}

function noteOf(origin: Origin, at: string, problem: string): SnapshotNote {
  return { code: 'malformed', source: origin.source, message: `${origin.where}${at === '' ? '' : `, ${at}`}: ${problem}` }
}

/** `items[0].items[2]`. */
function pathText(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`), '')
}

/** Lists of Lists, arrays at the top, and typed lists whose items leave their kind to the list; each with its path. */
export function* openLists(value: unknown, at: readonly (string | number)[]): Generator<readonly [unknown, readonly (string | number)[]]> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* openLists(item, [...at, index])
    return
  }
  const items = isRecord(value) && typeof value['kind'] === 'string' && value['kind'].endsWith('List') ? (value['items'] ?? []) : undefined
  if (!isRecord(value) || !Array.isArray(items)) return yield [value, at]
  for (const [index, item] of items.entries()) yield* openLists(inheritKind(item, value), [...at, 'items', index])
}

function inheritKind(item: unknown, list: Record<string, unknown>): unknown {
  if (!isRecord(item) || item['kind'] !== undefined || list['kind'] === 'List') return item
  return { apiVersion: list['apiVersion'], kind: String(list['kind']).slice(0, -'List'.length), ...item }
}

/** A Kubernetes object in the shapes that readers rely on, or what is wrong with it. The value, just parsed, is its own to change. */
export function toObject(value: unknown, siblings?: Siblings): Answer {
  if (!isRecord(value)) return { problem: 'not an object' }
  for (const field of ['apiVersion', 'kind']) {
    if (typeof value[field] !== 'string' || value[field] === '') return { problem: `field ${field} is missing or is not text` }
  }
  if (value['metadata'] !== undefined && !isRecord(value['metadata'])) return { problem: 'field metadata is not a map' }
  const named = withName(value) as KubeObject
  const sibling = siblings?.of(named)
  const object = shareEqual(named, sibling)
  const problem = misshapenField(object, sibling)
  if (problem !== undefined) return { problem: `${String(value['kind'])} ${nameText(value)}: ${problem}`, about: aboutOf(object) }
  siblings?.keep(object)
  return { object }
}

/** Events are often copied without their generated name; they are still evidence. What the API server would name has the name it is asked for. */
function withName(value: Record<string, unknown>): Record<string, unknown> {
  const metadata = (value['metadata'] ?? {}) as Record<string, unknown>
  if (typeof metadata['generateName'] === 'string' && metadata['name'] === undefined) return { ...value, metadata: { ...metadata, name: `${metadata['generateName']}*` } }
  if (value['kind'] !== 'Event' || typeof metadata['name'] === 'string') return metadata === value['metadata'] ? value : { ...value, metadata }
  return { ...value, metadata: { ...metadata, name: `event-${digestOfJson(value).slice(7, 23)}` } }
}

function aboutOf({ apiVersion, kind, metadata }: KubeObject): NonNullable<SnapshotNote['about']> {
  const { namespace, name } = metadata as Readonly<Record<string, unknown>>
  return { apiVersion, kind, ...(typeof namespace === 'string' ? { namespace } : {}), ...(typeof name === 'string' && name !== '' ? { name } : {}) }
}

function nameText(value: Record<string, unknown>): string {
  const name = isRecord(value['metadata']) ? value['metadata']['name'] : undefined
  return typeof name === 'string' ? name : 'without a name'
}
