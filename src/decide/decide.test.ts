import { describe, expect, test } from 'vitest'
import { hazards } from '../hazards/registry.ts'
import { badCases } from '../hazards/testing/bad-cases.ts'
import { container, crashed, deployment, log, node, running, service, viewOf } from '../hazards/testing/cluster.ts'
import type { Diagnosis, DiagnosisStatus, Hypothesis } from '../model/diagnosis.ts'
import type { View } from '../model/view.ts'
import { decide } from './decide.ts'

/** Hypotheses of these hazards, in this order, with the findings they make of the view. */
function diagnosed(view: View, ids: readonly string[], status: DiagnosisStatus = 'found'): Diagnosis {
  const findings = ids.flatMap((id) => hazards.find((hazard) => hazard.id === id)?.detect(view) ?? [])
  const hypotheses = findings.map((finding): Hypothesis => ({ hazard: finding.hazard, subject: finding.subject, confidence: finding.confidence, summary: finding.summary, evidence: finding.evidence, blastRadius: [], changes: [], finding }))
  return { kind: 'diagnosis', status, hypotheses, dropped: [], summary: 's', examined: [], snapshotDigest: 'd' }
}

const idsOf = (view: View, ids: readonly string[], status?: DiagnosisStatus): string[] => decide({ diagnosis: diagnosed(view, ids, status), view }).map((plan) => plan.id)

const limited = (memory: string, args: string[] = []) => container({ args, resources: { limits: { memory } } })
const labels = { 'eks.amazonaws.com/nodegroup': 'g' }
const silent = viewOf([node('n1', { labels, ready: 'Unknown' }), node('n2', { labels })])
const shrunk = viewOf(deployment('w', { revisions: [{ spec: limited('512Mi'), minutes: 6000 }, { spec: limited('64Mi'), minutes: 20 }], pods: [crashed({ exitCode: 137, reason: 'OOMKilled' })] }))

describe('the order of plans', () => {
  test('what only contains comes after every cure, although it harms less', () => {
    expect(idsOf(silent, ['node-not-ready'])).toEqual(['replace-node-n1', 'replace-silent-node-n1', 'cordon-node-n1'])
  })

  test('observed before assumed at the same risk', () => {
    const plans = decide({ diagnosis: diagnosed(shrunk, ['memory-limit-too-low']), view: shrunk })
    expect(plans.map((plan) => plan.values)).toEqual(['observed', 'assumed'])
  })

  test('less harm first within a cause', () => {
    const view = viewOf(badCases['service-selects-nothing']?.[0]?.objects ?? [])
    expect(decide({ diagnosis: diagnosed(view, ['service-selects-nothing']), view }).map((plan) => plan.risk)).toEqual(['reversible', 'disruptive'])
  })

  test('causes keep their order, and what waits for a person comes last over all of them', () => {
    const lost = deployment('lost', { revisions: [{ spec: container({ env: [{ name: 'DB_HOST', value: 'nowhere' }] }), minutes: 6000 }], pods: [crashed({ exitCode: 1 })] })
    const other = deployment('web', { revisions: [{ spec: container({ ports: [{ containerPort: 8080 }] }), minutes: 6000 }], pods: [running] })
    const view = viewOf([lost, other, service('web', { targetPort: 9090 }), node('n1', { ready: 'Unknown' })], [log('lost-h1-p0', 'getaddrinfo ENOTFOUND nowhere')])
    expect(idsOf(view, ['dependency-unreachable', 'node-not-ready', 'service-port-mismatch'])).toEqual(['cordon-node-n1', 'mend-port-0-service-shop-web', 'ask-dependency-unreachable-deployment-shop-lost'])
  })
})

describe('each plan once', () => {
  test('two hazards that propose the same roll-back', () => {
    const view = viewOf(deployment('w', { revisions: [{ spec: container(), minutes: 6000 }, { spec: container({ args: ['--new'] }), minutes: 20 }], pods: [crashed({ exitCode: 1 })], fields: { status: { conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }] } } }))
    expect(idsOf(view, ['container-exits', 'rollout-stuck'])).toEqual(['roll-back-deployment-shop-w'])
    expect(decide({ diagnosis: diagnosed(view, ['container-exits', 'rollout-stuck']), view })[0]?.hazard).toBe('container-exits')
  })

  test('the same cause twice', () => expect(idsOf(shrunk, ['memory-limit-too-low', 'memory-limit-too-low'])).toEqual(idsOf(shrunk, ['memory-limit-too-low'])))
})

describe('no plans', () => {
  test.each(['healthy', 'inconclusive'] as const)('where the diagnosis is %s', (status) => expect(idsOf(shrunk, ['memory-limit-too-low'], status)).toEqual([]))

  test('for a hazard that is not registered', () => {
    const diagnosis = diagnosed(shrunk, ['memory-limit-too-low'])
    const unknown = { ...diagnosis, hypotheses: diagnosis.hypotheses.map((hypothesis) => ({ ...hypothesis, hazard: 'not-there' })) }
    expect(decide({ diagnosis: unknown, view: shrunk })).toEqual([])
  })
})
