/**
 * A certificate that has expired, is not issued, or will expire within days. What a Secret holds is withheld, so the
 * dates come from those who manage it: cert-manager's Certificate, a signing request, or the words of a refused caller.
 */

import { parseTimeMs } from '../../kernel/clock.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject, type Subject } from '../../model/kube-object.ts'
import { conditionOf } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { objectOf, uniqueSubjects } from '../../model/topology/find-object.ts'
import type { View } from '../../model/view.ts'
import { findingOf, podSymptoms } from '../shared/finding.ts'
import { lastMatch, lineEvidence } from '../shared/logs.ts'
import { isTooFresh } from '../shared/patience.ts'
import { restoreApplied } from '../shared/ways-back.ts'
import { speakingWorkloads, wordsOf, type Suffering } from '../shared/suffering.ts'

const ID = 'certificate-expired'
const DAY_MS = 24 * 60 * 60_000
/** An issuer renews with a third of the life left; so close to the end it has failed. */
const SOON_MS = 3 * DAY_MS
const PATIENCE_MS = 10 * 60_000
const EXPIRED = /\bcert(?:ificate)?\b[^\n]{0,80}\b(?:has |is )?expired|validity check failed|x509: certificate has expired or is not yet valid|CERT_HAS_EXPIRED|SSL certificate problem: certificate has expired|certificate verify failed: certificate has expired|CertificateExpiredException/i

function detect(view: View): Finding[] {
  const managed = view.list('cert-manager.io', 'Certificate').flatMap((certificate) => managedFinding(view, certificate))
  const requests = view.list('certificates.k8s.io', 'CertificateSigningRequest').flatMap((request) => requestFinding(view, request))
  const said = speakingWorkloads(view).flatMap((suffering) => saidFinding(view, suffering, managed))
  return [...managed, ...requests, ...said]
}

function usersOf(view: View, certificate: KubeObject): Subject[] {
  const secret = (certificate['spec'] as { secretName?: string } | undefined)?.secretName
  const ingresses = view.list('networking.k8s.io', 'Ingress', certificate.metadata.namespace).filter((ingress) => ((ingress['spec'] as { tls?: readonly { secretName?: string }[] } | undefined)?.tls ?? []).some((item) => item.secretName === secret))
  const gateways = view.list('gateway.networking.k8s.io', 'Gateway', certificate.metadata.namespace).filter((gateway) => JSON.stringify(gateway['spec'] ?? {}).includes(`"name":"${secret ?? '\0'}"`))
  return [...ingresses, ...gateways].map(subjectOf)
}

function managedFinding(view: View, certificate: KubeObject): Finding[] {
  const endsMs = parseTimeMs((certificate['status'] as { notAfter?: string } | undefined)?.notAfter)
  const ready = conditionOf(certificate, 'Ready')
  const failing = ready?.status === 'False' && !isTooFresh(view, parseTimeMs(ready.lastTransitionTime), PATIENCE_MS)
  const expired = endsMs !== undefined && endsMs <= view.nowMs
  const soon = endsMs !== undefined && !expired && endsMs - view.nowMs < SOON_MS
  if (!expired && !failing && !soon) return []
  const words = conditionOf(certificate, 'Issuing')?.message ?? ready?.message ?? ''
  const state = expired ? `expired at ${String((certificate['status'] as { notAfter?: string }).notAfter)}` : soon ? `expires at ${String((certificate['status'] as { notAfter?: string }).notAfter)}` : 'is not issued'
  return [
    findingOf({
      hazard: ID,
      subject: certificate,
      symptoms: expired || failing ? uniqueSubjects([subjectOf(certificate), ...usersOf(view, certificate)]) : [],
      summary: `${subjectText(subjectOf(certificate))} ${state}${words === '' || (!failing && !expired) ? '' : `: ${words.slice(0, 200)}`}`,
      evidence: [objectEvidence(certificate, 'status', `Ready is ${ready?.status ?? 'unknown'}${ready?.reason === undefined ? '' : ` (${ready.reason})`}${endsMs === undefined ? '' : `, not valid after ${String((certificate['status'] as { notAfter?: string }).notAfter)}`}`)],
      confidence: expired ? 0.95 : 0.85,
      sinceMs: expired ? endsMs : parseTimeMs(ready?.lastTransitionTime),
      explains: ['custom-resource-not-ready', 'ingress-tls-missing', 'webhook-fails-closed', 'missing-config'],
    }),
  ]
}

/** A request that nobody approves keeps a kubelet or a server without a certificate. */
function requestFinding(view: View, request: KubeObject): Finding[] {
  const status = request['status'] as { conditions?: readonly { type: string; message?: string }[]; certificate?: string } | undefined
  const denied = status?.conditions?.find((condition) => condition.type === 'Denied' || condition.type === 'Failed')
  const bornMs = parseTimeMs(request.metadata.creationTimestamp)
  const waiting = (status?.conditions ?? []).length === 0 && !isTooFresh(view, bornMs, PATIENCE_MS)
  if (denied === undefined && !waiting) return []
  const node = /^system:node:(.+)$/.exec((request['spec'] as { username?: string } | undefined)?.username ?? '')?.[1]
  const nodes = view.list('', 'Node').filter((item) => item.metadata.name === node && conditionOf(item, 'Ready')?.status !== 'True')
  return [
    findingOf({
      hazard: ID,
      subject: request,
      symptoms: nodes.map(subjectOf),
      summary: `${subjectText(subjectOf(request))} ${denied === undefined ? 'waits for approval' : `was refused: ${denied.message ?? denied.type}`}${node === undefined ? '' : `; it is for Node ${node}`}`,
      evidence: [objectEvidence(request, 'status', denied === undefined ? 'it has no condition' : `${denied.type}`)],
      confidence: nodes.length > 0 ? 0.9 : 0.5,
      sinceMs: bornMs,
      explains: ['node-not-ready'],
    }),
  ]
}

/** A caller that was refused, where no managed certificate is known to be the one. */
function saidFinding(view: View, suffering: Suffering, managed: readonly Finding[]): Finding[] {
  const found = lastMatch(wordsOf(view, suffering), EXPIRED)
  if (found === undefined || managed.some(({ symptoms }) => symptoms.length > 0)) return []
  return [
    findingOf({
      hazard: ID,
      subject: suffering.workload,
      symptoms: podSymptoms(suffering.rows),
      summary: `${subjectText(subjectOf(suffering.workload))} meets a certificate that has expired: ${found.line.text.trim().slice(0, 200)}`,
      evidence: [lineEvidence(found.line)],
      confidence: suffering.stands === true ? 0.8 : 0.9,
      sinceMs: suffering.rows[0]?.sinceMs,
      explains: ['container-exits', 'application-unhealthy', 'rollout-stuck', 'service-without-endpoints', 'dependency-unreachable', 'failed-job', 'bad-probe', 'credentials-refused'],
    }),
  ]
}

function fixes(finding: Finding, view: View): Plan[] {
  const object = objectOf(view, finding.subject)
  return object?.kind === 'Certificate' ? restoreApplied({ hazard: ID, object, paths: [['spec']], expectedEffect: 'its issuer issues the certificate that was meant before' }) : []
}

export const certificateExpired: Hazard = {
  id: ID,
  title: 'A certificate has expired or is not issued',
  severity: 2,
  family: 'time-bombs',
  appliesTo: ['/Pod', 'cert-manager.io/Certificate', 'certificates.k8s.io/CertificateSigningRequest'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. It has to be renewed by whoever issues it; Boyd makes no certificates and trusts none in their place.`,
  lookAlikes: ['a certificate that is being issued', 'a certificate of an authority that the caller does not know', 'a clock that is wrong', 'a certificate with weeks left'],
  prevention: 'Let an issuer renew certificates, and alert on the days that are left.',
  sources: [
    { title: 'Manage TLS certificates in a cluster', url: 'https://kubernetes.io/docs/tasks/tls/managing-tls-in-a-cluster/' },
    { title: 'cert-manager: Certificate resource', url: 'https://cert-manager.io/docs/usage/certificate/' },
  ],
  reviewBy: '2027-06-30',
}
