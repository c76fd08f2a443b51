import { expect, test } from 'vitest'
import type { Approval } from '../model/approval.ts'
import type { Verdict } from '../model/verdict.ts'
import { createSite } from './site.ts'
import { whyFallen } from './standing.ts'

const verdict: Verdict = { kind: 'verdict', decision: 'allow', planHash: 'sha256:1', policyDigest: 'sha256:a', decidedAtMs: 0, reasons: [] }
const glass = { breakGlass: true } as Approval

const cases: readonly { name: string; policyDigest?: string; site?: object; approval?: Approval; says: string }[] = [
  { name: 'nothing changed', says: '' },
  { name: 'the kill switch was thrown', site: { killSwitch: true }, says: 'kill switch' },
  { name: 'a broken glass does not pass the kill switch', site: { killSwitch: true }, approval: glass, says: 'kill switch' },
  { name: 'the policies were replaced', policyDigest: 'sha256:b', says: 'policies' },
  { name: 'a freeze began', site: { freeze: true }, says: 'freeze' },
  { name: 'a freeze began, and the glass was broken for it', site: { freeze: true }, approval: glass, says: '' },
]

test.each(cases)('$name', ({ policyDigest = 'sha256:a', site = {}, approval, says }) => {
  const reason = whyFallen({ verdict, policyDigest, site: createSite({ clusterId: 'c', ...site }), ...(approval === undefined ? {} : { approval }) })
  expect(reason ?? '').toContain(says)
  expect(reason === undefined).toBe(says === '')
})
