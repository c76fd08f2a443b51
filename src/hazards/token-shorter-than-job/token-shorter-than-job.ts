/**
 * A job that runs longer than its token lives. It is well for an hour, and in a short test; from then on every call of
 * a process that read its token once is refused. A risk while nobody complains; the refusal itself is `token-rejected`.
 */

import type { PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { podTemplateOf } from '../../model/kube/workload.ts'
import { keyOf, workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'

const ID = 'token-shorter-than-job'

function detect(view: View): Finding[] {
  const jobs = Map.groupBy(view.list('batch', 'Job'), (job) => keyOf(workloadOf(view, job)))
  return [...jobs.values()].flatMap((runs) => {
    const longest = runs.map((job) => ({ job, seconds: ranSeconds(view, job) })).toSorted((left, right) => right.seconds - left.seconds)[0]
    const lives = longest === undefined ? undefined : askedSeconds(podTemplateOf(longest.job)?.spec)
    return longest === undefined || lives === undefined || longest.seconds <= lives ? [] : [findingFrom(view, longest.job, { seconds: longest.seconds, lives })]
  })
}

/** Only a life that the pod itself asks for says that it uses the token; every pod carries the default one. */
function askedSeconds(spec: PodSpec | undefined): number | undefined {
  const asked = (spec?.volumes ?? []).flatMap((volume) => volume.projected?.sources ?? []).flatMap((source) => source.serviceAccountToken?.expirationSeconds ?? [])
  return asked.length === 0 ? undefined : Math.min(...asked)
}

function ranSeconds(view: View, job: KubeObject): number {
  const status = job['status'] as { startTime?: string; completionTime?: string } | undefined
  const [startMs, endMs] = [parseTimeMs(status?.startTime), parseTimeMs(status?.completionTime) ?? view.nowMs]
  return startMs === undefined ? 0 : Math.round((endMs - startMs) / 1000)
}

function findingFrom(view: View, job: KubeObject, { seconds, lives }: { readonly seconds: number; readonly lives: number }): Finding {
  const workload = workloadOf(view, job)
  return findingOf({
    hazard: ID,
    subject: workload,
    symptoms: [],
    summary: `${subjectText(subjectOf(workload))} runs ${seconds} s, and its token lives ${lives} s`,
    evidence: [objectEvidence(job, 'status', `${subjectText(subjectOf(job))} ran ${seconds} s`), objectEvidence(job, 'spec.template.spec.volumes', `its token lives ${lives} s`)],
    confidence: 0.5,
  })
}

export const tokenShorterThanJob: Hazard = {
  id: ID,
  title: 'A job outlives its token',
  severity: 4,
  family: 'time-bombs',
  appliesTo: ['batch/Job'],
  faces: ['live'],
  detect,
  fixes: () => [],
  handOver: (finding) => `${finding.summary}. See that the program reads the token from its file at each call.`,
  lookAlikes: ['a job that does not talk to the API', 'a program that reads the renewed token, to which nothing happens', 'a job that is shorter than its token'],
  prevention: 'Compare the life of tokens to the length of jobs before the first long run.',
  sources: [{ title: 'Configure service accounts: token volume projection', url: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#serviceaccount-token-volume-projection' }],
  reviewBy: '2027-03-31',
}
