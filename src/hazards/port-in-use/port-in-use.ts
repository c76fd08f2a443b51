/**
 * Two processes of one pod, or of one node, want the same port: the second ends with "address already in use".
 * Containers of a pod share its network; pods with `hostNetwork` share the node's.
 */

import type { Container, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { refOf, subjectOf, subjectText } from '../../model/kube-object.ts'
import { podTemplateOf } from '../../model/kube/workload.ts'
import { runsDifferently } from '../../model/topology/history.ts'
import type { Plan } from '../../model/plan.ts'
import type { View } from '../../model/view.ts'
import { endedGroups, saidBy, type EndedGroup } from '../shared/ended-groups.ts'
import { earliest, findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { askPlan } from '../shared/plan-parts.ts'
import { waysBack } from '../shared/ways-back.ts'

const ID = 'port-in-use'
const WORDS = [/(?::|port\s*=?\s*)(\d{2,5})\b[^\n]{0,60}(?:address already in use|already in use|EADDRINUSE)/i, /(?:address already in use|EADDRINUSE|port is already allocated|port already in use|Only one usage of each socket address)[^\n]*?(?::(\d{2,5})\b)?/i]

function detect(view: View): Finding[] {
  return endedGroups(view).flatMap((group) => {
    const said = saidBy(group, WORDS)
    return said === undefined ? [] : [findingFrom(group, { port: portIn(said.match), evidence: said.evidence })]
  })
}

function portIn(match: RegExpExecArray): number | undefined {
  const text = match[1] ?? /:(\d{2,5})\b/.exec(match.input.slice(match.index))?.[1]
  return text === undefined ? undefined : Number(text)
}

function findingFrom({ first, group }: EndedGroup, { port, evidence }: { readonly port: number | undefined; readonly evidence: Finding['evidence'] }): Finding {
  const { workload, pod } = first
  const rival = rivalOf(pod.spec, first.name, port)
  const where = pod.spec?.hostNetwork === true ? 'another process of the node' : rival === undefined ? 'another container of the pod' : `container ${rival.name}`
  return findingOf({
    hazard: ID,
    subject: workload,
    symptoms: podSymptoms(group),
    summary: `container ${first.name} of ${subjectText(subjectOf(workload))} cannot listen${port === undefined ? '' : ` on port ${port}`}: ${where} has it`,
    evidence: [...evidence, objectEvidence(pod, 'spec.containers', (pod.spec?.containers ?? []).map((item) => `${item.name} declares ${(item.ports ?? []).map((declared) => declared.containerPort).join(', ') || 'no port'}`).join('; '))],
    confidence: 0.94,
    sinceMs: earliest(group),
    explains: ['container-exits', 'rollout-stuck', 'service-without-endpoints', 'application-unhealthy', 'bad-probe', 'dependency-unreachable'],
    facts: { container: first.name, port: port ?? null },
  })
}

/** The other container that declares the port, or the only other one there is. */
function rivalOf(spec: PodSpec | undefined, name: string, port: number | undefined): Container | undefined {
  const others = [...(spec?.containers ?? []), ...(spec?.initContainers ?? []).filter((item) => item.restartPolicy === 'Always')].filter((item) => item.name !== name)
  return others.find((item) => (item.ports ?? []).some((declared) => declared.containerPort === port)) ?? (others.length === 1 ? others[0] : undefined)
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  if (workload === undefined) return []
  const back = waysBack({ hazard: ID, view, workload, differs: runsDifferently, sinceMs: finding.sinceMs })
  if (back.length > 0) return back
  const names = (podTemplateOf(workload)?.spec?.containers ?? []).map((item) => item.name).join(', ')
  return [
    askPlan({
      hazard: ID,
      workload,
      goal: `the containers of ${subjectText(subjectOf(workload))} listen on ports of their own`,
      rationale: 'Which of them may move, and how it is told its port, is not recorded in the cluster.',
      needsInput: [{ name: 'port', question: `Which of ${names} should listen on another port than ${String(finding.facts['port'] ?? 'this one')}, and on which?`, target: refOf(workload) }],
    }),
  ]
}

export const portInUse: Hazard = {
  id: ID,
  title: 'Two processes want the same port',
  severity: 2,
  family: 'start-up',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Give one of the two another port.`,
  lookAlikes: ['two containers of different pods with the same port', 'a port that is refused for lack of rights', 'a host port for which no node is left: such a pod is not placed at all'],
  prevention: 'Declare the ports of every container, sidecars included, and check that they differ.',
  sources: [{ title: 'Pods: networking', url: 'https://kubernetes.io/docs/concepts/workloads/pods/#pod-networking' }],
  reviewBy: '2027-06-30',
}
