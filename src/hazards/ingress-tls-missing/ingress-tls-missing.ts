/** An Ingress or a Gateway listener names a TLS Secret that is not there or has no certificate in it. */

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

const ID = 'ingress-tls-missing'

interface Reference {
  readonly name: string
  readonly namespace: string
  readonly hosts: readonly string[]
  /** Where the name is written. */
  readonly path: readonly (string | number)[]
}

function detect(view: View): Finding[] {
  if (view.list('', 'Secret').length === 0) return []
  const users = [...view.list('networking.k8s.io', 'Ingress'), ...view.list('gateway.networking.k8s.io', 'Gateway')]
  return users.flatMap((user) => referencesOf(user).flatMap((reference) => findingFor(view, user, reference)))
}

function referencesOf(user: KubeObject): Reference[] {
  const namespace = user.metadata.namespace ?? 'default'
  if (user.kind === 'Ingress') {
    const spec = user['spec'] as { tls?: readonly { secretName?: string; hosts?: readonly string[] }[] } | undefined
    return (spec?.tls ?? []).flatMap((item, index) => (item.secretName === undefined ? [] : [{ name: item.secretName, namespace, hosts: item.hosts ?? [], path: ['spec', 'tls', index, 'secretName'] }]))
  }
  const spec = user['spec'] as { listeners?: readonly { hostname?: string; tls?: { certificateRefs?: readonly { kind?: string; name?: string; namespace?: string }[] } }[] } | undefined
  return (spec?.listeners ?? []).flatMap((listener, at) =>
    (listener.tls?.certificateRefs ?? []).flatMap((ref, index) => ((ref.kind ?? 'Secret') !== 'Secret' || ref.name === undefined ? [] : [{ name: ref.name, namespace: ref.namespace ?? namespace, hosts: listener.hostname === undefined ? [] : [listener.hostname], path: ['spec', 'listeners', at, 'tls', 'certificateRefs', index, 'name'] }])),
  )
}

function findingFor(view: View, user: KubeObject, reference: Reference): Finding[] {
  const { name, namespace, hosts } = reference
  const secret = view.get({ apiVersion: 'v1', kind: 'Secret', namespace, name })
  const keys = Object.keys((secret?.['data'] ?? {}) as object)
  const wrong = secret !== undefined && secret['data'] !== undefined && !['tls.crt', 'tls.key'].every((key) => keys.includes(key))
  if ((secret !== undefined && !wrong) || view.list('', 'Secret', namespace).length === 0) return []
  const others = view.list('', 'Secret', namespace).filter((item) => item['type'] === 'kubernetes.io/tls').map((item) => item.metadata.name ?? '')
  const issuing = view.list('cert-manager.io', 'Certificate', namespace).find((item) => (item['spec'] as { secretName?: string } | undefined)?.secretName === name)
  const why = secret === undefined ? 'does not exist' : `has no certificate in it (it has ${keys.join(', ') || 'nothing'})`
  return [
    findingOf({
      hazard: ID,
      subject: issuing ?? user,
      symptoms: [subjectOf(user)],
      summary: `${subjectText(subjectOf(user))} serves ${hosts.join(', ') || 'TLS'} with Secret ${namespace}/${name}, which ${why}${issuing === undefined ? '' : `; ${subjectText(subjectOf(issuing))} should make it`}`,
      evidence: [objectEvidence(user, 'spec', `it names Secret ${name}`), secret === undefined ? absenceEvidence({ kind: 'Secret', namespace, name }) : objectEvidence(secret, 'data', `its keys are ${keys.join(', ') || 'none'}`)],
      confidence: 0.92,
      explains: ['ingress-backend-missing'],
      facts: { path: reference.path, meant: (issuing === undefined ? meantBy(name, others) : undefined) ?? null },
    }),
  ]
}

function fixes(finding: Finding, view: View): Plan[] {
  const { path, meant } = finding.facts as { path: (string | number)[]; meant: string | null }
  const user = objectOf(view, finding.subject)
  if (user === undefined || user.kind === 'Certificate') return []
  const restored = restoreApplied({ hazard: ID, object: user, paths: [['spec', user.kind === 'Ingress' ? 'tls' : 'listeners']], expectedEffect: 'the certificate that was meant is served again' })
  if (meant === null) return restored
  const mended = createPlan({
    hazard: ID,
    subject: finding.subject,
    approach: 'use-tls-secret',
    goal: `${subjectText(finding.subject)} serves a certificate that is there`,
    steps: [patchStep(user, [{ path, value: meant }], `name ${meant}, which is spelled nearly so`)],
    proof: [{ type: 'hazard-absent', hazard: ID, subject: finding.subject }],
    risk: 'reversible',
    expectedEffect: 'TLS is served; no pod is touched',
    rationale: `${meant} is the only Secret of type kubernetes.io/tls that is spelled nearly like the one named. That it is for this host is an assumption: certificates are not read.${managerNote(user)}`,
    values: 'assumed',
  })
  return [...restored, mended]
}

export const ingressTlsMissing: Hazard = {
  id: ID,
  title: 'A TLS Secret is missing or holds no certificate',
  severity: 2,
  family: 'traffic',
  appliesTo: ['networking.k8s.io/Ingress', 'gateway.networking.k8s.io/Gateway'],
  faces: ['live', 'static'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. The certificate has to come from whoever issues it.`,
  lookAlikes: ['a folder without Secrets', 'a Secret that was collected without its keys', 'a certificate that has expired'],
  prevention: 'Let an issuer make the Secret, and alert on certificates that are not ready.',
  sources: [{ title: 'Ingress: TLS', url: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#tls' }],
  reviewBy: '2027-06-30',
}
