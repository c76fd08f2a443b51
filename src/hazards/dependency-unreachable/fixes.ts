/** Ways to let a caller reach what it means: back to where it pointed, the spelling of what is there, or a question. */

import type { Container, PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import type { Finding } from '../../model/hazard.ts'
import { refOf, subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { podTemplateOf } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { containerNamed } from '../../model/topology/history.ts'
import { hostReferencesOf, serviceOfReference, type HostReference } from '../../model/topology/host-references.ts'
import type { View } from '../../model/view.ts'
import { changesToApplied } from '../shared/applied.ts'
import { workloadOfFinding } from '../shared/finding.ts'
import { askPlan, canChangeTemplate, containerPath, createPlan, patchWorkloadPlan } from '../shared/plan-parts.ts'
import { meantBy } from '../shared/spelling.ts'
import { restoreAndRestart, waysBack } from '../shared/ways-back.ts'
import { brokenReference } from './broken.ts'

const ID = 'dependency-unreachable'

export function fixes(finding: Finding, view: View): Plan[] {
  const { state } = finding.facts
  if (state === 'service-gone') return [askForService(finding)]
  const workload = workloadOfFinding(view, finding)
  if (workload === undefined || (state !== 'no-service' && state !== 'no-port')) return []
  const back = finding.facts['said'] === true ? [] : wayBack(view, workload, finding)
  return back.length > 0 ? back : [...restoreSource(view, workload, finding), ...respell(view, workload, finding), ask(finding, workload)]
}

/** The earlier template must name a place that is there. */
function wayBack(view: View, workload: KubeObject, finding: Finding): Plan[] {
  const { variable, container, host } = finding.facts
  const differs = (earlier: PodTemplateSpec): boolean => {
    const before = { ...workload, kind: workload.kind, spec: { ...(workload['spec'] as object), template: earlier } } as KubeObject
    const references = hostReferencesOf(view, before).filter((reference) => reference.container === container && reference.variable === variable)
    return !references.some((reference) => reference.host === host && brokenReference(view, reference).length > 0) && references.every((reference) => brokenReference(view, reference).length === 0)
  }
  return waysBack({ hazard: ID, view, workload, differs, what: () => `changed where ${String(variable)} of ${String(container)} points, to ${String(host)}` })
}

/** The name is written in a ConfigMap that was changed by hand since it was applied. Its readers take the old value at their next start. */
function restoreSource(view: View, workload: KubeObject, finding: Finding): Plan[] {
  const { from } = finding.facts as { from: HostReference['from'] }
  const config = from.type === 'config-map' ? view.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: workload.metadata.namespace ?? 'default', name: from.name }) : undefined
  const changes = config === undefined ? [] : changesToApplied(config, ['data'])
  if (config === undefined || changes.length === 0) return []
  return [restoreAndRestart({ hazard: ID, view, workload, config, changes })]
}

/** The host is a slip of a Service that is there, or the port is not the only one that the Service serves; written in the workload itself. */
function respell(view: View, workload: KubeObject, finding: Finding): Plan[] {
  const { state, variable, container, from, host, port } = finding.facts as { state: string; variable: string; container: string; from: HostReference['from']; host: string; port: number | null }
  const path = containerPath(workload, container)
  const place = writtenAt(containerNamed(podTemplateOf(workload), container), variable)
  const reference = hostReferencesOf(view, workload).find((item) => item.container === container && item.variable === variable && item.host === host)
  const right = reference === undefined ? undefined : rightPlace(view, reference)
  const value = place?.value
  if (path === undefined || place === undefined || from.type !== 'workload' || right === undefined || value === undefined || !canChangeTemplate(workload)) return []
  const mended = state === 'no-service' ? value.replace(host, host.replace(reference?.service ?? '', right)) : value.replace(`:${String(port)}`, `:${right}`)
  if (mended === value) return []
  return [
    patchWorkloadPlan({
      hazard: ID, view, workload,
      approach: `respell-${variable}`,
      goal: `${subjectText(subjectOf(workload))} reaches what ${variable} is meant to name`,
      changes: [{ path: [...path, ...place.path], value: mended }],
      reason: `let ${variable} of ${container} name ${right}`,
      rationale: state === 'no-service' ? `Service ${right} is there and spelled nearly so, and no other is. That it is meant is an assumption for a person to confirm.` : `${right} is the only port that the Service serves. That it is meant is an assumption for a person to confirm.`,
      values: 'assumed',
    }),
  ]
}

/** Where in the container a variable, or a word of its command, is written. */
function writtenAt(container: Container | undefined, variable: string): { readonly path: readonly (string | number)[]; readonly value: string } | undefined {
  const env = container?.env ?? []
  const at = env.findIndex((entry) => entry.name === variable && entry.value !== undefined)
  if (at >= 0) return { path: ['env', at, 'value'], value: env[at]?.value ?? '' }
  const index = Number(/^args\[(\d+)\]$/.exec(variable)?.[1] ?? NaN)
  const command = container?.command ?? []
  const word = index < command.length ? command[index] : container?.args?.[index - command.length]
  return Number.isNaN(index) || word === undefined ? undefined : { path: index < command.length ? ['command', index] : ['args', index - command.length], value: word }
}

function rightPlace(view: View, reference: HostReference): string | undefined {
  const service = serviceOfReference(view, reference)
  if (service === undefined) return meantBy(reference.service, view.list('', 'Service', reference.namespace).map((item) => item.metadata.name ?? ''))
  const ports = service.spec?.ports ?? []
  return ports.length === 1 && ports[0] !== undefined ? String(ports[0].port) : undefined
}

function askForService(finding: Finding): Plan {
  const { port } = finding.facts
  const { kind, namespace = 'default', name } = finding.subject
  return createPlan({
    hazard: ID,
    subject: finding.subject,
    approach: 'ask-for-service',
    goal: `${subjectText(finding.subject)} is there again`,
    steps: [],
    proof: [{ type: 'object-exists', target: { apiVersion: 'v1', kind, namespace, name } }],
    risk: 'none',
    expectedEffect: 'nothing changes until a person answers',
    rationale: 'What the Service looked like is not recorded in the cluster; its source is with its owners.',
    needsInput: [{ name: 'service', question: `${subjectText(finding.subject)} is missing${port === null ? '' : ` (callers use port ${String(port)})`}. From which manifest is it applied?`, target: { apiVersion: 'v1', kind, namespace, name } }],
  })
}

function ask(finding: Finding, workload: KubeObject): Plan {
  const { variable, container, host, from } = finding.facts as { variable: string; container: string; host: string; from: HostReference['from'] }
  const target = from.type === 'config-map' ? { apiVersion: 'v1', kind: 'ConfigMap', namespace: workload.metadata.namespace ?? 'default', name: from.name } : refOf(workload)
  return askPlan({
    hazard: ID,
    workload,
    goal: `${subjectText(subjectOf(workload))} reaches what ${variable} is meant to name`,
    rationale: `No kept revision names another place, so where ${variable} should point is not recorded in the cluster.`,
    needsInput: [{ name: variable, question: `Where should ${variable} of container ${container} point? ${host} is not there.`, target }],
  })
}
