import { describe, expect, test } from 'vitest'
import { parseTimeMs } from '../../kernel/clock.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { conditionOf } from '../../model/kube/workload.ts'
import { eventsAbout, podsOf, podTemplate, stateOf, testTwin, type TestContainer } from '../test-twin.ts'
import { firstAskMs, nextAskMs } from './probe-ticks.ts'
import type { ProbeKind } from './runtime.ts'

interface Case {
  readonly name: string
  readonly kind: ProbeKind
  readonly probe?: object
  readonly container?: object
  /** The container's start; the pod's probes tick since 0. In seconds. */
  readonly startedAt?: number
  readonly now?: number
  readonly asks: number
}

describe('the first time a container is asked, seconds after its kubelet took up the pod', () => {
  const cases: readonly Case[] = [
    { name: 'readiness: as soon as the start is seen', kind: 'readiness', asks: 1 },
    { name: 'readiness: from there, not by the ticks of the pod', kind: 'readiness', startedAt: 3, asks: 4 },
    { name: 'readiness: a delay is over at one of its own ticks', kind: 'readiness', probe: { initialDelaySeconds: 5 }, asks: 11 },
    { name: 'readiness: a delay that the first tick has passed', kind: 'readiness', probe: { initialDelaySeconds: 1 }, asks: 1 },
    { name: 'readiness: the start counts in whole seconds', kind: 'readiness', startedAt: 0.4, probe: { initialDelaySeconds: 5, periodSeconds: 2 }, asks: 5.4 },
    { name: 'readiness: once the startup probe has held', kind: 'readiness', container: { startupProbe: {} }, now: 20, asks: 20 },
    { name: 'readiness: once the hook after the start is over', kind: 'readiness', container: { lifecycle: { postStart: { sleep: { seconds: 7 } } } }, now: 7, asks: 7 },
    { name: 'startup: at the next tick of the pod', kind: 'startup', container: { startupProbe: {} }, startedAt: 3, asks: 10 },
    { name: 'startup: of a container that started with its pod, a period later', kind: 'startup', container: { startupProbe: {} }, asks: 10 },
    { name: 'startup: a start that is not seen yet at the tick', kind: 'startup', container: { startupProbe: {} }, startedAt: 9.5, asks: 20 },
    { name: 'liveness: at the next tick of the pod', kind: 'liveness', probe: { periodSeconds: 3 }, startedAt: 4, asks: 6 },
    { name: 'liveness: a delay that ends between two ticks', kind: 'liveness', probe: { initialDelaySeconds: 15 }, startedAt: 4, asks: 20 },
    { name: 'liveness: a delay that ends at a tick', kind: 'liveness', probe: { initialDelaySeconds: 16 }, startedAt: 4, asks: 20 },
    { name: 'liveness: not at the tick at which the startup probe held', kind: 'liveness', container: { startupProbe: {} }, now: 20, asks: 30 },
  ]

  test.each(cases)('$name', ({ kind, probe = {}, container = {}, startedAt = 0, now = startedAt, asks }) => {
    const run = { startedAtMs: startedAt * 1000, ends: [], log: '', containerId: '' }
    expect(firstAskMs({ container: { name: 'main', ...container }, probe, kind, run, nowMs: now * 1000, sinceMs: 0 }) / 1000).toBe(asks)
  })

  test.each([
    ['in time', 20, 20, 30],
    ['late: the ticks stay where they were', 20, 24, 30],
    ['later than the next tick: it is left out', 20, 31, 40],
    ['just at a tick: the one after it', 20, 30, 40],
  ])('and the time after it, looked at %s', (_, due, now, next) => expect(nextAskMs(due * 1000, now * 1000, {}) / 1000).toBe(next))
})

describe('when probes decide', () => {
  const podWith = (container: TestContainer): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } }, spec: (podTemplate('web', container) as { spec: object }).spec })
  const path = (of: string): object => ({ httpGet: { path: of, port: 8080 } })
  const world = (startSeconds: number): object => ({ images: [{ image: 'app:1', startSeconds, serves: [{ port: 8080, paths: ['/ok'] }] }] })

  test.each([
    ['a process that serves at once is ready a second after its start', { readinessProbe: path('/ok') }, 0, 1],
    ['one that needs two seconds, a period later', { readinessProbe: path('/ok') }, 2, 11],
    ['the first answer is asked for again at once: two good ones are enough', { readinessProbe: { ...path('/ok'), successThreshold: 2 } }, 0, 1],
    ['a third one comes a period later', { readinessProbe: { ...path('/ok'), successThreshold: 3 } }, 0, 11],
    ['after a delay, answers are a period apart', { readinessProbe: { ...path('/ok'), initialDelaySeconds: 5, successThreshold: 2 } }, 0, 21],
    ['with a startup probe, at the tick of the pod at which that holds, of which the image took a second', { startupProbe: path('/ok'), readinessProbe: path('/ok') }, 0, 9],
  ])('%s', (_, container, startSeconds, after) => {
    const twin = testTwin({ objects: [podWith(container)], world: world(startSeconds) })
    twin.advance(60_000)
    const [pod] = podsOf(twin, 'web')
    const startedMs = parseTimeMs(pod?.status?.containerStatuses?.[0]?.state?.running?.startedAt as string)
    expect((parseTimeMs(conditionOf(pod as never, 'Ready')?.lastTransitionTime as string) as number) - (startedMs as number)).toBe(after * 1000)
  })

  test('a container that liveness killed is asked at the ticks that the pod had', () => {
    const twin = testTwin({ objects: [podWith({ livenessProbe: path('/no') })], world: world(0) })
    const starts = new Set<string>()
    for (let second = 0; second < 75; second += 1) {
      twin.advance(1_000)
      starts.add(String(podsOf(twin, 'web')[0]?.status?.containerStatuses?.[0]?.state?.running?.startedAt))
    }
    const seconds = [...starts].filter((at) => at !== 'undefined').map((at) => (parseTimeMs(at) as number) / 1000)
    expect(seconds.slice(1).map((at, index) => at - (seconds[index] ?? 0))).toEqual([30, 30])
    expect(stateOf(podsOf(twin, 'web')[0]).restarts).toBe(2)
    expect(eventsAbout(twin, 'web')).toContain('Killing: Container main failed liveness probe, will be restarted')
  })
})
