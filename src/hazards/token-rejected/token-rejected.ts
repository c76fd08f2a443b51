/**
 * The API server does not accept a workload's token (401): it has expired, or there is none. A bound token lives for an
 * hour by default and the kubelet renews the file before that; a process that read it once at its start is refused from
 * then on. A missing right is 403 and another matter.
 *
 * Whether a token has expired is told by the token and by when the first 401 came, never by the version of a cluster.
 */

import type { PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import { podTemplateOf } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import type { View } from '../../model/view.ts'
import { earliest, findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { lastMatch, lineEvidence, type LogLine } from '../shared/logs.ts'
import { speakingWorkloads, wordsOf, type Suffering } from '../shared/suffering.ts'
import { waysBack } from '../shared/ways-back.ts'

const ID = 'token-rejected'

type What = 'expired' | 'absent' | 'refused'

const WORDS: readonly (readonly [What, RegExp])[] = [
  ['absent', /\/var\/run\/secrets\/kubernetes\.io\/serviceaccount\/token[^\n]*no such file|no such file[^\n]*serviceaccount\/token|unable to load in-cluster configuration/i],
  ['expired', /service account token has expired|token (?:has|is) expired|expired token|bearer token[^\n]*expired/i],
  ['refused', /failed to (?:list|watch|get|create|update) \*?[\w./]+: Unauthorized|the server has asked for the client to provide credentials|(?:kube|api-?server|kubernetes|serviceaccount|10\.\d+\.\d+\.1:443|:6443|k8s)[^\n]*(?:401|Unauthorized)|(?:401|Unauthorized)[^\n]*(?:kube|api-?server|kubernetes|serviceaccount|:6443|k8s)|ApiException: \(401\)/i],
]
/** core/v1 ServiceAccountTokenProjection: an hour, where nothing else is asked. */
const TOKEN_SECONDS = 3600

function detect(view: View): Finding[] {
  return speakingWorkloads(view).flatMap((suffering) => {
    const lines = wordsOf(view, suffering)
    for (const [what, pattern] of WORDS) {
      const found = lastMatch(lines, pattern)
      if (found !== undefined) return [findingFrom(view, suffering, { what, line: found.line })]
    }
    return []
  })
}

/** How long the pod's tokens live, as it asks for them. */
function tokenSeconds(spec: PodSpec | undefined): number {
  const asked = (spec?.volumes ?? []).flatMap((volume) => volume.projected?.sources ?? []).flatMap((source) => source.serviceAccountToken?.expirationSeconds ?? [])
  return asked.length === 0 ? TOKEN_SECONDS : Math.min(...asked)
}

function findingFrom(view: View, suffering: Suffering, { what, line }: { readonly what: What; readonly line: LogLine }): Finding {
  const { workload, rows } = suffering
  const name = subjectText(subjectOf(workload))
  const startedMs = parseTimeMs(line.pod.status?.startTime)
  const ranSeconds = startedMs === undefined ? undefined : Math.round((view.nowMs - startedMs) / 1000)
  const lives = tokenSeconds(line.pod.spec)
  const outlived = ranSeconds !== undefined && ranSeconds > lives
  const says = { absent: 'its pods carry no token', expired: `its token has expired; the process does not read the renewed one${outlived ? ` (tokens live ${lives} s, the pod has run ${ranSeconds} s)` : ''}`, refused: outlived ? `its token is no longer accepted (tokens live ${lives} s, the pod has run ${ranSeconds} s)` : 'its token is not accepted' }[what]
  return findingOf({
    hazard: ID,
    subject: workload,
    symptoms: podSymptoms(rows),
    summary: `${name} is not known to the API server (401): ${says}`,
    evidence: [lineEvidence(line), objectEvidence(line.pod, 'spec.volumes', `its tokens live ${lives} s`)],
    confidence: what === 'refused' && !outlived ? 0.82 : 0.92,
    sinceMs: earliest(rows),
    explains: ['container-exits', 'application-unhealthy', 'rollout-stuck', 'service-without-endpoints', 'failed-job', 'credentials-refused', 'file-not-mounted', 'bad-probe', 'token-shorter-than-job'],
    facts: { what },
  })
}

/** Where the last change took the token away, or asked for another life of it. */
function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  if (workload === undefined) return []
  const now = podTemplateOf(workload)?.spec
  return waysBack({ hazard: ID, view, workload, differs: ({ spec }) => spec?.automountServiceAccountToken !== now?.automountServiceAccountToken || spec?.serviceAccountName !== now?.serviceAccountName || tokenSeconds(spec) > tokenSeconds(now), what: () => 'changed the account or its token' })
}

export const tokenRejected: Hazard = {
  id: ID,
  title: 'The API server does not accept a workload\'s token',
  severity: 2,
  family: 'control',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. The program must read its token from the file at each call, which current client libraries do; a longer life only moves the hour.`,
  lookAlikes: ['403, which is a missing right', '401 from anything but the API server', 'a token of a cloud identity, which has another life', 'a token in a file that is renewed and read anew'],
  prevention: 'Use a client library that reads the token again, and compare the life of tokens to the length of jobs.',
  sources: [
    { title: 'Managing service accounts: bound tokens', url: 'https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens' },
    { title: 'Projected volumes: serviceAccountToken', url: 'https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken' },
  ],
  reviewBy: '2027-03-31',
}
