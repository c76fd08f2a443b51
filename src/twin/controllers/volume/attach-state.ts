/** What the attach/detach controller remembers: who uses which claim, what is attached where, and what is under way. */

import type { KubeObject } from '../../../model/kube-object.ts'
import { isPod } from '../../../model/kube/workload.ts'
import type { Forkable } from '../../controller.ts'
import { CowMap } from '../../cow-map.ts'
import type { Change } from '../../store.ts'
import { ATTACHMENT_KIND, claimNamesOf, type AttachmentObject } from './attachable.ts'

export interface AttachState extends Forkable {
  /** Store keys of pods by `namespace/claim`. */
  readonly podsByClaim: CowMap<readonly string[]>
  /** Names of attachments by name of the volume. */
  readonly attachmentsByVolume: CowMap<readonly string[]>
  /** By `volume|node`: when the attaching or detaching that is under way ends. */
  readonly operations: CowMap<number>
  /** By `volume|node`: since when no pod there wants it. */
  readonly unwantedSince: CowMap<number>
  /** By `volume|node`: the error was told once. */
  readonly reported: CowMap<true>
  fork(): AttachState
}

export function createAttachState(): AttachState {
  return stateOver({ podsByClaim: new CowMap(), attachmentsByVolume: new CowMap(), operations: new CowMap(), unwantedSince: new CowMap(), reported: new CowMap() })
}

function stateOver(parts: Omit<AttachState, 'fork'>): AttachState {
  const { podsByClaim, attachmentsByVolume, operations, unwantedSince, reported } = parts
  return {
    ...parts,
    fork: () => stateOver({ podsByClaim: podsByClaim.fork(), attachmentsByVolume: attachmentsByVolume.fork(), operations: operations.fork(), unwantedSince: unwantedSince.fork(), reported: reported.fork() }),
  }
}

export function pairKey(volume: string, nodeName: string): string {
  return `${volume}|${nodeName}`
}

export function volumeNameOf({ spec }: AttachmentObject): string {
  return spec.source.persistentVolumeName ?? ''
}

/** Keeps the indexes in step. */
export function noteChange({ groupKind, key, before, after }: Change, state: AttachState): void {
  if (groupKind === '/Pod') moveEntry(state.podsByClaim, { id: key, from: claimKeys(before), to: claimKeys(after) })
  if (groupKind === ATTACHMENT_KIND) moveEntry(state.attachmentsByVolume, { id: (after ?? before)?.metadata.name ?? '', from: attachedVolume(before), to: attachedVolume(after) })
}

function claimKeys(object: KubeObject | undefined): string[] {
  if (object === undefined || !isPod(object)) return []
  return claimNamesOf(object).map((name) => `${object.metadata.namespace ?? ''}/${name}`)
}

function attachedVolume(object: KubeObject | undefined): string[] {
  return object === undefined ? [] : [volumeNameOf(object as AttachmentObject)]
}

function moveEntry(index: CowMap<readonly string[]>, move: { readonly id: string; readonly from: readonly string[]; readonly to: readonly string[] }): void {
  for (const key of move.from) if (!move.to.includes(key)) setOrDrop(index, key, (index.get(key) ?? []).filter((id) => id !== move.id))
  for (const key of move.to) {
    const known = index.get(key) ?? []
    if (!known.includes(move.id)) index.set(key, [...known, move.id])
  }
}

function setOrDrop(index: CowMap<readonly string[]>, key: string, ids: readonly string[]): void {
  if (ids.length === 0) index.delete(key)
  else index.set(key, ids)
}
