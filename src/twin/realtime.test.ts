import { expect, test } from 'vitest'
import { scaledClock, systemClock } from '../kernel/clock.ts'
import { nodeNamed, webDeployment } from './http/served-twin-bed.ts'
import { runRealtime } from './realtime.ts'
import { createTwin } from './twin.ts'

test('time passes by itself, as fast as its clock, until it is stopped', async () => {
  const clock = scaledClock({ factor: 50 })
  const twin = createTwin({ seed: 1, startMs: clock.now(), version: { major: 1, minor: 36, gitVersion: 'v1.36.0' }, objects: [nodeNamed('n1'), webDeployment('web:1', 2)] })
  const live = runRealtime({ twin, clock, factor: 50 })
  const wall = systemClock()
  await wall.sleep(400)
  const running = [...twin.store.list('/Pod')].filter((pod) => (pod['status'] as { phase?: string }).phase === 'Running')
  expect(running).toHaveLength(2)
  live.catchUp()
  expect(Math.abs(clock.now() - twin.nowMs())).toBeLessThan(1_000)
  live.stop()
  const stoppedMs = twin.nowMs()
  await wall.sleep(100)
  live.catchUp()
  expect(twin.nowMs()).toBe(stoppedMs)
})
