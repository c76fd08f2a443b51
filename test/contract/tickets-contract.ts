/** What every `Tickets` must do. Run over each adapter by its test file. */

import { beforeAll, describe, expect, test } from 'vitest'
import type { Ticket } from '../../src/model/ticket.ts'
import type { Tickets } from '../../src/ports/tickets.ts'

let serial = 0

function initOf(): Parameters<Tickets['open']>[0] {
  serial += 1
  return { incidentId: `inc-${serial}`, title: 'Node worker-3 is lost', priority: 'P1', body: 'evidence: …', nowMs: 1_000 }
}

export function ticketsContract(name: string, make: () => Promise<Tickets>): void {
  describe(`tickets contract: ${name}`, () => {
    let tickets: Tickets
    beforeAll(async () => {
      tickets = await make()
    })

    test('an opened ticket is found by its incident', async () => {
      const { nowMs, ...init } = initOf()
      const ticket = await tickets.open({ ...init, nowMs })
      const expected: Omit<Ticket, 'id'> = { kind: 'ticket', ...init, status: 'open', comments: [], openedAtMs: nowMs }
      expect(ticket).toMatchObject(expected)
      expect(await tickets.ofIncident(init.incidentId)).toEqual(ticket)
      expect(await tickets.ofIncident('inc-nobody')).toBeUndefined()
    })

    test('an incident has one ticket, however often and at once it is opened', async () => {
      const init = initOf()
      const opened = await Promise.all(Array.from({ length: 20 }, (_, index) => tickets.open({ ...init, title: `attempt ${index}` })))
      expect(new Set(opened.map(({ id }) => id)).size).toBe(1)
      expect(new Set(opened.map(({ title }) => title)).size).toBe(1)
    })

    test('comments keep their order, and a repeated key adds nothing', async () => {
      const { id, incidentId } = await tickets.open(initOf())
      const first = { key: 'effect-1', author: 'boyd', text: 'cordoned', atMs: 2_000 }
      const second = { key: 'a-later-key', author: 'boyd', text: 'drained', atMs: 1_500 }
      await tickets.comment(id, first)
      await tickets.comment(id, second)
      await tickets.comment(id, { ...first, text: 'said again' })
      expect((await tickets.ofIncident(incidentId))?.comments).toEqual([first, second])
    })

    test('the same key on two tickets is two comments', async () => {
      const [left, right] = [await tickets.open(initOf()), await tickets.open(initOf())]
      const comment = { key: 'same', author: 'boyd', text: 'x', atMs: 1 }
      await tickets.comment(left.id, comment)
      await tickets.comment(right.id, comment)
      expect((await tickets.ofIncident(right.incidentId))?.comments).toEqual([comment])
    })

    test('the first closing stands', async () => {
      const { id, incidentId } = await tickets.open(initOf())
      await tickets.close(id, { resolution: 'replaced', nowMs: 5_000 })
      await tickets.close(id, { resolution: 'said again', nowMs: 6_000 })
      expect(await tickets.ofIncident(incidentId)).toMatchObject({ status: 'closed', resolution: 'replaced', closedAtMs: 5_000 })
    })

    test('an unknown ticket is a fault', async () => {
      const missing = { kind: 'fault', code: 'not-found' }
      await expect(tickets.comment('tkt-nobody', { key: 'k', author: 'a', text: 't', atMs: 1 })).rejects.toMatchObject(missing)
      await expect(tickets.close('tkt-nobody', { resolution: 'x', nowMs: 1 })).rejects.toMatchObject(missing)
    })
  })
}
