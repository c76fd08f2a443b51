import { describe, expect, test, vi } from 'vitest'
import { parseTimeMs, scaledClock, systemClock, toIso, toKubeTime } from './clock.ts'

const DAY_MS = 86_400_000

describe('times as text', () => {
  test.each([
    { text: '2026-06-01T03:00:00Z', timeMs: Date.UTC(2026, 5, 1, 3) },
    { text: '2026-06-01T05:00:00.250+02:00', timeMs: Date.UTC(2026, 5, 1, 3) + 250 },
    { text: undefined, timeMs: undefined },
    { text: '', timeMs: undefined },
    { text: 'yesterday', timeMs: undefined },
  ])('$text', ({ text, timeMs }) => {
    expect(parseTimeMs(text)).toBe(timeMs)
  })

  test('Kubernetes stores whole seconds, cut and not rounded', () => {
    expect([toIso(1_999), toKubeTime(1_999)]).toEqual(['1970-01-01T00:00:01.999Z', '1970-01-01T00:00:01Z'])
  })
})

describe('timers', () => {
  test('a timer fires once when its time has come, and a cancelled one never', () => {
    vi.useFakeTimers()
    const fired: string[] = []
    systemClock().after(1_000, () => fired.push('kept'))
    const cancel = systemClock().after(1_000, () => fired.push('cancelled'))
    cancel()
    vi.advanceTimersByTime(999)
    expect(fired).toEqual([])
    vi.advanceTimersByTime(5_000)
    cancel()
    expect(fired).toEqual(['kept'])
    vi.useRealTimers()
  })

  test('waits longer than a timer can hold neither fire at once nor forget how to be cancelled', () => {
    vi.useFakeTimers()
    const fired: string[] = []
    systemClock().after(40 * DAY_MS, () => fired.push('kept'))
    const cancel = systemClock().after(40 * DAY_MS, () => fired.push('cancelled'))
    vi.advanceTimersByTime(39 * DAY_MS)
    cancel()
    expect(fired).toEqual([])
    vi.advanceTimersByTime(DAY_MS)
    expect(fired).toEqual(['kept'])
    vi.useRealTimers()
  })

  test('a sleep ends with the reason of its signal, also when that came first', async () => {
    const aborter = new AbortController()
    const sleeping = systemClock().sleep(60_000, { signal: aborter.signal })
    aborter.abort(new Error('enough'))
    await expect(sleeping).rejects.toThrow('enough')
    await expect(systemClock().sleep(60_000, { signal: aborter.signal })).rejects.toThrow('enough')
  })

  test('a scaled clock shows and waits scaled time', async () => {
    vi.useFakeTimers({ now: 1_000 })
    const clock = scaledClock({ factor: 20, startMs: 500_000 })
    const fired: number[] = []
    clock.after(20_000, () => fired.push(clock.now()))
    await vi.advanceTimersByTimeAsync(999)
    expect([clock.now(), fired]).toEqual([500_000 + 999 * 20, []])
    await vi.advanceTimersByTimeAsync(1)
    expect(fired).toEqual([520_000])
    vi.useRealTimers()
  })

  test('two processes with the same scale agree on the time', () => {
    vi.useFakeTimers({ now: 1_000 })
    const first = scaledClock({ factor: 3, startMs: 0, wallStartMs: 1_000 })
    vi.advanceTimersByTime(7_000)
    expect(scaledClock({ factor: 3, startMs: 0, wallStartMs: 1_000 }).now()).toBe(first.now())
    vi.useRealTimers()
  })
})
