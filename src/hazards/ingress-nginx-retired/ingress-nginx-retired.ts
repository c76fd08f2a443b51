/** A route that depends on ingress-nginx, which gets no fixes since March 2026. Its annotations mean nothing to the controller that comes after. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'

/** The day the project announced (kubernetes.io/blog, 2025-11-11). */
const RETIRED = '2026-03-31'
const OURS = 'k8s.io/ingress-nginx'

function audit({ cluster, nowMs }: AuditView): AuditFinding[] {
  const classes = cluster.list('networking.k8s.io', 'IngressClass')
  const own = new Set(classes.filter((item) => (item['spec'] as { controller?: string } | undefined)?.controller === OURS).map(({ metadata }) => metadata.name))
  const over = nowMs >= Date.parse(RETIRED)
  return cluster.list('networking.k8s.io', 'Ingress').flatMap((ingress): AuditFinding[] => {
    const key = Object.keys(ingress.metadata.annotations ?? {}).find((name) => name.startsWith('nginx.ingress.kubernetes.io/'))
    const named = classOf(ingress)
    if (key === undefined && !own.has(named)) return []
    return [{ of: ingress, path: key === undefined ? ['spec', 'ingressClassName'] : ['metadata', 'annotations', key], summary: `${subjectText(subjectOf(ingress))} depends on ingress-nginx, which ${over ? 'gets no fixes since' : 'will get no fixes after'} ${RETIRED}`, advice: 'Plan the move to a Gateway (ingress2gateway converts), or to a controller that is maintained; carry time-outs and buffering over by hand.', severity: over ? 3 : 4 }]
  })
}

function classOf(ingress: KubeObject): string | undefined {
  return (ingress['spec'] as { ingressClassName?: string } | undefined)?.ingressClassName ?? ingress.metadata.annotations?.['kubernetes.io/ingress.class']
}

export const ingressNginxRetired: AuditRule = {
  id: 'ingress-nginx-retired',
  title: 'A route through a controller that gets no fixes',
  severity: 3,
  appliesTo: ['networking.k8s.io/Ingress'],
  audit,
  lookAlikes: ['the controller of NGINX Inc. (nginx.org annotations), which is another program', 'a class that is called nginx and belongs to another controller'],
  prevention: 'Gateway API for new routes.',
  sources: [{ title: 'Ingress NGINX retirement', url: 'https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/' }],
  reviewBy: '2027-03-31',
}
