/**
 * What a workload calls knows it not, or not well enough: wrong password, unknown user, a right that was taken away.
 *
 * Who is at fault follows from the answer. "Authentication failed" is about what the caller presents; "not authorized"
 * is about what the callee grants, so there the callee is the subject. Passwords are nobody's to guess.
 */

import { jsonEqual } from '../../kernel/json.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { containersOf } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { dependenciesOf } from '../../model/topology/host-references.ts'
import { workloadOf } from '../../model/topology/ownership.ts'
import { podsBehind } from '../../model/topology/services.ts'
import { uniqueSubjects } from '../../model/topology/find-object.ts'
import type { View } from '../../model/view.ts'
import { earliest, findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { lastMatch, lineEvidence, type LogLine } from '../shared/logs.ts'
import { speakingWorkloads, wordsOf, type Suffering } from '../shared/suffering.ts'
import { waysBack } from '../shared/ways-back.ts'

const ID = 'credentials-refused'

type What = 'unknown' | 'not-granted' | 'no-database'

/** PostgreSQL, MySQL, MongoDB, Redis, Kafka, RabbitMQ, SQL Server, LDAP, HTTP. */
const WORDS: readonly (readonly [What, RegExp])[] = [
  ['no-database', /(?:database|keyspace|bucket|schema) ["'`]?([\w-]+)["'`]? does not exist|Unknown database '([^']+)'|NoSuchBucket/i],
  ['not-granted', /not authori[sz]ed on (\S+)|permission denied for (?:table|relation|database|schema|sequence|function|view) (\S+)|(?:\w+) command denied to user|NOPERM|TopicAuthorizationException|requires authentication|ACCESS_REFUSED - .*operation|insufficient privileges/i],
  ['unknown', /password authentication failed for user "?([\w-]+)|Access denied for user '?([^'@\s]+)|(?:role|user) "([\w-]+)" does not exist|WRONGPASS|NOAUTH|invalid (?:username|password|credentials|api key|token|client secret)|(?:SASL )?authentication (?:failed|failure|error)|Login failed for user|ACCESS_REFUSED|bad auth|AuthenticationFailed|InvalidClientTokenId|SignatureDoesNotMatch|could not find user|UserNotFound|ERR AUTH/i],
]
/** Answers of the cluster's own API are another hazard's. */
const OF_API = /system:serviceaccount|apiserver|kubernetes\.default|cannot (?:get|list|watch|create|update|patch|delete) resource/i

function detect(view: View): Finding[] {
  return speakingWorkloads(view).flatMap((suffering) => {
    const lines = wordsOf(view, suffering).filter((line) => !OF_API.test(line.text))
    for (const [what, pattern] of WORDS) {
      const found = lastMatch(lines, pattern)
      const often = suffering.stands !== true || lines.filter((line) => pattern.test(line.text)).length >= STANDING_MIN
      if (found !== undefined && often) return [findingFrom(view, suffering, { what, line: found.line })]
    }
    return []
  })
}

/** One refusal in the log of a server that stands may be a visitor's. */
const STANDING_MIN = 2

function findingFrom(view: View, suffering: Suffering, { what, line }: { readonly what: What; readonly line: LogLine }): Finding {
  const { workload, rows } = suffering
  const callee = calleeOf(view, workload, line)
  const name = subjectText(subjectOf(workload))
  const other = callee === undefined ? 'what it calls' : subjectText(subjectOf(callee))
  const subject = what !== 'unknown' && callee !== undefined ? callee : workload
  const says = { unknown: `${other} does not accept its credentials`, 'not-granted': `${other} does not grant it what it asks`, 'no-database': `${other} does not have the database it asks for` }[what]
  return findingOf({
    hazard: ID,
    subject,
    symptoms: uniqueSubjects([...podSymptoms(rows), subjectOf(workload)]),
    summary: `${name} is refused: ${says}`,
    evidence: [lineEvidence(line)],
    confidence: suffering.stands === true ? 0.82 : 0.91,
    sinceMs: earliest(rows),
    explains: ['container-exits', 'application-unhealthy', 'rollout-stuck', 'service-without-endpoints', 'failed-job', 'bad-probe', 'dependency-unreachable'],
    facts: { what, caller: subjectOf(workload) },
  })
}

/** The workload behind the one Service that its words or its configuration name. */
function calleeOf(view: View, workload: KubeObject, line: LogLine): KubeObject | undefined {
  const services = dependenciesOf(view, workload)
  const named = services.filter((service) => new RegExp(`\\b${service.metadata.name ?? ''}\\b`).test(line.text))
  const [service] = named.length === 1 ? named : services.length === 1 ? services : []
  const pod = service === undefined ? undefined : podsBehind(view, service)[0]
  return pod === undefined ? undefined : workloadOf(view, pod)
}

/** Whether it presents something else since the last change. */
function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  if (workload === undefined || finding.facts['what'] !== 'unknown') return []
  const presents = (template: Parameters<typeof containersOf>[0]): unknown => containersOf(template).map((container) => [container.name, container.env ?? [], container.envFrom ?? [], container.args ?? [], container.volumeMounts ?? []])
  return waysBack({ hazard: ID, view, workload, differs: (earlier, current) => !jsonEqual(presents(earlier), presents(current)), sinceMs: finding.sinceMs })
}

export const credentialsRefused: Hazard = {
  id: ID,
  title: 'A workload\'s credentials are refused by what it calls',
  severity: 2,
  family: 'start-up',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Which credentials and rights are right is known to their owners; Boyd neither reads nor changes them.`,
  lookAlikes: ['the API server refusing a service account: that is RBAC', 'a server that logs the failed log-in of a visitor once', 'a connection that is refused before anybody asks for a password'],
  prevention: 'Rotate credentials with both values valid for a while, and start anew whatever reads them.',
  sources: [{ title: 'Secrets: using Secrets as environment variables', url: 'https://kubernetes.io/docs/concepts/configuration/secret/' }],
  reviewBy: '2027-06-30',
}
