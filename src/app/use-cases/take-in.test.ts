import { afterAll, beforeAll, expect, test } from 'vitest'
import { fault } from '../../kernel/fault.ts'
import type { Cluster } from '../../ports/cluster.ts'
import { launchForgotten, takeIn } from './take-in.ts'
import { signalAbout, startRealParts, type RealParts } from '../../../test/support/real-parts.ts'

let real: RealParts
beforeAll(async () => {
  real = await startRealParts()
})
afterAll(() => real.stop())

const podNames = (): string[] => [...real.twin.store.list('/Pod', 'default')].map(({ metadata }) => metadata.name ?? '')
const typesOf = async (incidentId: string): Promise<string[]> => (await real.entriesOf(incidentId)).map(({ type }) => type)

test('alerts about pods of one workload are one incident about the workload, with one mission', async () => {
  const [first = '', second = ''] = podNames()
  const opened = await takeIn(real.parts, signalAbout(first, { id: 'pods-1' }))
  const joined = await takeIn(real.parts, signalAbout(second, { id: 'pods-2', severity: 2 }))
  const repeated = await takeIn(real.parts, signalAbout(second, { id: 'pods-3', sourceEventId: 'pods-2', severity: 2 }))
  expect([opened, joined, repeated].map(({ type, incident }) => [type, incident?.id])).toEqual(['opened', 'joined', 'repeated'].map((type) => [type, opened.incident?.id]))
  expect(repeated.incident).toMatchObject({ subjects: [{ kind: 'Deployment', namespace: 'default', name: 'web' }], severity: 2, signalIds: ['pods-1', 'pods-2'] })
  const { id = '', missionId = '' } = opened.incident ?? {}
  expect(await real.parts.engine.result(missionId)).toEqual({ input: { incidentId: id } })
  expect(await typesOf(id)).toEqual(['incident-opened', 'signal-joined'])
})

test('a resolved alert that nobody knows is ignored: no incident, no mission, no entry', async () => {
  const before = await real.parts.ledgerStore.read(1, 1_000)
  expect(await takeIn(real.parts, signalAbout('unknown', { id: 'resolved-1', status: 'resolved' }))).toEqual({ type: 'ignored' })
  expect(await real.parts.ledgerStore.read(1, 1_000)).toEqual(before)
})

const answering = (answer: () => Promise<never>): Cluster => ({ ...real.parts.cluster, get: answer })

test.each([
  { name: 'a pod that is gone', pod: 'gone', cluster: () => real.parts.cluster },
  { name: 'a cluster that does not answer', pod: 'unread', cluster: () => answering(() => Promise.reject(fault({ code: 'unavailable', operation: 'kubernetes get', message: 'connection refused' }))) },
])('$name: the incident is about the pod', async ({ pod, cluster }) => {
  const { incident } = await takeIn({ ...real.parts, cluster: cluster() }, signalAbout(pod, { id: `about-${pod}` }))
  expect(incident?.subjects).toEqual([{ kind: 'Pod', namespace: 'default', name: pod }])
})

test('a bug of ours is not taken for a cluster that does not answer', async () => {
  const cluster = answering(() => Promise.reject(new TypeError('ours')))
  await expect(takeIn({ ...real.parts, cluster }, signalAbout('any', { id: 'bug-1' }))).rejects.toThrow('ours')
})

/** The process dies once the signal is stored: nothing was recorded, nothing launched. */
async function storedOnly(id: string): Promise<{ readonly id: string; readonly missionId: string }> {
  const dying = { ...real.parts, record: () => Promise.reject(new Error('killed')) }
  await expect(takeIn(dying, signalAbout(id, { id }))).rejects.toThrow('killed')
  const [incident] = (await real.parts.store.incidents({ limit: 1 })).filter(({ signalIds }) => signalIds.includes(id))
  expect(await real.parts.engine.status(incident?.missionId ?? '')).toBeUndefined()
  return { id: incident?.id ?? '', missionId: incident?.missionId ?? '' }
}

test('what was stored before a crash is recorded and launched at the next start, once', async () => {
  const { id, missionId } = await storedOnly('forgotten')
  await launchForgotten(real.parts)
  await launchForgotten(real.parts)
  expect(await real.parts.engine.result(missionId)).toEqual({ input: { incidentId: id } })
  expect(await typesOf(id)).toEqual(['incident-opened'])
})

test('the sender’s own retry mends it too', async () => {
  const { id, missionId } = await storedOnly('retried')
  expect(await takeIn(real.parts, signalAbout('retried', { id: 'another-id', sourceEventId: 'retried' }))).toMatchObject({ type: 'repeated', incident: { id } })
  expect(await real.parts.engine.result(missionId)).toEqual({ input: { incidentId: id } })
  expect(await typesOf(id)).toEqual(['incident-opened'])
})
