/** `boyd scan --list` and `--explain ID`: the cards themselves. */

import { fault } from '../../kernel/fault.ts'
import type { Card } from '../../model/hazard.ts'
import { SEVERITY_NAMES } from '../../model/severity.ts'
import { colours, print, printJson, type ExitCode } from '../terminal.ts'
import { wrap } from '../wrap.ts'

export function listCards(cards: readonly Card[], json: boolean): ExitCode {
  if (json) printJson(cards.map(cardJson))
  else for (const { id, severity, title } of cards) print(wrap(`${id.padEnd(36)} ${SEVERITY_NAMES[severity].padEnd(8)} ${title}`, { hang: 46 }))
  return 0
}

interface Explained {
  readonly cards: ReadonlyMap<string, Card>
  /** What it is, in a few sentences. */
  explanationOf(id: string): string
  readonly json: boolean
}

/** Fault `not-found` when no rule has the id. */
export function explainCard(id: string, { cards, explanationOf, json }: Explained): ExitCode {
  const card = cards.get(id)
  if (card === undefined) throw fault({ code: 'not-found', operation: 'explain', subject: id, message: 'there is no such rule', hint: 'boyd scan --list names them all.', recovery: 'give-up' })
  const explanation = explanationOf(id).replaceAll(/\s*\n\s*/g, ' ')
  if (json) printJson({ ...cardJson(card), explanation })
  else print(cardText(card, explanation))
  return 0
}

function cardText({ id, title, severity, appliesTo, lookAlikes, prevention, sources, reviewBy }: Card, explanation: string): string {
  const lines = [
    `${colours.bold(title)}`,
    `${id}, ${SEVERITY_NAMES[severity]}; looks at ${appliesTo.map((kind) => kind.replace(/^\//, '')).join(', ')}`,
    '',
    ...(explanation === '' ? [] : [explanation, '']),
    `Prevention: ${prevention}`,
    'Looks like it and is not:',
    ...lookAlikes.map((text) => `  - ${text}`),
    'Sources:',
    ...sources.map((source) => `  - ${source.title}: ${source.url}`),
    `To be read again by ${reviewBy}.`,
    '',
    `To silence it in one place: # boyd:ignore ${id} until YYYY-MM-DD because REASON`,
  ]
  return lines.map((line) => wrap(line, { hang: 2 })).join('\n')
}

function cardJson({ id, title, severity, appliesTo, lookAlikes, prevention, sources, reviewBy }: Card): object {
  return { id, title, severity: SEVERITY_NAMES[severity], appliesTo, lookAlikes, prevention, sources, reviewBy }
}
