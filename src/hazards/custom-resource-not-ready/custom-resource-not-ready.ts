/**
 * An operator says of a custom resource that it cannot make it so: a condition is False or a phase is a failure, with
 * the operator's own words. What went wrong below it is another hazard's, where one sees it.
 */

import { parseTimeMs } from '../../kernel/clock.ts'
import { isRecord } from '../../kernel/json.ts'
import { eventEvidence, objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { groupOf, subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { isTerminating } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { objectOf, uniqueSubjects } from '../../model/topology/find-object.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'
import { isTooFresh } from '../shared/patience.ts'
import { restoreApplied } from '../shared/ways-back.ts'

const ID = 'custom-resource-not-ready'
const BUILT_IN = /^$|^(apps|batch|autoscaling|policy|extensions)$|(^|\.)k8s\.io$/
/** An operator needs a while to bring things about. */
const PATIENCE_MS = 5 * 60_000
/** Conditions that say "it is as it should be" when they are True, and such that say "something failed" when they are. */
const GOOD = /^(Ready|Available|Healthy|Synced|Reconciled|ReconcileSuccess(ful)?|Succeeded|Accepted|Programmed|Released|Valid|Deployed|Installed)$/
const BAD = /(Error|Failed|Failure|Degraded|Stalled|Invalid)$/
const FAILED_PHASE = /^(failed|failure|error|degraded|invalid|unhealthy)$/i

interface Said {
  readonly path: string
  readonly text: string
  readonly sinceMs: number | undefined
}

function detect(view: View): Finding[] {
  return view.snapshot.objects.flatMap((object) => {
    if (BUILT_IN.test(groupOf(object.apiVersion)) || !isRecord(object['status']) || isTerminating(object)) return []
    const said = conditionSaid(object['status']) ?? phaseSaid(object['status'])
    return said === undefined || isTooFresh(view, said.sinceMs, PATIENCE_MS) ? [] : [findingFrom(view, object, said)]
  })
}

interface ConditionRow {
  readonly type?: string
  readonly status?: string
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
}

function conditionSaid(status: Record<string, unknown>): Said | undefined {
  const conditions: readonly unknown[] = Array.isArray(status['conditions']) ? status['conditions'] : []
  const index = conditions.findIndex((item) => isRecord(item) && isFault(item as ConditionRow))
  const found = conditions[index] as ConditionRow | undefined
  if (found === undefined) return undefined
  return { path: `status.conditions[${index}]`, text: `${found.type ?? ''} is ${found.status ?? 'reported'}${found.reason === undefined ? '' : `, ${found.reason}`}${found.message === undefined ? '' : `: ${found.message.slice(0, 240)}`}`, sinceMs: parseTimeMs(found.lastTransitionTime) }
}

/** Argo CD writes conditions without a status: that they are there is what they say. */
function isFault({ type = '', status, message, reason }: ConditionRow): boolean {
  if (GOOD.test(type)) return status === 'False' && (message ?? reason ?? '') !== '' && !/progress|pending|creating|waiting/i.test(reason ?? '')
  return BAD.test(type) && (status === 'True' || (status === undefined && message !== undefined))
}

function phaseSaid(status: Record<string, unknown>): Said | undefined {
  const health = isRecord(status['health']) ? status['health']['status'] : undefined
  const operation = isRecord(status['operationState']) ? status['operationState'] : {}
  const words: readonly (readonly [string, unknown])[] = [['status.phase', status['phase']], ['status.state', status['state']], ['status.health.status', health], ['status.operationState.phase', operation['phase']]]
  const found = words.find(([, word]) => typeof word === 'string' && FAILED_PHASE.test(word))
  if (found === undefined) return undefined
  const message = [status['message'], status['reason'], operation['message']].find((text) => typeof text === 'string' && text !== '')
  return { path: found[0], text: `${found[0]} is ${String(found[1])}${message === undefined ? '' : `: ${String(message).slice(0, 240)}`}`, sinceMs: undefined }
}

function findingFrom(view: View, object: KubeObject, said: Said): Finding {
  const told = view.eventsFor(object).find((event) => event.type === 'Warning')
  return findingOf({
    hazard: ID,
    subject: object,
    symptoms: uniqueSubjects([subjectOf(object), ...view.ownedBy(object).map(subjectOf)]),
    summary: `the operator of ${subjectText(subjectOf(object))} cannot make it so: ${said.text}`,
    evidence: [objectEvidence(object, said.path, said.text), ...(told === undefined ? [] : [eventEvidence(told)])],
    confidence: 0.66,
    sinceMs: said.sinceMs ?? told?.firstMs,
    explains: ['rollout-stuck', 'service-without-endpoints'],
    facts: { dependent: true },
  })
}

function fixes(finding: Finding, view: View): Plan[] {
  const object = objectOf(view, finding.subject)
  return object === undefined ? [] : restoreApplied({ hazard: ID, object, paths: [['spec']], expectedEffect: 'its operator brings about what was meant before' })
}

export const customResourceNotReady: Hazard = {
  id: ID,
  title: 'An operator cannot bring a custom resource about',
  severity: 3,
  family: 'control',
  appliesTo: ['/Namespace', '/Pod', 'apps/Deployment', 'apps/StatefulSet', '/Service', 'apiextensions.k8s.io/CustomResourceDefinition'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Mend what the operator names in the custom resource; what it owns would be put back.`,
  lookAlikes: ['a resource that its operator still works on', 'a condition that is False while nothing is wrong with it, such as Progressing', 'a resource that is being deleted'],
  prevention: 'Validate custom resources against their operator\'s schema in the pipeline, and watch their conditions.',
  sources: [{ title: 'Custom resources', url: 'https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/' }],
  reviewBy: '2027-06-30',
}
