/**
 * A workload fails because the API server refuses its service account: the log quotes the refusal word for word.
 * Widening rights is a decision about security, so no plan
 * of ours grants any; what was taken away by hand since it was applied may be put back.
 */

import { lineEvidence, lastMatch, type LogLine } from '../shared/logs.ts'
import { objectEvidence } from '../../model/evidence.ts'
import { objectOf, uniqueSubjects } from '../../model/topology/find-object.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type Subject } from '../../model/kube-object.ts'
import type { Plan } from '../../model/plan.ts'
import { podTemplateOf } from '../../model/kube/workload.ts'
import type { View } from '../../model/view.ts'
import { earliest, findingOf, podSymptoms } from '../shared/finding.ts'
import { speakingWorkloads, wordsOf, type Suffering } from '../shared/suffering.ts'
import { restoreApplied, waysBack } from '../shared/ways-back.ts'
import { lackOf } from './grants.ts'

const ID = 'rbac-forbidden'
const REFUSAL = /User "system:serviceaccount:([^":]+):([^"]+)" cannot (\w+) resource "([^"]+)"(?: in API group "([^"]*)")?(?:.*?in the namespace "([^"]+)")?/i

function detect(view: View): Finding[] {
  return speakingWorkloads(view).flatMap((suffering) => {
    const found = lastMatch(wordsOf(view, suffering), REFUSAL)
    return found === undefined ? [] : [findingFrom(view, suffering, found)]
  })
}

function findingFrom(view: View, suffering: Suffering, { line, match }: { readonly line: LogLine; readonly match: RegExpExecArray }): Finding {
  const [, own = '', name = '', verb = '', resource = '', group = '', namespace] = match
  const lack = lackOf(view, { account: { namespace: own, name }, verb, resource, group, namespace })
  return findingOf({
    hazard: ID,
    subject: lack.object ?? suffering.workload,
    symptoms: uniqueSubjects([...podSymptoms(suffering.rows), subjectOf(suffering.workload)]),
    summary: `${subjectText(subjectOf(suffering.workload))} is refused by the API server: service account ${own}:${name} may not ${verb} ${resource}${namespace === undefined ? '' : ` in ${namespace}`}; ${lack.text}`,
    evidence: [lineEvidence(line), ...(lack.object === undefined ? [] : [objectEvidence(lack.object, 'metadata', lack.text)])],
    confidence: suffering.stands === true ? 0.85 : 0.92,
    sinceMs: earliest(suffering.rows),
    explains: ['container-exits', 'application-unhealthy', 'rollout-stuck', 'service-without-endpoints', 'failed-job', 'bad-probe', 'credentials-refused', 'custom-resource-not-ready'],
    facts: { account: `${own}:${name}`, verb, resource, workload: subjectOf(suffering.workload), why: lack.why },
  })
}

/** Another service account in the last revision is the one change that may be undone without widening anything. */
function fixes(finding: Finding, view: View): Plan[] {
  const object = objectOf(view, finding.subject)
  const workload = objectOf(view, finding.facts['workload'] as Subject)
  const restored = object === undefined || object === workload ? [] : restoreApplied({ hazard: ID, object, paths: [['rules'], ['subjects'], ['roleRef']], expectedEffect: 'the account has the rights again that were applied for it' })
  if (workload === undefined || restored.length > 0) return restored
  const now = podTemplateOf(workload)?.spec?.serviceAccountName
  return waysBack({ hazard: ID, view, workload, differs: (earlier) => earlier.spec?.serviceAccountName !== now, what: (earlier) => `changed the service account from ${earlier.spec?.serviceAccountName ?? 'default'} to ${now ?? 'default'}` })
}

export const rbacForbidden: Hazard = {
  id: ID,
  title: 'A workload lacks rights in the API',
  severity: 2,
  family: 'control',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Whether it should have that right is a decision about security; Boyd grants none.`,
  lookAlikes: ['a refusal that the workload survives', '401, which is an expired or wrong token and not a missing right'],
  prevention: 'Ship roles and bindings with the workload that needs them, and test with the same account.',
  sources: [{ title: 'Using RBAC authorization', url: 'https://kubernetes.io/docs/reference/access-authn-authz/rbac/' }],
  reviewBy: '2027-06-30',
}
