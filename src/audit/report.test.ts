import { expect, test } from 'vitest'
import type { Incident } from '../model/incident.ts'
import type { EntryType, LedgerEntry } from '../model/ledger-entry.ts'
import { reportLine, reportOf } from './report.ts'

const OPENED_MS = Date.UTC(2026, 0, 1)

function entry(type: EntryType, data: unknown, offsetSeconds = 0, actor = 'boyd'): LedgerEntry {
  return { v: 1, seq: offsetSeconds + 1, at: new Date(OPENED_MS + offsetSeconds * 1_000).toISOString(), prev: '', type, key: `${type}-${offsetSeconds}`, incidentId: 'inc', missionId: 'mis', actor, data }
}

const incident = { id: 'inc', title: 'Node is not ready', state: 'resolved', openedAtMs: OPENED_MS, summary: 'open still' } as unknown as Incident

test.each([
  { type: 'incident-opened', data: { title: 'Node is down', subjects: [{ kind: 'Node', name: 'n1' }] }, actor: 'alertmanager', text: 'alertmanager raised: Node is down (Node n1).' },
  { type: 'diagnosis-made', data: { summary: 'the kubelet is dead.' }, text: 'Diagnosis: the kubelet is dead.' },
  { type: 'plan-proposed', data: { goal: 'empty the node', steps: ['cordon Node n1', 'drain Node n1'] }, text: 'Plan: empty the node. Steps: cordon Node n1, then drain Node n1.' },
  { type: 'plan-rehearsed', data: { goal: 'web is back', passed: false, summary: '0 of 5 runs' }, text: 'Rehearsal of "web is back" failed: 0 of 5 runs.' },
  { type: 'verdict-issued', data: { decision: 'ask', approvals: 2, reasons: [{ text: 'Losing data' }, { text: 'Losing data' }] }, text: 'Policy asks for 2 approval(s): Losing data.' },
  { type: 'verdict-issued', data: { decision: 'deny', reasons: [{ text: 'no' }] }, text: 'Policy refuses it: no.' },
  { type: 'approval-voted', data: { decision: 'deny', reason: 'not now' }, actor: 'ann', text: 'ann denied it: not now.' },
  { type: 'effect-applied', data: { outcome: 'refused', detail: 'a budget' }, text: 'Refused: a budget.' },
  { type: 'verification-made', data: { held: false, results: [{ held: true, detail: 'a' }, { held: false, detail: 'b' }] }, text: 'The proof does not hold: b.' },
  { type: 'verification-made', data: { held: true, results: [{ held: true, detail: 'a' }], differences: [{ what: 'x', predicted: '1', observed: '2' }] }, text: 'The proof holds: a. Other than rehearsed: x was 2, rehearsed 1.' },
  { type: 'mission-ended', data: { outcome: 'handed-over', summary: 'line\nbreak' }, text: 'Handed over to a person: line break.' },
] as const)('$type: $text', ({ type, data, text, ...row }) => {
  expect(reportLine(entry(type, data, 0, 'actor' in row ? row.actor : undefined))).toBe(text)
})

test('entries that tell no part of the story have no line', () => {
  expect(reportLine(entry('turn-ended', { type: 'resolved', summary: 's' }))).toBeUndefined()
  expect(reportLine(entry('policy-loaded', {}))).toBeUndefined()
})

test('data of another shape is left out and breaks nothing', () => {
  for (const data of [null, 'text', 7, [], { reasons: 'x', results: [1], summary: {} }]) expect(reportLine(entry('verdict-issued', data))).toContain('Policy')
})

test('the report: offsets, entries behind the lines, the last ending', () => {
  const entries = [entry('incident-opened', { title: 't' }), entry('mission-ended', { outcome: 'handed-over', summary: 'first' }, 60), entry('mission-ended', { outcome: 'resolved', summary: 'fixed' }, 125)]
  const report = reportOf({ incident, entries })
  expect(report).toMatchObject({ outcome: 'resolved', summary: 'fixed', title: 'Node is not ready' })
  expect(report.lines.map((line) => [line.offsetMs, line.ledgerSeq])).toEqual([[0, 1], [60_000, 61], [125_000, 126]])
})

test('an incident that is at work again is open, whatever ended before', () => {
  const entries = [entry('mission-ended', { outcome: 'handed-over', summary: 'first' }, 60)]
  expect(reportOf({ incident: { ...incident, state: 'working' }, entries })).toMatchObject({ outcome: 'open', summary: 'open still' })
})
