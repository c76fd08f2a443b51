/** Outcomes of playbooks, append-only. */

import type { PlaybookEvent } from '../../model/playbook.ts'
import type { Store } from '../../ports/store.ts'
import type { Database } from './pool.ts'

interface Row {
  readonly key: string
  readonly playbook: string
  readonly event: PlaybookEvent
  readonly at_ms: string | number
}

export function createPlaybookStore(database: Database): Pick<Store, 'recordPlaybookOutcome' | 'playbookOutcomes'> {
  return {
    async recordPlaybookOutcome({ key, playbook, event, atMs }) {
      await database.change('insert into boyd.playbook_outcomes (key, playbook, event, at_ms) values ($1, $2, $3, $4) on conflict (key) do nothing', [key, playbook, event, atMs])
    },
    async playbookOutcomes(playbook) {
      const rows = await database.rows<Row>('select key, playbook, event, at_ms from boyd.playbook_outcomes where playbook = $1 order by seq', [playbook])
      return rows.map(({ at_ms: atMs, ...row }) => ({ ...row, atMs: Number(atMs) }))
    },
  }
}
