/**
 * An init container runs and does not end, so nothing after it starts. What it waits for is often named in its words
 * or its script and then another hazard's; here is what remains.
 */

import { jsonEqual } from '../../kernel/json.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import type { Plan } from '../../model/plan.ts'
import { containerNamed } from '../../model/topology/history.ts'
import type { View } from '../../model/view.ts'
import { earliest, findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { lineEvidence, linesOf } from '../shared/logs.ts'
import { hangingInits, type HangingInit } from '../shared/suffering.ts'
import { waysBack } from '../shared/ways-back.ts'

const ID = 'init-container-hangs'

function detect(view: View): Finding[] {
  const groups = Map.groupBy(hangingInits(view), (row) => `${subjectText(subjectOf(row.workload))}|${row.container}`)
  return [...groups.values()].map((group) => findingFrom(view, group))
}

function findingFrom(view: View, group: readonly HangingInit[]): Finding {
  const row = group[0] as HangingInit
  const last = linesOf(view, row.pod, row.container).at(-1)
  const minutes = row.sinceMs === undefined ? undefined : Math.round((view.nowMs - row.sinceMs) / 60_000)
  return findingOf({
    hazard: ID,
    subject: row.workload,
    symptoms: podSymptoms(group),
    summary: `init container ${row.container} of ${subjectText(subjectOf(row.workload))} does not end${minutes === undefined || minutes < 1 ? '' : ` (${minutes} min)`}${last === undefined ? '' : `; it says: ${last.text.trim().slice(0, 160)}`}`,
    evidence: [...group.slice(0, 3).map((item) => objectEvidence(item.pod, `${item.path}.state.running`, `init container ${item.container} of ${subjectText(subjectOf(item.pod))} still runs`)), ...(last === undefined ? [] : [lineEvidence(last)])],
    confidence: 0.74,
    sinceMs: earliest(group),
    explains: ['rollout-stuck', 'service-without-endpoints', 'stuck-creating'],
    facts: { container: row.container, dependent: true },
  })
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  if (workload === undefined) return []
  const container = String(finding.facts['container'])
  return waysBack({ hazard: ID, view, workload, differs: (earlier, current) => !jsonEqual(containerNamed(earlier, container), containerNamed(current, container)), what: () => `changed init container ${container}` })
}

export const initContainerHangs: Hazard = {
  id: ID,
  title: 'An init container does not end',
  severity: 2,
  family: 'start-up',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Nothing in the cluster says what it waits for; its owners must look at what it does.`,
  lookAlikes: ['a sidecar, which is an init container that is meant to run on', 'an init container that ends and is started again: a crash', 'a wait for a Service that does not exist or is not ready'],
  prevention: 'Give every wait a limit, and let it say what it waits for.',
  sources: [{ title: 'Init containers', url: 'https://kubernetes.io/docs/concepts/workloads/pods/init-containers/' }],
  reviewBy: '2027-06-30',
}
