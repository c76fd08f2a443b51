import { expect, test } from 'vitest'
import { createParking } from './parking.ts'

/** `parked` when the promise is still open after what is ready has run. */
async function fateOf(promise: Promise<unknown>): Promise<unknown> {
  const fate = promise.then(
    (value) => value,
    (error: unknown) => error,
  )
  return Promise.race([fate, new Promise((resolve) => setTimeout(() => resolve('parked'), 20))])
}

test('calls pass until it is closed', async () => {
  const parking = createParking()
  expect(await parking.step(async () => 1)).toBe(1)
  expect(await parking.wait(async () => 2)).toBe(2)
  await expect(parking.step(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
})

test('closing waits for a step under way, which then does not return', async () => {
  const parking = createParking()
  let finish: () => void = () => undefined
  const step = parking.step(() => new Promise<void>((resolve) => (finish = resolve)))
  const closed = parking.close()
  expect(await fateOf(closed)).toBe('parked')
  finish()
  expect(await fateOf(closed)).toBeUndefined()
  expect(await fateOf(step)).toBe('parked')
})

test('closing does not wait for one who waits, and what it fails with is not heard', async () => {
  const parking = createParking()
  let fail: (error: Error) => void = () => undefined
  const waiting = parking.wait(() => new Promise((_resolve, reject) => (fail = reject)))
  await parking.close()
  fail(new Error('the pool is closed'))
  expect(await fateOf(waiting)).toBe('parked')
})

test('once closed, nothing starts', async () => {
  const parking = createParking()
  await parking.close()
  let started = false
  expect(await fateOf(parking.step(async () => (started = true)))).toBe('parked')
  expect(started).toBe(false)
})
