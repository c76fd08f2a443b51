/** A service of a tier that the site wants to see rolled out step by step, and a Deployment that gives a new version to everybody at once. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { groupOf, type KubeObject } from '../../model/kube-object.ts'
import { servicesOf } from '../../model/topology/services.ts'
import type { View } from '../../model/view.ts'
import { templatesBehind } from '../shared/static-match.ts'
import { ownerText, type PodTemplate } from '../shared/templates.ts'

function audit({ cluster, site }: AuditView): AuditFinding[] {
  if (site.progressiveTiers.length === 0) return []
  const served = new Set<PodTemplate>(servicesOf(cluster).flatMap((service) => templatesBehind(cluster, service)))
  return [...served].flatMap((template): AuditFinding[] => {
    const { tier } = site.factsOf(template.owner, cluster)
    if (tier === undefined || !site.progressiveTiers.includes(tier) || goesInSteps(cluster, template.owner)) return []
    return [{ of: template.owner, path: ['spec', ...(template.owner.kind === 'Rollout' ? ['strategy'] : [])], summary: `${ownerText(template)} is of tier ${tier}, and a new version reaches everybody at once`, advice: 'An Argo Rollout with canary steps or blue-green, or a Flagger Canary for this Deployment.' }]
  })
}

/** A Rollout with steps, or a Canary that names the workload. */
function goesInSteps(view: View, owner: KubeObject): boolean {
  const strategy = (owner['spec'] as { strategy?: { canary?: { steps?: readonly unknown[] }; blueGreen?: object } } | undefined)?.strategy
  if (groupOf(owner.apiVersion) === 'argoproj.io') return (strategy?.canary?.steps ?? []).length > 0 || strategy?.blueGreen !== undefined
  const named = [...view.list('flagger.app', 'Canary'), ...view.list('argoproj.io', 'Rollout')].map((other) => other['spec'] as { targetRef?: { name?: string }; workloadRef?: { name?: string } } | undefined)
  return owner.kind !== 'Deployment' || named.some((spec) => (spec?.targetRef ?? spec?.workloadRef)?.name === owner.metadata.name)
}

export const tierWithoutSteps: AuditRule = {
  id: 'tier-without-steps',
  title: 'A first-tier service that rolls out all at once',
  severity: 4,
  appliesTo: ['/Service'],
  audit,
  lookAlikes: ['a service of another tier', 'a Deployment that a Canary or a Rollout steers', 'a StatefulSet or DaemonSet, which has no such tool'],
  prevention: 'Progressive delivery in the template of the first tier.',
  sources: [
    { title: 'Argo Rollouts: canary', url: 'https://argo-rollouts.readthedocs.io/en/stable/features/canary/' },
    { title: 'Flagger', url: 'https://docs.flagger.app/usage/how-it-works' },
  ],
  reviewBy: '2027-06-30',
}
