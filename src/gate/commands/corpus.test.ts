import { expect, test } from 'vitest'
import { proves } from '../../../test/requirements.ts'
import { checkRecord } from './check-record.ts'
import { CORPUS, ELSEWHERE } from './corpus.test-support.ts'
import { SHIPPED_PROFILES } from './shipped-profiles.ts'

const options = { profiles: SHIPPED_PROFILES, place: ELSEWHERE }

test('each line has an id of its own', () => {
  expect(new Set(CORPUS.map(({ id }) => id)).size).toBe(CORPUS.length)
})

test('each line of the corpus gets its verdict, and says why', () => {
  proves('nothing-unauthorised.commands-keep-to-their-profile')
  const wrong = CORPUS.flatMap(({ id, text, expect: wanted }) => {
    const got = checkRecord(text, options)
    return got.verdict === wanted && got.id === id && got.reasons.length > 0 ? [] : [`${text} got ${got.verdict}: ${got.reasons.map((reason) => reason.text).join('; ')}`]
  })
  expect(wrong).toEqual([])
})
