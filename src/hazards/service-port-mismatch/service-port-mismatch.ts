/**
 * A Service leads to a port of its pods where nobody listens: a name that no container port has, or a number beside
 * the one that the container declares.
 *
 * Declaring ports is optional, so a number alone is not enough: no probe of the pod may be answered there.
 */

import type { PodSpec, ServicePort } from 'kubernetes-types/core/v1.d.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { refOf, subjectOf, subjectText, type KubeObject, type Subject } from '../../model/kube-object.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import { isPod, podTemplateOf } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { objectOf } from '../../model/topology/find-object.ts'
import { workloadOf, workloadsIn } from '../../model/topology/ownership.ts'
import { declaredPorts, podsBehind, selectorOf, servicesOf, targetPortIn, type ServiceObject } from '../../model/topology/services.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'
import { createPlan, patchStep } from '../shared/plan-parts.ts'
import { restoreApplied } from '../shared/ways-back.ts'
import { linesOf } from '../shared/logs.ts'
import { listensOn, probeTarget } from '../shared/probe-target.ts'

const ID = 'service-port-mismatch'

interface Backend {
  /** A pod, or before there is one the workload that would make it. */
  readonly object: KubeObject
  readonly spec: PodSpec
}

function detect(view: View): Finding[] {
  return servicesOf(view).flatMap((service) => {
    const backends = backendsOf(view, service)
    const [backend] = backends
    if (backend === undefined) return []
    return (service.spec?.ports ?? []).flatMap((port, index) => (backends.every((item) => isWrong(view, service, { backend: item, port })) ? [findingFrom(view, { service, port, index, backend })] : []))
  })
}

/** The pods it selects; where there is none, the templates that would be selected. */
function backendsOf(view: View, service: ServiceObject): Backend[] {
  const selector = selectorOf(service)
  if (selector === undefined) return []
  const pods = podsBehind(view, service).flatMap((pod) => (pod.spec === undefined ? [] : [{ object: pod, spec: pod.spec }]))
  if (pods.length > 0) return pods
  const beside = workloadsIn(view, service.metadata.namespace)
  return beside.flatMap((workload) => {
    const template = podTemplateOf(workload)
    return template?.spec !== undefined && matchesSelector({ matchLabels: selector }, template.metadata?.labels) ? [{ object: workload, spec: template.spec }] : []
  })
}

/** Callers of a headless Service choose the number themselves; a name is still looked up in the pods. */
function isWrong(view: View, service: ServiceObject, { backend, port }: { readonly backend: Backend; readonly port: ServicePort }): boolean {
  const { spec } = backend
  const target = targetPortIn({ spec }, port)
  if (target === undefined) return true
  const declared = declaredFor(spec, port)
  if (service.spec?.clusterIP === 'None' || declared.some((item) => item.containerPort === target)) return false
  // Where nothing is declared, only the words of the pod say where it listens.
  if (declared.length === 0) return hears(view, backend).length > 0 && !hears(view, backend).includes(target)
  return !probedPorts(spec).has(target)
}

/** Ports on which the log of a pod with one container says that it listens; a side-car may listen on any other. */
function hears(view: View, { object, spec }: Backend): number[] {
  const [only, second] = spec.containers ?? []
  return isPod(object) && only !== undefined && second === undefined ? [...new Set(listensOn(linesOf(view, object, only.name).filter((line) => !line.previous)).map((item) => item.port))] : []
}

function declaredFor(spec: PodSpec, port: ServicePort): ReturnType<typeof declaredPorts> {
  return declaredPorts({ spec }).filter((item) => (item.protocol ?? 'TCP') === (port.protocol ?? 'TCP'))
}

function probedPorts({ containers }: PodSpec): Set<number | undefined> {
  return new Set((containers ?? []).flatMap((container) => [container.readinessProbe, container.livenessProbe, container.startupProbe].flatMap((probe) => (probe === undefined ? [] : [probeTarget(container, probe).number]))))
}

interface Parts {
  readonly service: ServiceObject
  readonly port: ServicePort
  readonly index: number
  readonly backend: Backend
}

function findingFrom(view: View, { service, port, index, backend }: Parts): Finding {
  const { object, spec } = backend
  const declared = declaredPorts({ spec })
  const target = port.targetPort ?? port.port
  const workload = workloadOf(view, object)
  const symptoms: Subject[] = isPod(object) || view.list('', 'Pod').length === 0 ? [subjectOf(service)] : []
  const heard = declared.length === 0 ? hears(view, backend) : []
  const right = rightPort(declaredFor(spec, port), port) ?? (heard.length === 1 ? heard[0] : undefined)
  return findingOf({
    hazard: ID,
    subject: service,
    symptoms,
    summary: `${subjectText(subjectOf(service))} sends port ${port.port} to ${String(target)}, where ${subjectText(subjectOf(workload))} does not listen (it declares ${declared.map((item) => `${item.name === undefined ? '' : `${item.name}=`}${item.containerPort}`).join(', ') || (heard.length > 0 ? `nothing; its log says ${heard.join(', ')}` : 'none')})`,
    evidence: [
      objectEvidence(service, `spec.ports[${index}]`, `port ${port.port} leads to ${String(target)}`),
      objectEvidence(object, isPod(object) ? 'spec.containers' : 'spec.template.spec.containers', `${subjectText(subjectOf(object))} declares ${declared.map((item) => item.containerPort).join(', ') || 'no port'}`),
    ],
    confidence: typeof target === 'string' ? 0.94 : 0.85,
    explains: ['dependency-unreachable', 'service-without-endpoints', 'application-unhealthy', 'container-exits'],
    facts: { index, right: right ?? null, workload: subjectOf(workload) },
  })
}

/** The only declared port, or the one that carries the Service port's name or number. */
function rightPort(declared: ReturnType<typeof declaredPorts>, port: ServicePort): number | string | undefined {
  const named = declared.find((item) => item.name !== undefined && item.name === port.name) ?? declared.find((item) => item.containerPort === port.port)
  const chosen = named ?? (declared.length === 1 ? declared[0] : undefined)
  return typeof port.targetPort === 'string' && !/^\d+$/.test(port.targetPort) ? (chosen?.name ?? chosen?.containerPort) : chosen?.containerPort
}

function fixes(finding: Finding, view: View): Plan[] {
  const service = objectOf(view, finding.subject)
  const { index, right, workload } = finding.facts as { index: number; right: number | string | null; workload: Subject }
  const target = objectOf(view, workload)
  if (service === undefined) return []
  const restored = restoreApplied({ hazard: ID, object: service, paths: [['spec', 'ports']], expectedEffect: 'traffic reaches the pods; no pod is touched' })
  if (right === null || target === undefined) return restored
  return [
    ...restored,
    createPlan({
      hazard: ID,
      subject: finding.subject,
      approach: `mend-port-${index}`,
      goal: `${subjectText(finding.subject)} leads to the port on which its pods listen`,
      steps: [patchStep(service, [{ path: ['spec', 'ports', index, 'targetPort'], value: right }], `lead to port ${right}`)],
      proof: [{ type: 'hazard-absent', hazard: ID, subject: finding.subject }, ...(['Deployment', 'StatefulSet', 'DaemonSet'].includes(target.kind) ? [{ type: 'workload-available', target: refOf(target) } as const] : [])],
      risk: 'reversible',
      expectedEffect: 'traffic reaches the pods; no pod is touched',
      rationale: `${right} is the port that the pods declare, or on which their log says that they listen.`,
    }),
  ]
}

export const servicePortMismatch: Hazard = {
  id: ID,
  title: 'A Service leads to a port where nobody listens',
  severity: 2,
  family: 'traffic',
  appliesTo: ['/Service'],
  faces: ['live', 'static'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Which port is right is not clear from what the pods declare.`,
  lookAlikes: ['pods that declare no ports', 'a port that is not declared and that a probe uses', 'a sidecar that serves the port', 'a headless Service, whose callers choose the port', 'a Service over several workloads of which one has the port'],
  prevention: 'Name ports, and use the names in Services.',
  sources: [{ title: 'Service: port definitions', url: 'https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports' }],
  reviewBy: '2027-06-30',
}
