/**
 * What one entry says about another must be true: a change has its start, the start its verdict on the same plan, the
 * verdict its rehearsal, the use of an approval its request and its votes, a resolved mission its proof.
 *
 * Each rule is something that the loop does in this order and records before it goes on, so it holds at whatever instant
 * the process died.
 */

import { isRecord } from '../../kernel/json.ts'
import type { CheckedEntry } from './entry-flaw.ts'

/** What was said so far of one mission, as texts that name the thing and what it is about. */
type Said = Set<string>
type Data = Readonly<Record<string, unknown>>
type Rule = (entry: CheckedEntry, data: Data, said: Said) => string | undefined

/** Told of each entry in order; says which rule it breaks. */
export function followReferences(): (entry: CheckedEntry) => string | undefined {
  const missions = new Map<string, Said>()
  return (entry) => {
    const rule = RULES[entry.type]
    if (rule === undefined) return undefined
    const said = missions.get(entry.missionId) ?? new Set()
    missions.set(entry.missionId, said)
    return rule(entry, isRecord(entry.data) ? entry.data : {}, said)
  }
}

const RULES: Readonly<Record<string, Rule>> = {
  'mission-started': (_entry, _data, said) => {
    said.add('mission')
    return undefined
  },
  'plan-proposed': (_entry, data, said) => {
    said.add(`plan ${text(data, 'hash')}`)
    return said.has('mission') ? undefined : 'a plan is proposed in a mission that did not start'
  },
  'plan-rehearsed': (_entry, data, said) => {
    if (data['passed'] === true) said.add(`passed ${text(data, 'planHash')}`)
    return said.has(`plan ${text(data, 'planHash')}`) ? undefined : 'it rehearses a plan that was not proposed'
  },
  'verdict-issued': verdict,
  'approval-requested': (_entry, data, said) => {
    const plan = text(data, 'planHash')
    said.add(`asked ${text(data, 'approvalId')} ${plan}`)
    return said.has(`verdict ask ${plan}`) ? undefined : 'an approval is asked for a plan on which no verdict asks for one'
  },
  'approval-voted': (entry, data, said) => {
    said.add(`vote ${text(data, 'approvalId')} ${text(data, 'decision')} ${entry.actor}`)
    if (!said.has(`asked ${text(data, 'approvalId')} ${text(data, 'planHash')}`)) return 'it votes on a request that was not made, or on another plan'
    const evidence = data['authentication']
    return isRecord(evidence) && text(evidence, 'method') !== '' ? undefined : 'it does not say how the voter proved who they are'
  },
  'approval-ended': approvalEnded,
  'step-started': stepStarted,
  'effect-applied': (entry, data, said) => {
    if (!changed(data)) return undefined
    return said.has(`start ${entry.key}/start ${text(data, 'stepId')}`) ? undefined : 'a change was made without an entry that says it starts'
  },
  'undo-started': (entry, data, said) => {
    const step = text(data, 'stepId')
    said.add(`undo ${entry.key} ${step}`)
    return said.has(`step ${step} ${text(data, 'planHash')}`) ? undefined : 'it takes back a step that did not start'
  },
  'effect-undone': (entry, data, said) => (said.has(`undo ${entry.key}/start ${text(data, 'stepId')}`) ? undefined : 'a step was taken back without an entry that says it starts'),
  'verification-made': (_entry, data, said) => {
    if (data['held'] === true) said.add('proof')
    return undefined
  },
  'mission-ended': (_entry, data, said) => (data['outcome'] !== 'resolved' || said.has('proof') ? undefined : 'it calls the incident resolved, and no proof was found to hold'),
}

function verdict(_entry: CheckedEntry, data: Data, said: Said): string | undefined {
  const plan = text(data, 'planHash')
  const decision = text(data, 'decision')
  // The last word counts: a plan that is denied later is not to be started any more.
  for (const other of ['allow', 'ask', 'deny']) said.delete(`verdict ${other} ${plan}`)
  said.add(`verdict ${decision} ${plan}`)
  return decision === 'deny' || said.has(`passed ${plan}`) ? undefined : `the verdict is ${decision} on a plan whose rehearsal did not pass`
}

function approvalEnded(_entry: CheckedEntry, data: Data, said: Said): string | undefined {
  const [approval, plan] = [text(data, 'approvalId'), text(data, 'planHash')]
  if (!said.has(`asked ${approval} ${plan}`)) return 'an approval ends that was not asked for this plan'
  if (data['state'] !== 'consumed') return undefined
  if (said.has(`used ${approval}`)) return 'the approval is used a second time'
  said.add(`used ${approval}`).add(`granted ${plan}`)
  const votes = Array.isArray(data['votes']) ? data['votes'].filter(isRecord) : []
  if (votes.length === 0) return 'the approval is used, and nobody voted'
  const silent = votes.find((vote) => !said.has(`vote ${approval} ${text(vote, 'decision')} ${text(vote, 'by')}`))
  return silent === undefined ? undefined : `the vote of ${text(silent, 'by')} counts, and has no entry of its own`
}

function stepStarted(entry: CheckedEntry, data: Data, said: Said): string | undefined {
  const [step, plan] = [text(data, 'stepId'), text(data, 'planHash')]
  said.add(`start ${entry.key} ${step}`).add(`step ${step} ${plan}`)
  if (said.has(`verdict allow ${plan}`)) return undefined
  if (!said.has(`verdict ask ${plan}`)) return 'a step starts, and no verdict allows its plan'
  return said.has(`granted ${plan}`) ? undefined : 'a step starts that had to be approved, and no approval of its plan was used'
}

function changed(data: Data): boolean {
  return data['outcome'] === 'applied' || (typeof data['requests'] === 'number' && data['requests'] > 0)
}

function text(data: Data, field: string): string {
  const value = data[field]
  return typeof value === 'string' ? value : ''
}
