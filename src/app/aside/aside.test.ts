import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../kernel/clock.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { createSnapshot, type Snapshot } from '../../model/snapshot.ts'
import { askWhatIf, readQuestion } from '../use-cases/what-if.ts'
import { createAside, type Aside, type AsideOptions } from './aside.ts'

const opened: Aside[] = []
afterEach(async () => {
  for (const aside of opened.splice(0)) await aside.stop()
})

function open(options: Partial<AsideOptions> = {}): Aside {
  const aside = createAside({ clock: systemClock(), ...options })
  opened.push(aside)
  return aside
}

const node = (name: string): KubeObject => ({
  apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/hostname': name } },
  status: { allocatable: { cpu: '2', memory: '4Gi', pods: '110' }, conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { kubeletVersion: 'v1.36.2' } },
})

/** More objects than one portion holds. */
function shop(): Snapshot {
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'registry.local/web:1', resources: { requests: { cpu: '300m' } } }] } }
  const objects: KubeObject[] = [
    node('a'), node('b'),
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' }, spec: { replicas: 8, selector: { matchLabels: { app: 'web' } }, template } },
    ...Array.from({ length: 1_500 }, (_, index) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `c${index}`, namespace: 'shop' } })),
  ]
  return createSnapshot({ takenAtMs: Date.parse('2026-03-01T10:00:00Z'), clusterId: 'test', clusterVersion: { major: 1, minor: 36, gitVersion: 'v1.36.2' }, resourceVersion: '1', objects, logs: [], notes: [] })
}

const asked = { questions: ['drain node/a'], seeds: 2, horizonMs: 600_000 }
const now = () => Promise.resolve(shop())

test('the answer is the one that is given in process', async () => {
  expect(await open().whatIf(readQuestion(asked), now)).toEqual(structuredClone(await askWhatIf({ ...asked, snapshot: shop() })))
})

test('a fault of the question comes back as a fault', async () => {
  await expect(open().whatIf(readQuestion({ ...asked, questions: ['drain node/nowhere'] }), now)).rejects.toMatchObject({ kind: 'fault', code: 'not-found' })
})

test('missions go on while a question is played', async () => {
  let turns = 0
  const beat = setInterval(() => (turns += 1), 1)
  await open().whatIf(readQuestion(asked), now)
  clearInterval(beat)
  expect(turns).toBeGreaterThan(10)
})

describe('bounds', () => {
  test('one is played, as many wait as may, the next is refused; then there is room again', async () => {
    const aside = open({ waitingMax: 1 })
    const gate = Promise.withResolvers<Snapshot>()
    const first = aside.whatIf(readQuestion(asked), () => gate.promise)
    let secondLooked = false
    const second = aside.whatIf(readQuestion(asked), () => {
      secondLooked = true
      return now()
    })
    await expect(aside.whatIf(readQuestion(asked), now)).rejects.toMatchObject({ code: 'rate-limited', retryAfterMs: expect.any(Number) })
    expect(secondLooked).toBe(false)
    gate.resolve(shop())
    expect((await first).summary).toBe((await second).summary)
    expect((await aside.whatIf(readQuestion(asked), now)).runs).toHaveLength(2)
  })

  test('a question that takes too long is ended, and the next is played', async () => {
    const aside = open({ timeoutMs: 1 })
    await expect(aside.whatIf(readQuestion(asked), now)).rejects.toMatchObject({ code: 'timeout' })
    await expect(aside.whatIf(readQuestion(asked), now)).rejects.toMatchObject({ code: 'timeout' })
  })

  test('a question that needs too much memory takes nothing down with it', async () => {
    await expect(open({ heapMiB: 8 }).whatIf(readQuestion(asked), now)).rejects.toMatchObject({ code: 'unavailable', recovery: 'give-up' })
  })

  test('a cluster that cannot be read fails that question only', async () => {
    const aside = open()
    await expect(aside.whatIf(readQuestion(asked), () => Promise.reject(new Error('no answer')))).rejects.toThrow('no answer')
    expect((await aside.whatIf(readQuestion(asked), now)).question).toBe('drain node/a')
  })

  test('what waits when Boyd stops is told so', async () => {
    const aside = open()
    const gate = Promise.withResolvers<Snapshot>()
    const open1 = aside.whatIf(readQuestion(asked), () => gate.promise)
    const open2 = aside.whatIf(readQuestion(asked), now)
    const both = Promise.allSettled([open1, open2])
    const stopping = aside.stop()
    gate.resolve(shop())
    await stopping
    expect((await both).map((one) => one.status === 'rejected' && (one.reason as { code: string }).code)).toEqual(['unavailable', 'unavailable'])
  })
})
