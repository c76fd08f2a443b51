import { expect, test } from 'vitest'
import { findingsOf, oneContainer, workload } from '../testing/audit.ts'
import { tokenLifeStretched } from './token-life-stretched.ts'

const spec = (expirationSeconds?: number, more: object = {}) => oneContainer({}, { volumes: [{ name: 't', projected: { sources: [{ serviceAccountToken: { path: 'token', ...(expirationSeconds === undefined ? {} : { expirationSeconds }) } }] } }], ...more })
const job = (seconds: number, activeDeadlineSeconds: number) => [workload(spec(seconds), { kind: 'Job', fields: { activeDeadlineSeconds } })]

test.each([
  { name: 'a day', objects: [workload(spec(86_400))], want: ['a longer life'] },
  { name: 'a run longer than its token', objects: job(3600, 7200), want: ['a run longer than its token'] },
  { name: 'good', objects: [workload(spec(3600))], want: [] },
  { name: 'look-alike: the default', objects: [workload(spec())], want: [] },
  { name: 'look-alike: what admission writes', objects: [workload(spec(3607))], want: [] },
  { name: 'look-alike: a deadline below the life', objects: job(3600, 600), want: [] },
  { name: 'look-alike: no token', objects: [workload(oneContainer(), { kind: 'Job', fields: { activeDeadlineSeconds: 7200 } })], want: [] },
])('$name', ({ objects, want }) => expect(findingsOf(tokenLifeStretched, { objects }).map(({ cause }) => cause)).toEqual(want))

test('the wrong claim is not repeated: no version of a cluster decides how long tokens live', () => {
  const found = [30, 33, 36].map((minor) => findingsOf(tokenLifeStretched, { objects: [workload(spec(86_400))], minor }).map(({ summary, severity }) => ({ summary, severity })))
  expect(new Set(found.map((item) => JSON.stringify(item))).size).toBe(1)
  expect(JSON.stringify(tokenLifeStretched)).not.toMatch(/1\.3\d/)
})
