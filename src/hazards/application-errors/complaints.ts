/** Who complains of what: standing workloads that print the same error again and again, and whom they blame for it. */

import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { isReady } from '../../model/kube/workload.ts'
import { dependenciesOf } from '../../model/topology/host-references.ts'
import { keyOf, livePodsOf, workloadOf } from '../../model/topology/ownership.ts'
import { podsBehind, type ServiceObject } from '../../model/topology/services.ts'
import type { View } from '../../model/view.ts'
import { saysError, shapeOf } from '../shared/error-lines.ts'
import type { LogLine } from '../shared/logs.ts'
import { complainingWorkloads, wordsOf, type Suffering } from '../shared/suffering.ts'

export interface Complaint {
  readonly workload: KubeObject
  readonly rows: Suffering['rows']
  /** Of one shape, in order. */
  readonly lines: readonly LogLine[]
}

/** What is said this often, and is this much of all that is said, is the state of things and no accident. */
const OFTEN_MIN = 5
const SHARE_MIN = 0.25

export function complaintsIn(view: View): Complaint[] {
  return complainingWorkloads(view).flatMap((item): Complaint[] => {
    const lines = wordsOf(view, item)
    const shapes = Map.groupBy(lines.filter(saysError), ({ text }) => shapeOf(text))
    const [most = []] = [...shapes.values()].sort((left, right) => right.length - left.length)
    const errors = [...shapes.values()].reduce((sum, { length }) => sum + length, 0)
    return most.length < OFTEN_MIN || errors < lines.length * SHARE_MIN ? [] : [{ workload: item.workload, rows: item.rows, lines: most }]
  })
}

export interface Blame {
  /** Who is at the end of the chain of blame. */
  readonly root: KubeObject
  /** Nobody heard it complain: only others say so. */
  readonly complaints: readonly Complaint[]
}

/** Complaints by the workload at which they end: along the callees that the lines name, as long as those stand themselves. */
export function blames(view: View, complaints: readonly Complaint[]): Blame[] {
  const byKey = new Map(complaints.map((complaint) => [keyOf(complaint.workload), complaint]))
  const rootOf = (start: KubeObject): KubeObject => {
    const seen = new Set([keyOf(start)])
    let current = start
    for (let next = blamed(view, byKey.get(keyOf(current)), byKey); next !== undefined && !seen.has(keyOf(next)); next = blamed(view, byKey.get(keyOf(current)), byKey)) {
      seen.add(keyOf(next))
      current = next
    }
    return current
  }
  const groups = Map.groupBy(complaints.map((complaint) => ({ complaint, root: rootOf(complaint.workload) })), ({ root }) => keyOf(root))
  return [...groups.values()].flatMap((group) => (group[0] === undefined ? [] : [{ root: group[0].root, complaints: group.map(({ complaint }) => complaint) }]))
}

/** A call that failed, in the words of the usual clients. */
const CALL = /rpc error|upstream|\b5\d\d\b|call(?:ing|ed)? |request|response|deadline|timed? ?out|unavailable|refused|reset by peer|connect/i

/** The callee that its words name; where they only say that a call failed, the one callee that complains as well. */
function blamed(view: View, complaint: Complaint | undefined, complaining: ReadonlyMap<string, Complaint>): KubeObject | undefined {
  if (complaint === undefined) return undefined
  const { workload, lines } = complaint
  const text = lines.slice(-3).map((line) => line.text).join('\n')
  const callees = dependenciesOf(view, workload).flatMap((service) => {
    const behind = workloadBehind(view, service)
    return behind === undefined || keyOf(behind) === keyOf(workload) ? [] : [{ service, behind }]
  })
  const named = callees.filter(({ service }) => isNamed(text, service.metadata.name ?? ''))
  if (named.length > 0) return only(named.map(({ behind }) => behind))
  return CALL.test(text) ? only(callees.map(({ behind }) => behind).filter((behind) => complaining.has(keyOf(behind)))) : undefined
}

function only(workloads: readonly KubeObject[]): KubeObject | undefined {
  const [first, ...rest] = [...new Map(workloads.map((workload) => [keyOf(workload), workload])).values()]
  return rest.length === 0 ? first : undefined
}

function isNamed(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w-])${name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`, 'i').test(text)
}

function workloadBehind(view: View, service: KubeObject): KubeObject | undefined {
  const pod = podsBehind(view, service as ServiceObject)[0]
  return pod === undefined ? undefined : workloadOf(view, pod)
}

/** Who does not stand has a finding of its own, and those who complain of it are its victims. */
export function stands(view: View, workload: KubeObject): boolean {
  const pods = livePodsOf(view, workload)
  return pods.length > 0 && pods.every(isReady)
}

export function namesOf(complaints: readonly Complaint[]): string {
  return complaints.map(({ workload }) => subjectText(subjectOf(workload))).join(', ')
}
