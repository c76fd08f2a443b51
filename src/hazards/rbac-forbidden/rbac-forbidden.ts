/**
 * A workload fails because the API server refuses its service account: the log quotes the refusal word for word.
 * Widening rights is a decision about security, so the plan is never made here.
 */

import { lineEvidence, lastMatch } from '../shared/logs.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import type { Plan } from '../../model/plan.ts'
import { podTemplateOf } from '../../model/kube/workload.ts'
import type { View } from '../../model/view.ts'
import { earliest, findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { speakingWorkloads, wordsOf } from '../shared/suffering.ts'
import { waysBack } from '../shared/ways-back.ts'

const ID = 'rbac-forbidden'
const REFUSAL = /User "(system:serviceaccount:[^"]+)" cannot (\w+) resource "([^"]+)"(?: in API group "([^"]*)")?(?:.*?in the namespace "([^"]+)")?/i

function detect(view: View): Finding[] {
  return speakingWorkloads(view).flatMap((suffering) => {
    const found = lastMatch(wordsOf(view, suffering), REFUSAL)
    if (found === undefined) return []
    const [, account = '', verb = '', resource = '', , namespace] = found.match
    return [
      findingOf({
        hazard: ID,
        subject: suffering.workload,
        symptoms: podSymptoms(suffering.rows),
        summary: `${subjectText(subjectOf(suffering.workload))} is refused by the API server: ${account.replace('system:serviceaccount:', 'service account ')} may not ${verb} ${resource}${namespace === undefined ? '' : ` in ${namespace}`}`,
        evidence: [lineEvidence(found.line)],
        confidence: 0.9,
        sinceMs: earliest(suffering.rows),
        explains: ['container-exits', 'application-unhealthy', 'rollout-stuck', 'service-without-endpoints', 'failed-job'],
        facts: { account, verb, resource },
      }),
    ]
  })
}

/** Another service account in the last revision is the one change that may be undone without widening anything. */
function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  if (workload === undefined) return []
  const now = podTemplateOf(workload)?.spec?.serviceAccountName
  return waysBack({ hazard: ID, view, workload, differs: (earlier) => earlier.spec?.serviceAccountName !== now, what: (earlier) => `changed the service account from ${earlier.spec?.serviceAccountName ?? 'default'} to ${now ?? 'default'}` })
}

export const rbacForbidden: Hazard = {
  id: ID,
  title: 'A workload lacks rights in the API',
  severity: 2,
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
