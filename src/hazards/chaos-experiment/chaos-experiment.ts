/**
 * Somebody breaks it on purpose: a chaos experiment is injecting faults into the pods that are ill.
 *
 * The custom resource says whom it selects and that it is active, so nothing has to be guessed from how the pods
 * behave. Whether the experiment may be stopped is a question to who runs it.
 */

import { parseTimeMs } from '../../kernel/clock.ts'
import { isRecord } from '../../kernel/json.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { groupOf, subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { matchesRequirement, matchesSelector } from '../../model/kube/selector.ts'
import { isPod, type PodObject } from '../../model/kube/workload.ts'
import { parseSelector } from '../../model/kube/parse-selector.ts'
import type { Plan } from '../../model/plan.ts'
import { objectOf, uniqueSubjects } from '../../model/topology/find-object.ts'
import { workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'
import { createPlan, patchStep } from '../shared/plan-parts.ts'

const ID = 'chaos-experiment'
const MESH = 'chaos-mesh.org'
const LITMUS = 'litmuschaos.io'
const PAUSE = 'experiment.chaos-mesh.org/pause'

interface Spec {
  readonly selector?: { readonly namespaces?: readonly string[]; readonly labelSelectors?: Readonly<Record<string, string>>; readonly pods?: Readonly<Record<string, readonly string[]>> }
  readonly engineState?: string
  readonly appinfo?: { readonly appns?: string; readonly applabel?: string }
}

function detect(view: View): Finding[] {
  return view.snapshot.objects.filter(isActive).flatMap((experiment) => {
    const hit = view.list('', 'Pod').filter(isPod).filter((pod) => selects(experiment, pod))
    return hit.length === 0 ? [] : [findingFrom(view, experiment, hit)]
  })
}

/** As the controllers say it: all faults are injected, and nobody paused it; or the engine runs. */
function isActive(object: KubeObject): boolean {
  const group = groupOf(object.apiVersion)
  if (group === LITMUS) return object.kind === 'ChaosEngine' && specOf(object).engineState === 'active' && statusOf(object)['engineStatus'] !== 'completed'
  if (group !== MESH || object.metadata.annotations?.[PAUSE] === 'true') return false
  const conditions: readonly unknown[] = Array.isArray(statusOf(object)['conditions']) ? (statusOf(object)['conditions'] as unknown[]) : []
  const holds = (type: string): boolean => conditions.some((row) => isRecord(row) && row['type'] === type && row['status'] === 'True')
  return holds('AllInjected') && !holds('AllRecovered') && !holds('Paused')
}

function specOf(object: KubeObject): Spec {
  return isRecord(object['spec']) ? (object['spec'] as Spec) : {}
}

function statusOf(object: KubeObject): Record<string, unknown> {
  return isRecord(object['status']) ? object['status'] : {}
}

function selects(experiment: KubeObject, pod: PodObject): boolean {
  const { selector = {}, appinfo } = specOf(experiment)
  const { namespace = '', name = '', labels } = pod.metadata
  if (groupOf(experiment.apiVersion) === LITMUS) {
    const parsed = parseSelector(appinfo?.applabel ?? '')
    return namespace === (appinfo?.appns ?? experiment.metadata.namespace) && parsed !== undefined && (appinfo?.applabel ?? '') !== '' && parsed.every((requirement) => matchesRequirement(requirement, labels ?? {}))
  }
  if (selector.pods?.[namespace]?.includes(name) === true) return true
  const places = selector.namespaces ?? [experiment.metadata.namespace ?? '']
  return places.includes(namespace) && selector.pods === undefined && matchesSelector({ matchLabels: selector.labelSelectors ?? {} }, labels)
}

function findingFrom(view: View, experiment: KubeObject, hit: readonly PodObject[]): Finding {
  const workloads = [...new Set(hit.map((pod) => subjectText(subjectOf(workloadOf(view, pod)))))]
  const spec = specOf(experiment) as Readonly<Record<string, unknown>>
  const what = [spec['action'], spec['mode'], spec['duration']].filter((word) => typeof word === 'string').join(', ')
  return findingOf({
    hazard: ID,
    subject: experiment,
    symptoms: uniqueSubjects(hit.flatMap((pod) => [subjectOf(pod), subjectOf(workloadOf(view, pod))])),
    summary: `${subjectText(subjectOf(experiment))} is breaking ${hit.length} pods of ${workloads.slice(0, 4).join(', ')} on purpose${what === '' ? '' : ` (${what})`}`,
    evidence: [objectEvidence(experiment, 'status', `the experiment is active and selects ${hit.length} pods`), objectEvidence(experiment, 'spec', `${experiment.kind}${what === '' ? '' : `: ${what}`}`)],
    confidence: 0.93,
    sinceMs: parseTimeMs(experiment.metadata.creationTimestamp),
    explains: ['container-exits', 'application-unhealthy', 'memory-limit-too-low', 'cpu-limit-too-low', 'rollout-stuck', 'service-without-endpoints', 'dependency-unreachable', 'dns-broken', 'network-policy-blocks', 'bad-probe'],
  })
}

function fixes(finding: Finding, view: View): Plan[] {
  const experiment = objectOf(view, finding.subject)
  if (experiment === undefined) return []
  const mesh = groupOf(experiment.apiVersion) === MESH
  const change = mesh ? { path: experiment.metadata.annotations === undefined ? ['metadata', 'annotations'] : ['metadata', 'annotations', PAUSE], value: experiment.metadata.annotations === undefined ? { [PAUSE]: 'true' } : 'true' } : { path: ['spec', 'engineState'], value: 'stop' }
  return [
    createPlan({
      hazard: ID,
      subject: finding.subject,
      approach: 'pause-experiment',
      goal: `${subjectText(finding.subject)} stops breaking things, and can be resumed`,
      steps: [patchStep(experiment, [change], mesh ? 'pause the experiment with its own annotation' : 'stop the engine of the experiment')],
      proof: [{ type: 'hazard-absent', hazard: ID, subject: finding.subject }],
      risk: 'reversible',
      expectedEffect: 'its controller takes the injected faults back',
      rationale: 'Who started the experiment may want to see exactly this. That it may be stopped is an assumption for a person to confirm.',
      values: 'assumed',
    }),
  ]
}

export const chaosExperiment: Hazard = {
  id: ID,
  title: 'A chaos experiment is running',
  severity: 2,
  family: 'control',
  appliesTo: ['/Pod', 'apps/Deployment', 'apps/StatefulSet'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Ask who runs the experiment before anything is mended.`,
  lookAlikes: ['an experiment that is over, or paused', 'an experiment on other pods than the ones that are ill', 'a schedule of experiments of which none runs now'],
  prevention: 'Experiments that end by themselves when an alert fires, and are announced to who is on call.',
  sources: [{ title: 'Chaos Mesh: run a chaos experiment', url: 'https://chaos-mesh.org/docs/run-a-chaos-experiment/' }, { title: 'Litmus: ChaosEngine', url: 'https://litmuschaos.github.io/litmus/experiments/concepts/chaos-resources/chaos-engine/contents/' }],
  reviewBy: '2027-11-30',
}
