/**
 * A program stands, and says again and again that it fails at its work: a missing table, a flag that somebody switched,
 * bad data, a queue that is full. Nothing in the cluster's objects holds the reason; what it says is all there is.
 *
 * It is told by how often the same complaint is made, and it is the last thing to be believed: whatever else was found
 * in the same place explains it. Of services that blame one another along their calls the last one is named.
 */

import type { Evidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import { keyOf } from '../../model/topology/ownership.ts'
import { uniqueSubjects } from '../../model/topology/find-object.ts'
import type { View } from '../../model/view.ts'
import { timeOf } from '../shared/error-lines.ts'
import { earliest, findingOf, podSymptoms } from '../shared/finding.ts'
import { lineEvidence, type LogLine } from '../shared/logs.ts'
import { blames, complaintsIn, namesOf, stands, type Blame } from './complaints.ts'

const ID = 'application-errors'
const TEXT_MAX = 200

function detect(view: View): Finding[] {
  return blames(view, complaintsIn(view)).filter(({ root }) => stands(view, root)).map(findingFrom)
}

function findingFrom({ root, complaints }: Blame): Finding {
  const own = complaints.find(({ workload }) => keyOf(workload) === keyOf(root))
  const others = complaints.filter((complaint) => complaint !== own)
  const name = subjectText(subjectOf(root))
  const said = (own ?? complaints[0])?.lines.at(-1)?.text.trim().slice(0, TEXT_MAX) ?? ''
  return findingOf({
    hazard: ID,
    subject: root,
    symptoms: uniqueSubjects([subjectOf(root), ...complaints.flatMap(({ rows, workload }) => [...podSymptoms(rows), subjectOf(workload)])]),
    summary: own === undefined ? `${name} runs, and ${namesOf(others)} says of it again and again: ${said}` : `${name} runs and says again and again: ${said}${others.length === 0 ? '' : `; ${others.length} that call it complain as well`}`,
    evidence: [...(own === undefined ? [] : evidenceOf(own.lines, 3)), ...others.flatMap(({ lines }) => evidenceOf(lines, 1)).slice(0, 5)],
    confidence: own === undefined ? 0.6 : 0.65,
    sinceMs: earliest(complaints.flatMap(({ lines }) => lines.map((line) => ({ sinceMs: timeOf(line) })))),
    facts: { lastResort: true },
  })
}

function evidenceOf(lines: readonly LogLine[], count: number): Evidence[] {
  return lines.slice(-count).map(lineEvidence)
}

export const applicationErrors: Hazard = {
  id: ID,
  title: 'An application reports errors that no object of the cluster explains',
  severity: 3,
  family: 'start-up',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes: () => [],
  handOver: (finding) => `${finding.summary}. The fault is not in the cluster's objects: the evidence is these log lines. It lies in the application, its data or its settings, which its owners know; Boyd changes nothing.`,
  lookAlikes: ['a line of error here and there among ordinary ones', 'a service that only passes on what another one failed at', 'errors of a call that is cut by an object of the cluster: the policy, the port, the credentials'],
  prevention: 'Errors counted by service and release, so that the first one after a change is seen.',
  sources: [{ title: 'Logging architecture', url: 'https://kubernetes.io/docs/concepts/cluster-administration/logging/' }],
  reviewBy: '2027-11-30',
}
