import { expect, test } from 'vitest'
import { mapLimited } from './map-limited.ts'

test('keeps the order and never has more under way than allowed', async () => {
  let underWay = 0
  let most = 0
  const results = await mapLimited([5, 1, 3, 2, 4], 2, async (item) => {
    underWay += 1
    most = Math.max(most, underWay)
    for (let turn = 0; turn < item; turn += 1) await Promise.resolve()
    underWay -= 1
    return item * 10
  })
  expect(results).toEqual([50, 10, 30, 20, 40])
  expect(most).toBe(2)
})

test('throws the first failure and starts nothing after it', async () => {
  const started: number[] = []
  const work = async (item: number): Promise<number> => {
    started.push(item)
    if (item === 2) throw new Error('second')
    return item
  }
  await expect(mapLimited([1, 2, 3, 4], 1, work)).rejects.toThrow('second')
  expect(started).toEqual([1, 2])
})
