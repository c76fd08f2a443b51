/**
 * The program says which environment variable it misses, and the container has none of that name.
 *
 * The kubelet knows nothing of this: the pod starts, and the program ends or complains. Where one ConfigMap or Secret
 * of the namespace holds a key of exactly that name, it can be given without inventing a value.
 */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import type { JsonValue } from '../../kernel/json.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { refOf, subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { containersOf, podTemplateOf } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { containerNamed } from '../../model/topology/history.ts'
import type { View } from '../../model/view.ts'
import { earliest, findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { lastMatch, lineEvidence } from '../shared/logs.ts'
import { askPlan, canChangeTemplate, containerPath, patchWorkloadPlan } from '../shared/plan-parts.ts'
import { speakingWorkloads, wordsOf, type Suffering } from '../shared/suffering.ts'
import { waysBack } from '../shared/ways-back.ts'

const ID = 'missing-env'
const NAME = `["'\`$({]*([A-Z][A-Z0-9]*_[A-Z0-9_]+|[A-Z]{3,}[A-Z0-9]*)["'\`)}]*`
const STATE = '(?:is |was |are )?(?:not set|unset|missing|required|undefined|not defined|empty|not found|not provided|must be (?:set|provided|specified|defined)|must not be empty|cannot be empty|is mandatory|not present)'
const WORDS: readonly RegExp[] = [
  new RegExp(`(?:environment variable|env(?:ironment)? ?var(?:iable)?|env|variable|setting)s?:?\\s+${NAME}\\s+${STATE}`),
  new RegExp(`(?:[Mm]issing|[Rr]equired|[Uu]ndefined|[Uu]nset|[Pp]lease set|[Mm]ust set|need to set|[Ee]xpected|[Nn]o)\\s+(?:required |mandatory |the )*(?:environment variable|env(?:ironment)? ?var(?:iable)?|env|variable)s?(?:\\(s\\))?:?\\s+${NAME}`, ''),
  new RegExp(`KeyError: ${NAME}`),
  new RegExp(`(?:^|[\\s:"])${NAME}(?: environment variable| env(?: var)?)?\\s+${STATE}`),
  new RegExp(`: ${NAME}: (?:unbound variable|parameter not set|parameter null or not set)`),
]

function detect(view: View): Finding[] {
  return speakingWorkloads(view).flatMap((suffering) => {
    const lines = wordsOf(view, suffering)
    for (const pattern of WORDS) {
      const found = lastMatch(lines, pattern)
      const variable = found?.match[1]
      const container = containersOf(podTemplateOf(suffering.workload)).find((item) => item.name === found?.line.container)
      if (found !== undefined && variable !== undefined && container !== undefined && !mayHave({ view, workload: suffering.workload, container, variable })) return [findingFrom(suffering, { container, variable, line: found.line })]
    }
    return []
  })
}

interface Question {
  readonly view: View
  readonly workload: KubeObject
  readonly container: Container
  readonly variable: string
}

/** Set to something, or read from a source whose keys nobody collected. */
function mayHave({ view, workload, container, variable }: Question): boolean {
  const entry = (container.env ?? []).findLast((item) => item.name === variable)
  if (entry !== undefined) return entry.valueFrom !== undefined || (entry.value ?? '') !== ''
  return (container.envFrom ?? []).some((source) => {
    const [kind, name] = source.configMapRef === undefined ? ['Secret', source.secretRef?.name] : ['ConfigMap', source.configMapRef.name]
    const object = view.get({ apiVersion: 'v1', kind, namespace: workload.metadata.namespace ?? 'default', name: name ?? '' })
    const keys = object === undefined ? undefined : keysOf(object)
    return keys === undefined || keys.some((key) => `${source.prefix ?? ''}${key}` === variable)
  })
}

function keysOf(object: KubeObject): string[] | undefined {
  const data = object['data'] ?? object['stringData']
  return data === undefined ? undefined : Object.keys(data as object)
}

function findingFrom(suffering: Suffering, seen: { readonly container: Container; readonly variable: string; readonly line: Parameters<typeof lineEvidence>[0] }): Finding {
  const { workload, rows, stands } = suffering
  const { container, variable, line } = seen
  return findingOf({
    hazard: ID,
    subject: workload,
    symptoms: podSymptoms(rows),
    summary: `container ${container.name} of ${subjectText(subjectOf(workload))} misses environment variable ${variable}, and nothing sets it`,
    evidence: [lineEvidence(line), objectEvidence(workload, 'spec', `container ${container.name} sets ${(container.env ?? []).map((entry) => entry.name).join(', ') || 'no variable'}`)],
    confidence: stands === true ? 0.8 : 0.93,
    sinceMs: earliest(rows),
    explains: ['container-exits', 'rollout-stuck', 'service-without-endpoints', 'application-unhealthy', 'failed-job', 'dependency-unreachable', 'bad-probe', 'container-finishes'],
    facts: { container: container.name, variable },
  })
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  if (workload === undefined) return []
  const { container, variable } = finding.facts as { container: string; variable: string }
  const has = (found: Container | undefined): boolean => found !== undefined && mayHave({ view, workload, container: found, variable })
  const back = waysBack({ hazard: ID, view, workload, differs: (earlier) => has(containerNamed(earlier, container)), what: () => `took ${variable} from ${container}` })
  if (back.length > 0) return back
  return [...give({ view, workload, container, variable }), ask({ workload, container, variable })]
}

/** The one ConfigMap or Secret of the namespace with a key of that very name. */
function give({ view, workload, container, variable }: Omit<Question, 'container'> & { readonly container: string }): Plan[] {
  const namespace = workload.metadata.namespace ?? 'default'
  const holders = ['ConfigMap', 'Secret'].flatMap((kind) => view.list('', kind, namespace)).filter((object) => keysOf(object)?.includes(variable) === true)
  const [holder] = holders
  const path = containerPath(workload, container)
  if (holder === undefined || holders.length > 1 || path === undefined || !canChangeTemplate(workload)) return []
  const entries = (containerNamed(podTemplateOf(workload), container)?.env ?? []).filter((entry) => entry.name !== variable)
  const ref = { name: holder.metadata.name ?? '', key: variable }
  const entry = { name: variable, valueFrom: holder.kind === 'Secret' ? { secretKeyRef: ref } : { configMapKeyRef: ref } }
  return [
    patchWorkloadPlan({
      hazard: ID, view, workload,
      approach: `give-${variable}-to-${container}`,
      goal: `container ${container} of ${subjectText(subjectOf(workload))} has ${variable}`,
      changes: [{ path: [...path, 'env'], value: [...entries, entry] as unknown as JsonValue }],
      reason: `read ${variable} from ${subjectText(subjectOf(holder))}, which has a key of that name`,
      rationale: `${subjectText(subjectOf(holder))} is the only object of the namespace with a key ${variable}. That it is the one meant is an assumption for a person to confirm.`,
      values: 'assumed',
    }),
  ]
}

function ask({ workload, container, variable }: { readonly workload: KubeObject; readonly container: string; readonly variable: string }): Plan {
  return askPlan({
    hazard: ID,
    workload,
    goal: `container ${container} of ${subjectText(subjectOf(workload))} has ${variable}`,
    rationale: `No earlier template set ${variable}, and its value is not recorded in the cluster.`,
    needsInput: [{ name: variable, question: `What is the value of ${variable} for container ${container}?`, target: refOf(workload) }],
  })
}

export const missingEnv: Hazard = {
  id: ID,
  title: 'A program misses an environment variable',
  severity: 2,
  family: 'start-up',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Only its owner knows the value; Boyd does not invent one.`,
  lookAlikes: ['a variable that is set, and whose value is wrong', 'a variable from a Secret whose keys were not collected', 'a missing key of some other map in capitals'],
  prevention: 'Check required variables against the manifest before the rollout, and name them all in the first error.',
  sources: [{ title: 'Define environment variables for a container', url: 'https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/' }],
  reviewBy: '2027-06-30',
}
