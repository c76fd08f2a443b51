/** An Ingress without TLS: what passes through it, signs-in included, can be read on the way. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'

/** TLS that ends in front: at a load balancer, or at a certificate of the controller. */
const ELSEWHERE = /^(alb\.ingress\.kubernetes\.io\/certificate-arn|networking\.gke\.io\/managed-certificates|ingress\.gcp\.kubernetes\.io\/pre-shared-cert|appgw\.ingress\.kubernetes\.io\/appgw-ssl-certificate|traefik\.ingress\.kubernetes\.io\/router\.tls|haproxy\.org\/ssl-certificate)$/

function audit({ cluster }: AuditView): AuditFinding[] {
  return cluster.list('networking.k8s.io', 'Ingress').filter((ingress) => !hasTls(ingress)).map((ingress) => ({ of: ingress, path: ['spec'], summary: `${subjectText(subjectOf(ingress))} has no TLS`, advice: 'spec.tls: [{hosts: […], secretName: …}], with a certificate that is renewed by itself.', severity: isInternal(ingress) ? 5 : 3 }))
}

function hasTls(ingress: KubeObject): boolean {
  const { tls } = (ingress['spec'] ?? {}) as { tls?: readonly unknown[] }
  return (tls ?? []).length > 0 || Object.keys(ingress.metadata.annotations ?? {}).some((key) => ELSEWHERE.test(key))
}

function isInternal(ingress: KubeObject): boolean {
  const annotations = ingress.metadata.annotations ?? {}
  const hosts = ((ingress['spec'] ?? {}) as { rules?: readonly { host?: string }[] }).rules?.map(({ host = '' }) => host) ?? []
  return annotations['alb.ingress.kubernetes.io/scheme'] === 'internal' || (hosts.length > 0 && hosts.every((host) => /\.(internal|local|svc|lan|corp)$/.test(host)))
}

export const ingressWithoutTls: AuditRule = {
  id: 'ingress-without-tls',
  title: 'An Ingress without TLS',
  severity: 3,
  appliesTo: ['networking.k8s.io/Ingress'],
  audit,
  lookAlikes: ['TLS that ends at the load balancer in front', 'a default certificate of the controller, named by an empty entry', 'an internal host, which is milder'],
  prevention: 'cert-manager or a certificate at the load balancer for each host.',
  sources: [{ title: 'Ingress: TLS', url: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#tls' }],
  reviewBy: '2027-06-30',
}
