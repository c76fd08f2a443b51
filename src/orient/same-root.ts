/**
 * Findings of one hazard that hang on one object: five workloads that miss one ConfigMap, four that one quota refuses.
 * The object is what they all cite and none of them is: absent, or read.
 */

import type { Finding } from '../model/hazard.ts'
import { subjectText, type Subject } from '../model/kube-object.ts'
import { subjectKey } from '../model/topology/find-object.ts'

/** What a workload is made of speaks of that workload alone. */
const OF_THE_WORKLOAD: ReadonlySet<string> = new Set(['Pod', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'ControllerRevision', 'Node'])

export interface SharedRoot {
  readonly leader: Finding
  readonly others: readonly Finding[]
  /** `ConfigMap shop/settings`. */
  readonly culprit: string
}

/** Of each group the first given leads: hand in the nearest first. */
export function sharedRoots(findings: readonly Finding[]): SharedRoot[] {
  const groups = Map.groupBy(findings.flatMap((finding) => hangsOn(finding).map((on) => ({ finding, ...on }))), ({ finding, key }) => `${finding.hazard}|${key}`)
  return [...groups.values()].flatMap((group): SharedRoot[] => {
    const [first, ...rest] = group
    return first === undefined || rest.length === 0 ? [] : [{ leader: first.finding, others: rest.map(({ finding }) => finding), culprit: first.text }]
  })
}

interface HangsOn {
  readonly key: string
  readonly text: string
}

function hangsOn(finding: Finding): HangsOn[] {
  const [culprit] = culpritsOf(finding)
  if (culprit !== undefined) return [{ key: subjectKey(culprit), text: subjectText(culprit) }]
  return finding.subject.kind === 'Node' ? samePods(finding) : []
}

/** Nodes are alike: where the same pods wait for each of five, it is one wait. */
function samePods({ symptoms }: Finding): HangsOn[] {
  const pods = symptoms.filter((symptom) => symptom.kind === 'Pod').map(subjectKey).sort()
  return pods.length === 0 ? [] : [{ key: pods.join(' '), text: 'the same waiting pods' }]
}

/** What the evidence was read from, or found to be absent, and is neither the subject nor a part of a workload. */
export function culpritsOf(finding: Finding): Subject[] {
  const own = subjectKey(finding.subject)
  const cited = finding.evidence.flatMap(({ source }) => (source.type === 'absence' || source.type === 'object' ? [source.subject] : []))
  return cited.filter((subject) => subjectKey(subject) !== own && !OF_THE_WORKLOAD.has(subject.kind))
}
