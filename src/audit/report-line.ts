/**
 * One ledger entry as one short sentence, or none where a reader would not miss it. The entry's data is read as it
 * was written, by whatever version wrote it: a member that is not there is left out of the sentence.
 */

import { isRecord } from '../kernel/json.ts'
import { subjectText, type Subject } from '../model/kube-object.ts'
import type { EntryType, LedgerEntry } from '../model/ledger-entry.ts'

type Data = Readonly<Record<string, unknown>>

/** Undefined for entries that tell no part of the story. */
export function reportLine(entry: LedgerEntry): string | undefined {
  const text = SENTENCES[entry.type]?.(isRecord(entry.data) ? entry.data : {}, entry)
  return text === undefined ? undefined : tidied(text)
}

const SENTENCES: { readonly [T in EntryType]?: (data: Data, entry: LedgerEntry) => string | undefined } = {
  'incident-opened': (data, entry) => `${entry.actor} raised: ${word(data, 'title')}${about(data)}.`,
  'signal-joined': (data, entry) => `${entry.actor} added: ${word(data, 'name')}${about(data)}.`,
  'mission-started': () => 'Boyd began to look.',
  'snapshot-taken': (data) => `The cluster was read: ${word(data, 'objects')} objects.`,
  'diagnosis-made': (data) => `Diagnosis: ${word(data, 'summary')}.`,
  'plan-proposed': (data) => `Plan: ${word(data, 'goal')}${steps(data)}${sources(data)}.`,
  'plan-rehearsed': (data) => `Rehearsal of "${word(data, 'goal')}" ${data['passed'] === true ? 'passed' : 'failed'}: ${word(data, 'summary')}.`,
  'verdict-issued': verdictLine,
  'approval-requested': (data) => `A person was asked: ${word(data, 'approvalsNeeded')} approval(s) needed.`,
  'approval-announced': announcedLine,
  'approval-voted': (data, entry) => `${word(data, 'name') || entry.actor} ${data['decision'] === 'approve' ? 'approved' : 'denied'} it${reason(data)}.`,
  'approval-ended': (data) => (data['state'] === 'consumed' ? 'The approval was used.' : `The approval ended: ${word(data, 'state')}${voidReason(data)}.`),
  'step-started': (data) => `Now: ${word(data, 'action')}.`,
  'effect-applied': (data) => `${outcomeWord(data)}: ${word(data, 'detail')}.`,
  'effect-undone': (data) => `Undone (${word(data, 'stepId')}): ${word(data, 'detail')}.`,
  'hook-answered': (data) => (data['decision'] === 'pass' ? undefined : `Hook ${word(data, 'hook')} says ${word(data, 'decision')} to ${word(data, 'tool')}${reason(data)}.`),
  'verification-made': verificationLine,
  'ticket-updated': (data) => `Ticket ${word(data, 'ticketId')} ${word(data, 'change')}.`,
  'turn-ended': (data) => (data['type'] === 'try-again' ? `Looking again: ${word(data, 'summary')}.` : undefined),
  'mission-ended': (data) => `${ENDINGS[word(data, 'outcome')] ?? word(data, 'outcome')}: ${word(data, 'summary')}.`,
}

const ENDINGS: Readonly<Record<string, string>> = { resolved: 'Resolved', 'handed-over': 'Handed over to a person', 'no-action': 'Nothing to do' }

function announcedLine(data: Data): string {
  const told = records(data, 'told').map((item) => (word(item, 'failure') === '' ? word(item, 'channel') : `${word(item, 'channel')} could not be told (${word(item, 'failure')})`))
  return `${data['again'] === true ? 'Nobody has answered; told' : 'Told'}: ${told.join(', ')}.`
}

function voidReason(data: Data): string {
  const text = word(data, 'voidReason')
  return text === '' ? '' : `: ${text}`
}

function verdictLine(data: Data): string {
  const reasons = records(data, 'reasons').map((item) => word(item, 'text'))
  const because = reasons.length === 0 ? '' : `: ${[...new Set(reasons)].join('; ')}`
  if (data['decision'] === 'ask') return `Policy asks for ${word(data, 'approvals')} approval(s)${because}.`
  return `Policy ${data['decision'] === 'allow' ? 'allows' : 'refuses'} it${because}.`
}

function verificationLine(data: Data): string {
  const results = records(data, 'results')
  const missing = results.filter((result) => result['held'] !== true).map((result) => word(result, 'detail'))
  const differences = records(data, 'differences').map((item) => `${word(item, 'what')} was ${word(item, 'observed')}, rehearsed ${word(item, 'predicted')}`)
  const proof = data['held'] === true ? `The proof holds: ${results.map((result) => word(result, 'detail')).join('; ')}` : `The proof does not hold: ${missing.join('; ')}`
  return differences.length === 0 || data['held'] !== true ? `${proof}.` : `${proof}. Other than rehearsed: ${differences.join('; ')}.`
}

function outcomeWord(data: Data): string {
  const words: Readonly<Record<string, string>> = { applied: 'Done', already: 'Already so', skipped: 'Left out', refused: 'Refused', failed: 'Failed' }
  return words[word(data, 'outcome')] ?? word(data, 'outcome')
}

function about(data: Data): string {
  const subjects = records(data, 'subjects').map((subject) => subjectText(subject as unknown as Subject))
  return subjects.length === 0 ? '' : ` (${subjects.join(', ')})`
}

function steps(data: Data): string {
  const texts = Array.isArray(data['steps']) ? data['steps'].filter((step) => typeof step === 'string') : []
  return texts.length === 0 ? '' : `. Steps: ${texts.join(', then ')}`
}

/** Which sources have to change for the plan to last. */
function sources(data: Data): string {
  const owners = isRecord(data['plan']) ? records(data['plan'], 'sourceChanges').map((change) => word(change, 'owner')) : []
  return owners.length === 0 ? '' : `. To last, the source must change: ${[...new Set(owners)].join(', ')}`
}

function reason(data: Data): string {
  const text = word(data, 'reason')
  return text === '' ? '' : `: ${text}`
}

function word(data: Data, field: string): string {
  const value = data[field]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function records(data: Data, field: string): Record<string, unknown>[] {
  const value = data[field]
  return Array.isArray(value) ? value.filter(isRecord) : []
}

/** Sentences are put together from parts that may end in a full stop of their own, or hold a line break. */
function tidied(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/([.:;])\.$/g, '$1').replaceAll(': .', '.').trim()
}
