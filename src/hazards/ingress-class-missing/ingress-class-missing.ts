/**
 * An Ingress that no controller serves: it names a class that does not exist, or none where there is no default.
 */

import { absenceEvidence, objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import type { Plan } from '../../model/plan.ts'
import { objectOf } from '../../model/topology/find-object.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'
import { meantBy } from '../shared/spelling.ts'
import { managerNote } from '../shared/management.ts'
import { createPlan, patchStep } from '../shared/plan-parts.ts'
import { restoreApplied } from '../shared/ways-back.ts'

const ID = 'ingress-class-missing'
const DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class'
const OLD_ANNOTATION = 'kubernetes.io/ingress.class'
/** Clouds serve these without an IngressClass object. */
const BUILT_IN = new Set(['gce', 'gce-internal'])

function detect(view: View): Finding[] {
  const classes = view.list('networking.k8s.io', 'IngressClass')
  if (classes.length === 0) return []
  return view.list('networking.k8s.io', 'Ingress').flatMap((ingress) => findingFor(ingress, classes))
}

function findingFor(ingress: KubeObject, classes: readonly KubeObject[]): Finding[] {
  const wanted = (ingress['spec'] as { ingressClassName?: string } | undefined)?.ingressClassName
  const old = ingress.metadata.annotations?.[OLD_ANNOTATION]
  const name = wanted ?? old
  const names = classes.map((item) => item.metadata.name ?? '')
  const served = name === undefined ? classes.some((item) => item.metadata.annotations?.[DEFAULT_CLASS] === 'true') : BUILT_IN.has(name) || names.includes(name) || hasAddress(ingress)
  // An annotation may be matched by a controller without any class of that name.
  if (served || (wanted === undefined && old !== undefined) || (name === undefined && hasAddress(ingress))) return []
  return [
    findingOf({
      hazard: ID,
      subject: ingress,
      symptoms: [subjectOf(ingress)],
      summary: `${subjectText(subjectOf(ingress))} ${name === undefined ? 'names no class, and none is the default' : `names class ${name}, which does not exist`} (there is ${names.join(', ')}), so nobody serves it`,
      evidence: [objectEvidence(ingress, 'spec.ingressClassName', `its class is ${name ?? 'not set'}`), ...(name === undefined ? [] : [absenceEvidence({ kind: 'IngressClass', name })])],
      confidence: 0.92,
      explains: ['ingress-backend-missing'],
      facts: { meant: (name === undefined ? undefined : meantBy(name, names)) ?? null },
    }),
  ]
}

/** Somebody serves it, whatever its class says. */
function hasAddress(ingress: KubeObject): boolean {
  return ((ingress['status'] as { loadBalancer?: { ingress?: readonly unknown[] } } | undefined)?.loadBalancer?.ingress ?? []).length > 0
}

function fixes(finding: Finding, view: View): Plan[] {
  const ingress = objectOf(view, finding.subject)
  const { meant } = finding.facts
  if (ingress === undefined) return []
  const restored = restoreApplied({ hazard: ID, object: ingress, paths: [['spec', 'ingressClassName']], expectedEffect: 'its controller serves the Ingress again' })
  if (typeof meant !== 'string') return restored
  const mended = createPlan({
    hazard: ID,
    subject: finding.subject,
    approach: 'use-class',
    goal: `${subjectText(finding.subject)} is served`,
    steps: [patchStep(ingress, [{ path: ['spec', 'ingressClassName'], value: meant }], `name class ${meant}, which is spelled nearly so`)],
    proof: [{ type: 'hazard-absent', hazard: ID, subject: finding.subject }],
    risk: 'reversible',
    expectedEffect: 'its controller takes the Ingress; no pod is touched',
    rationale: `${meant} is the only class that is spelled nearly like the one named. A class decides who can reach the Ingress, so a person must confirm it.${managerNote(ingress)}`,
    values: 'assumed',
  })
  return [...restored, mended]
}

export const ingressClassMissing: Hazard = {
  id: ID,
  title: 'An Ingress has a class that nobody serves',
  severity: 2,
  family: 'traffic',
  appliesTo: ['networking.k8s.io/Ingress'],
  faces: ['live', 'static'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Say which class should serve it.`,
  lookAlikes: ['an Ingress collected without the classes', 'a class that a cloud serves without an object', 'the annotation of old controllers', 'an Ingress that has an address, so somebody serves it'],
  prevention: 'Name the class in every Ingress, and check that the target cluster has it.',
  sources: [{ title: 'Ingress class', url: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class' }],
  reviewBy: '2027-06-30',
}
