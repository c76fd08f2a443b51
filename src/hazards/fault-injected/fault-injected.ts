/**
 * Somebody injects a fault on purpose: an experiment of a chaos tool works on these pods or nodes, or a route of the mesh
 * delays or refuses requests. What the pods show is then the experiment's doing, and no fault of theirs.
 *
 * Who started it wanted it, so Boyd names it and changes nothing. An experiment that is over, paused or that chose other pods is not
 * the cause; of one whose deed is done at once, such as a kill, only those that still suffer count.
 */

import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject, type Subject } from '../../model/kube-object.ts'
import { subjectKey, uniqueSubjects } from '../../model/topology/find-object.ts'
import { keyOf, workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'
import { speakingWorkloads, sufferingWorkloads } from '../shared/suffering.ts'
import { chaosBladeExperiments } from './chaos-blade.ts'
import { CHAOS_MESH_KINDS, chaosMeshExperiments } from './chaos-mesh.ts'
import type { Experiment, Harm } from './experiment.ts'
import { istioFaults } from './istio.ts'
import { litmusExperiments } from './litmus.ts'

const ID = 'fault-injected'
const NAMED_MAX = 3

function detect(view: View): Finding[] {
  return [...chaosMeshExperiments(view), ...litmusExperiments(view), ...chaosBladeExperiments(view), ...istioFaults(view)].flatMap((experiment) => findingFrom(view, experiment))
}

function findingFrom(view: View, experiment: Experiment): Finding[] {
  const chosen = chosenBy(view, experiment)
  const suffering = new Set(sufferingWorkloads(view).map(({ workload }) => keyOf(workload)))
  const hit = chosen.filter((object) => suffering.has(keyOf(object)))
  const certain = experiment.confirmed && !experiment.momentary
  const felt = certain ? chosen : hit
  if (chosen.length === 0 || felt.length === 0) return []
  const names = felt.slice(0, NAMED_MAX).map((object) => subjectText(subjectOf(object)))
  const more = felt.length - names.length
  return [
    findingOf({
      hazard: ID,
      subject: experiment.object,
      symptoms: symptomsOf(experiment, felt),
      summary: `${subjectText(subjectOf(experiment.object))} ${experiment.does} ${names.join(', ')}${more === 0 ? '' : ` and ${more} more`}, on purpose`,
      evidence: [objectEvidence(experiment.object, experiment.path, experiment.confirmed ? 'it is at work now' : 'nothing says that it ended'), ...felt.slice(0, NAMED_MAX).map((object) => objectEvidence(object, 'metadata.name', 'it was chosen'))],
      confidence: certain ? (hit.length > 0 || speaks(view, chosen) ? 0.97 : 0.9) : 0.75,
      sinceMs: experiment.sinceMs,
      explains: EXPLAINS[experiment.harm],
      facts: { stop: experiment.stop },
    }),
  ]
}

function chosenBy(view: View, { targets, nodes }: Experiment): KubeObject[] {
  const workloads = targets.map((pod) => workloadOf(view, pod))
  const found = nodes.flatMap((name) => view.get({ apiVersion: 'v1', kind: 'Node', name }) ?? [])
  return [...new Map([...workloads, ...found].map((object) => [keyOf(object), object])).values()]
}

/** The workloads and the pods of theirs that were chosen. */
function symptomsOf({ targets }: Experiment, felt: readonly KubeObject[]): Subject[] {
  const pods = felt.some(({ kind }) => kind === 'Node') ? [] : targets.map(subjectOf)
  return uniqueSubjects([...felt.map(subjectOf), ...pods])
}

function speaks(view: View, chosen: readonly KubeObject[]): boolean {
  const keys = new Set(chosen.map((object) => subjectKey(subjectOf(object))))
  return speakingWorkloads(view).some(({ workload }) => keys.has(subjectKey(subjectOf(workload))))
}

const ALWAYS = ['container-exits', 'application-unhealthy', 'rollout-stuck', 'service-without-endpoints', 'failed-job', 'custom-resource-not-ready', 'replicas-fought-over']
const PROBES = ['bad-probe', 'probe-kills-slow-start']

/** What each harm looks like from below. */
const EXPLAINS: Readonly<Record<Harm, readonly string[]>> = {
  network: [...ALWAYS, ...PROBES, 'dependency-unreachable', 'dns-broken', 'init-container-hangs', 'stream-cut-by-proxy', 'node-not-ready'],
  process: [...ALWAYS, ...PROBES, 'container-finishes', 'bad-image', 'bad-command', 'pod-stuck-terminating'],
  load: [...ALWAYS, ...PROBES, 'memory-limit-too-low', 'memory-unlimited', 'cpu-limit-too-low', 'pods-evicted', 'node-not-ready'],
  disk: [...ALWAYS, ...PROBES, 'volume-full', 'container-lacks-permission', 'file-not-mounted', 'pods-evicted', 'node-not-ready'],
  node: [...ALWAYS, 'node-not-ready', 'node-tainted', 'node-cordoned-forgotten', 'node-going-away', 'pods-evicted', 'unschedulable', 'pod-stuck-terminating'],
  other: [...ALWAYS, ...PROBES, 'certificate-expired', 'token-rejected'],
}

export const faultInjected: Hazard = {
  id: ID,
  title: 'A fault is injected on purpose',
  severity: 2,
  family: 'control',
  appliesTo: [...CHAOS_MESH_KINDS.map((kind) => `chaos-mesh.org/${kind}`), 'litmuschaos.io/ChaosEngine', 'chaosblade.io/ChaosBlade', 'networking.istio.io/VirtualService'],
  faces: ['live'],
  detect,
  fixes: () => [],
  handOver: (finding) => `${finding.summary}. If it was not meant to go this far: ${String(finding.facts['stop'])}. Ask who started it first.`,
  lookAlikes: ['an experiment that is over', 'an experiment that is paused', 'an experiment on other pods', 'a kill whose pods are well again'],
  prevention: 'Give experiments a duration, a steady-state check that stops them, and an announcement where alerts are answered.',
  sources: [
    { title: 'Chaos Mesh: inspect results of experiments', url: 'https://chaos-mesh.org/docs/inspect-chaos-experiments/' },
    { title: 'Litmus: ChaosEngine state', url: 'https://litmuschaos.github.io/litmus/experiments/chaos-resources/chaos-engine/engine-state/' },
    { title: 'Istio: HTTPFaultInjection', url: 'https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPFaultInjection' },
  ],
  reviewBy: '2027-06-30',
}
