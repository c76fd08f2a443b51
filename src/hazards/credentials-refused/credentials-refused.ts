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
import { keyOf, workloadOf } from '../../model/topology/ownership.ts'
import { podsBehind, type ServiceObject } from '../../model/topology/services.ts'
import { uniqueSubjects } from '../../model/topology/find-object.ts'
import type { View } from '../../model/view.ts'
import { earliest, findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { lastMatch, lineEvidence, type LogLine } from '../shared/logs.ts'
import { speakingWorkloads, wordsOf, type Suffering } from '../shared/suffering.ts'
import { waysBack } from '../shared/ways-back.ts'

const ID = 'credentials-refused'

type What = 'unknown' | 'no-user' | 'not-granted' | 'no-database'

/** PostgreSQL, MySQL, MongoDB, Redis, Kafka, RabbitMQ, SQL Server, LDAP, HTTP. */
const WORDS: readonly (readonly [What, RegExp])[] = [
  ['no-database', /(?:database|keyspace|bucket|schema) ["'`]?([\w-]+)["'`]? does not exist|Unknown database '([^']+)'|NoSuchBucket/i],
  ['not-granted', /not authori[sz]ed on (\S+)|permission denied for (?:table|relation|database|schema|sequence|function|view) (\S+)|(?:\w+) command denied to user|NOPERM|TopicAuthorizationException|requires authentication|ACCESS_REFUSED - .*operation|insufficient privileges/i],
  ['no-user', /(?:role|user) "([\w-]+)" does not exist|could not find user|UserNotFound/i],
  ['unknown', /password authentication failed for user "?([\w-]+)|Access denied for user '?([^'@\s]+)|WRONGPASS|NOAUTH|invalid (?:username|password|credentials|api key|client secret)|(?:401|403|unauthori[sz]ed|forbidden)\b.*invalid (?:\w+ )?token|(?:SASL )?authentication (?:failed|failure|error)|Login failed for user|ACCESS_REFUSED|bad auth|AuthenticationFailed|InvalidClientTokenId|ExpiredToken|security token [^\n]{0,40}expired|invalid_grant|AADSTS\d+|secret keys?[^\n]{0,40}expired|SignatureDoesNotMatch|ERR AUTH/i],
]
/** Answers of the cluster's own API are another hazard's. */
const OF_API = /system:serviceaccount|apiserver|kubernetes\.default|cannot (?:get|list|watch|create|update|patch|delete) resource/i

interface Refusal {
  readonly suffering: Suffering
  readonly what: What
  readonly line: LogLine
}

function detect(view: View): Finding[] {
  const refusals = speakingWorkloads(view).flatMap((suffering): Refusal[] => {
    const lines = wordsOf(view, suffering).filter((line) => !OF_API.test(line.text))
    for (const [what, pattern] of WORDS) {
      const found = lastMatch(lines, pattern)
      const often = suffering.stands !== true || lines.filter((line) => pattern.test(line.text)).length >= STANDING_MIN
      if (found !== undefined && often) return [{ suffering, what, line: found.line }]
    }
    return []
  })
  return byFault(view, refusals).map((fault) => findingFrom(fault))
}

/** One refusal in the log of a server that stands may be a visitor's. */
const STANDING_MIN = 2

interface Fault {
  readonly subject: KubeObject
  readonly callee: KubeObject | undefined
  readonly refusals: readonly [Refusal, ...Refusal[]]
}

/** One callee that refuses several callers is one fault, and its own: not all of them forgot their passwords at once. */
function byFault(view: View, refusals: readonly Refusal[]): Fault[] {
  const placed = refusals.map((refusal) => ({ refusal, callee: calleeOf(view, refusal, refusals) }))
  const groups = Map.groupBy(placed, ({ refusal, callee }) => `${refusal.what}|${keyOf(callee ?? refusal.suffering.workload)}`)
  return [...groups.values()].flatMap((group): Fault[] => {
    const [first, ...rest] = group
    if (first === undefined) return []
    const { callee } = first
    const isCallees = callee !== undefined && (first.refusal.what !== 'unknown' || rest.length > 0)
    return [{ subject: isCallees ? callee : first.refusal.suffering.workload, callee, refusals: [first.refusal, ...rest.map(({ refusal }) => refusal)] }]
  })
}

function findingFrom({ subject, callee, refusals }: Fault): Finding {
  const [{ suffering, what }] = refusals
  const callers = refusals.map((refusal) => subjectText(subjectOf(refusal.suffering.workload)))
  const other = callee === undefined ? 'what it calls' : subjectText(subjectOf(callee))
  const says = { unknown: `${other} does not accept its credentials`, 'no-user': `${other} does not know the user that it presents`, 'not-granted': `${other} does not grant it what it asks`, 'no-database': `${other} does not have the database it asks for` }[what]
  const stands = refusals.every((refusal) => refusal.suffering.stands === true)
  return findingOf({
    hazard: ID,
    subject,
    symptoms: uniqueSubjects(refusals.flatMap((refusal) => [...podSymptoms(refusal.suffering.rows), subjectOf(refusal.suffering.workload)])),
    summary: `${callers[0] ?? ''} is refused: ${says}${callers.length === 1 ? '' : `; so are ${callers.slice(1).join(', ')}`}`,
    evidence: refusals.slice(0, 4).map(({ line }) => lineEvidence(line)),
    confidence: stands ? 0.82 : 0.91,
    sinceMs: earliest(refusals.flatMap((refusal) => refusal.suffering.rows)),
    explains: ['container-exits', 'application-unhealthy', 'rollout-stuck', 'service-without-endpoints', 'failed-job', 'bad-probe', 'dependency-unreachable'],
    facts: { what, caller: subjectOf(suffering.workload) },
  })
}

/** The workload behind the one Service that its words or its configuration name, that speaks so, or that all who are refused call. */
function calleeOf(view: View, { suffering, line }: Refusal, all: readonly Refusal[]): KubeObject | undefined {
  const services = dependenciesOf(view, suffering.workload)
  const isNamed = (service: KubeObject): boolean => new RegExp(`(?<![\\w-])${service.metadata.name ?? ''}(?![\\w-])`).test(line.text)
  const calledByAll = (service: KubeObject): boolean => all.length > 1 && all.every((other) => dependenciesOf(view, other.suffering.workload).some((candidate) => candidate.metadata.uid === service.metadata.uid))
  const speaks = (service: KubeObject): boolean => PROTOCOLS.some(([words, images]) => words.test(line.text) && podsBehind(view, service as ServiceObject).some((pod) => pod.spec?.containers.some(({ image = '' }) => images.test(image)) === true))
  const narrowed = [isNamed, speaks, calledByAll].map((test) => services.filter(test)).find((found) => found.length === 1)
  const [service] = narrowed ?? (services.length === 1 ? services : [])
  const pod = service === undefined ? undefined : podsBehind(view, service as ServiceObject)[0]
  return pod === undefined ? undefined : workloadOf(view, pod)
}

/** Whose words these are, and whose images speak them. */
const PROTOCOLS: readonly (readonly [RegExp, RegExp])[] = [
  [/mongo|not authorized on|UserNotFound/i, /mongo/i],
  [/psql|postgres|FATAL: |relation|role "/i, /postgres|timescale|cockroach/i],
  [/mysql|Access denied for user|command denied/i, /mysql|mariadb|percona/i],
  [/redis|WRONGPASS|NOAUTH|NOPERM/, /redis|valkey|dragonfly/i],
  [/kafka|SASL|TopicAuthorization/i, /kafka|redpanda/i],
  [/rabbit|amqp|ACCESS_REFUSED/i, /rabbitmq/i],
]

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
