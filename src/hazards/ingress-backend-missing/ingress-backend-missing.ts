/** An Ingress that sends traffic to a Service or a port that is not there. */

import { absenceEvidence, objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { refOf, subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import type { Plan } from '../../model/plan.ts'
import { objectOf } from '../../model/topology/find-object.ts'
import { servicesOf, type ServiceObject } from '../../model/topology/services.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'
import { createPlan, patchStep } from '../shared/plan-parts.ts'
import { meantBy } from '../shared/spelling.ts'
import { restoreApplied } from '../shared/ways-back.ts'

const ID = 'ingress-backend-missing'

interface Backend {
  readonly name: string
  readonly port: { readonly number?: number; readonly name?: string }
  /** Where it is written. */
  readonly path: readonly (string | number)[]
}

interface BackendRef {
  readonly service?: { readonly name?: string; readonly port?: Backend['port'] }
}

function backendsOf(ingress: KubeObject): Backend[] {
  const spec = ingress['spec'] as { defaultBackend?: BackendRef; rules?: readonly { http?: { paths?: readonly { backend?: BackendRef }[] } }[] } | undefined
  const one = (ref: BackendRef | undefined, path: readonly (string | number)[]): Backend[] => (ref?.service?.name === undefined ? [] : [{ name: ref.service.name, port: ref.service.port ?? {}, path }])
  const ruled = (spec?.rules ?? []).flatMap((rule, at) => (rule.http?.paths ?? []).flatMap((item, index) => one(item.backend, ['spec', 'rules', at, 'http', 'paths', index, 'backend', 'service'])))
  return [...one(spec?.defaultBackend, ['spec', 'defaultBackend', 'service']), ...ruled]
}

function detect(view: View): Finding[] {
  return view.list('networking.k8s.io', 'Ingress').flatMap((ingress) => backendsOf(ingress).flatMap((backend) => findingFor(view, ingress, backend)))
}

function findingFor(view: View, ingress: KubeObject, backend: Backend): Finding[] {
  const namespace = ingress.metadata.namespace ?? 'default'
  if (servicesOf(view).length === 0) return []
  const service = view.get({ apiVersion: 'v1', kind: 'Service', namespace, name: backend.name }) as ServiceObject | undefined
  const ports = service?.spec?.ports ?? []
  const served = ports.some((port) => (backend.port.number !== undefined ? port.port === backend.port.number : backend.port.name === undefined || port.name === backend.port.name))
  if (service !== undefined && (served || service.spec?.type === 'ExternalName')) return []
  const asked = String(backend.port.number ?? backend.port.name ?? '')
  const only = ports.length === 1 ? ports[0] : undefined
  return [
    findingOf({
      hazard: ID,
      subject: ingress,
      symptoms: [subjectOf(ingress)],
      summary: service === undefined ? `${subjectText(subjectOf(ingress))} leads to Service ${namespace}/${backend.name}, which does not exist` : `${subjectText(subjectOf(ingress))} leads to port ${asked} of ${subjectText(subjectOf(service))}, which serves ${ports.map((port) => port.port).join(', ')}`,
      evidence: [objectEvidence(ingress, 'spec.rules', `backend ${backend.name}:${asked}`), service === undefined ? absenceEvidence({ kind: 'Service', namespace, name: backend.name }) : objectEvidence(service, 'spec.ports', `it serves ${ports.map((port) => port.port).join(', ')}`)],
      confidence: 0.96,
      facts: { path: backend.path, meant: (service === undefined ? meantBy(backend.name, servicesOf(view, namespace).map((item) => item.metadata.name ?? '')) : undefined) ?? null, right: only === undefined ? null : backend.port.number === undefined && only.name !== undefined ? { name: only.name } : { number: only.port } },
    }),
  ]
}

function fixes(finding: Finding, view: View): Plan[] {
  const { path, right, meant } = finding.facts as { path: (string | number)[]; right: { name: string } | { number: number } | null; meant: string | null }
  const ingress = objectOf(view, finding.subject)
  if (ingress === undefined) return []
  const restored = restoreApplied({ hazard: ID, object: ingress, paths: [['spec']], expectedEffect: 'traffic reaches the Service; no pod is touched' })
  if (meant !== null) return [...restored, respell(finding, ingress, { path, meant })]
  if (right === null) return restored
  return [
    ...restored,
    createPlan({
      hazard: ID,
      subject: finding.subject,
      approach: 'mend-backend-port',
      goal: `${subjectText(finding.subject)} leads to a port that its Service serves`,
      steps: [patchStep(ingress, [{ path: [...path, 'port'], value: right }], 'lead to the only port of the Service')],
      proof: [{ type: 'object-exists', target: refOf(ingress) }, { type: 'hazard-absent', hazard: ID, subject: finding.subject }],
      risk: 'reversible',
      expectedEffect: 'traffic reaches the Service; no pod is touched',
      rationale: 'The Service serves a single port.',
    }),
  ]
}

/** The backend is a slip of a Service that is there. */
function respell(finding: Finding, ingress: KubeObject, { path, meant }: { readonly path: readonly (string | number)[]; readonly meant: string }): Plan {
  return createPlan({
    hazard: ID,
    subject: finding.subject,
    approach: 'respell-backend',
    goal: `${subjectText(finding.subject)} leads to Service ${meant}`,
    steps: [patchStep(ingress, [{ path: [...path, 'name'], value: meant }], `name Service ${meant}, which is spelled nearly so`)],
    proof: [{ type: 'object-exists', target: refOf(ingress) }, { type: 'hazard-absent', hazard: ID, subject: finding.subject }],
    risk: 'reversible',
    expectedEffect: 'traffic reaches the Service; no pod is touched',
    rationale: `Service ${meant} is there and spelled nearly so, and no other is. That it is meant is an assumption for a person to confirm.`,
    values: 'assumed',
  })
}

export const ingressBackendMissing: Hazard = {
  id: ID,
  title: 'An Ingress leads to a Service or port that is not there',
  severity: 2,
  family: 'traffic',
  appliesTo: ['networking.k8s.io/Ingress'],
  faces: ['live', 'static'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Which Service is meant is not recorded.`,
  lookAlikes: ['an Ingress collected without the Services', 'a backend that is a resource and not a Service'],
  prevention: 'Render Ingress and Service from one source.',
  sources: [{ title: 'Ingress', url: 'https://kubernetes.io/docs/concepts/services-networking/ingress/' }],
  reviewBy: '2027-06-30',
}
