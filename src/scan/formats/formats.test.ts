import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import addFormats from 'ajv-formats'
import Ajv from 'ajv-draft-04'
import { describe, expect, test } from 'vitest'
import type { Card } from '../../model/hazard.ts'
import { ownCards } from '../own-cards.ts'
import type { ScanFinding, ScanReport } from '../scan-report.ts'
import { toGithub } from './github.ts'
import { toJson } from './json.ts'
import { toJunit } from './junit.ts'
import { toSarif } from './sarif.ts'

const cards = new Map<string, Card>(ownCards.map((card) => [card.id, card]))
const finding: ScanFinding = {
  rule: 'unreadable-file',
  severity: 2,
  subject: { kind: 'Deployment', namespace: 'shop', name: 'web' },
  field: 'spec.replicas',
  summary: 'a "summary" <with> & 100 % of\nodd \u0007 characters',
  advice: 'do better',
  cause: 'c',
  fingerprint: 'f1',
  place: { file: 'a b/ü.yaml', document: 1, line: 3, column: 5 },
  state: { type: 'open' },
}
const { place: _place, ...withoutPlace } = finding
const report: ScanReport = {
  tool: { name: 'boyd', version: '1.2.3' },
  coverage: { read: { 'Kubernetes objects': 1 }, files: 1, unrelated: 0, notRead: [{ source: 'chart/', why: 'there is no helm' }], rules: 2, failedRules: [{ rule: 'x', why: 'y' }] },
  groups: [{ rule: finding.rule, title: 't', cause: 'c', severity: 2, advice: 'do better', findings: [finding] }],
  findings: [
    finding,
    { ...withoutPlace, rule: 'of-a-cluster', fingerprint: 'f2', severity: 4, state: { type: 'known' } },
    { ...finding, fingerprint: 'f3', state: { type: 'suppressed', reason: 'the vendor mends it', until: '2027-01-01', by: 'the annotation of Deployment web' } },
    { ...finding, fingerprint: 'f4', severity: 5, place: { file: 'chart/Chart.yaml', document: 2 } },
  ],
}

describe('SARIF 2.1.0', () => {
  const schema = JSON.parse(readFileSync(createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8')) as object
  const ajv = new Ajv.default({ allErrors: true, strict: false, unicodeRegExp: false })
  addFormats.default(ajv)
  const validate = ajv.compile(schema)

  test('is valid by the published schema', () => {
    validate(JSON.parse(JSON.stringify(toSarif(report, cards))))
    expect(validate.errors ?? []).toEqual([])
  })

  test('the schema would notice: a level that does not exist, a region that ends nowhere', () => {
    const broken = JSON.parse(JSON.stringify(toSarif(report, cards)).replaceAll('"level":"error"', '"level":"awful"'))
    expect(validate(broken)).toBe(false)
  })

  test('names the place as a URI, with the fingerprint, and says what is silenced and what was there before', () => {
    const [run] = (toSarif(report, cards) as { runs: { results: Record<string, unknown>[] }[] }).runs
    expect(run?.results[0]).toMatchObject({ ruleId: 'unreadable-file', level: 'error', partialFingerprints: { 'boyd/v1': 'f1' }, baselineState: 'new', locations: [{ physicalLocation: { artifactLocation: { uri: 'a%20b/%C3%BC.yaml' }, region: { startLine: 3, startColumn: 5 } } }] })
    expect(run?.results[1]).toMatchObject({ baselineState: 'unchanged' })
    expect(run?.results[2]).toMatchObject({ suppressions: [{ kind: 'inSource', justification: 'the vendor mends it (until 2027-01-01)' }] })
  })
})

test('JUnit: what fails, what is passed over, and text that XML can hold', () => {
  const xml = toJunit(report, 3)
  expect(xml).toContain('<testsuites name="boyd scan" tests="4" failures="1" skipped="2">')
  expect(xml).toContain('file="a b/ü.yaml" line="3"><failure message="a &quot;summary&quot; &lt;with&gt; &amp; 100 % of&#10;odd \uFFFD characters">do better</failure>')
  expect(xml).toContain('<skipped message="the vendor mends it (until 2027-01-01)"/>')
  expect(xml).not.toContain('\u0007')
})

test('GitHub annotations: open findings only, with text that cannot begin another command', () => {
  const lines = toGithub(report).trimEnd().split('\n')
  expect(lines).toEqual([
    '::notice title=boyd scan::chart/ was not read: there is no helm',
    '::error file=a b/ü.yaml,line=3,col=5,title=unreadable-file::a "summary" <with> & 100 %25 of%0Aodd \u0007 characters. do better',
    '::notice file=chart/Chart.yaml,title=unreadable-file::a "summary" <with> & 100 %25 of%0Aodd \u0007 characters. do better',
  ])
})

test('JSON: words beside numbers, and the coverage before the findings', () => {
  expect(Object.keys(toJson(report))).toEqual(['tool', 'coverage', 'groups', 'findings'])
  expect((toJson(report) as { findings: object[] }).findings[0]).toMatchObject({ severity: 'high', subject: { text: 'Deployment shop/web' }, file: 'a b/ü.yaml', line: 3 })
})
