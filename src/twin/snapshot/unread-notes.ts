/** What the reader of a snapshot could not read or left out, as part of every answer that is made of it: a missing object looks like an absent one. */

import type { SnapshotNote } from '../../model/snapshot.ts'

const SAID_MAX = 8

export function unreadNotes(notes: readonly SnapshotNote[]): string[] {
  // What was withheld was read, and a mark stands for it.
  const unread = notes.filter(({ code }) => code !== 'withheld')
  const sentences = unread.slice(0, SAID_MAX).map(({ source, message }) => `Of ${source} it is not known what it says: ${message.replace(/\.$/, '')}.`)
  const more = unread.length - sentences.length
  return more > 0 ? [...sentences, `${more} more ${more === 1 ? 'note' : 'notes'} of what could not be read ${more === 1 ? 'is' : 'are'} left out here.`] : sentences
}
