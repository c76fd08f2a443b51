/** Objects that a repository or a chart brings about: where the fault came from, and where it has to be mended. */

import type { KubeObject } from '../../../src/model/kube-object.ts'
import { available, withContainer } from '../apps.ts'
import type { Incident, Played } from '../incident.ts'
import { withObjects } from '../lens.ts'
import { cause, rollOut } from '../parts.ts'
import type { Stage } from '../stage.ts'

const TRACKED = { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/x' }

/** A rollout of the Application brought an image that does not exist. */
function brought(stage: Stage, syncPolicy: object, end: Played['end']): Played {
  const app = stage.app({ annotations: TRACKED })
  const image = `${app.image}-gitops`
  stage.images({ image, exists: false })
  rollOut(stage, app, withContainer(app, { image }))
  const resources = [{ group: 'apps', version: 'v1', kind: 'Deployment', namespace: app.namespace, name: app.name, status: 'Synced' }]
  const application: KubeObject = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'shop', namespace: 'argocd' }, spec: { source: { repoURL: 'https://git.example/shop.git', path: 'apps', targetRevision: 'main' }, syncPolicy }, status: { health: { status: 'Degraded' }, sync: { status: 'Synced' }, resources } }
  return { ...stage.ring(app, ['workload', 'pod', 'nobody']), causes: [cause('bad-image', app.subject)], end, ...(end === 'heal' ? { healed: available(app) } : {}), lens: withObjects(() => [application]) }
}

export const delivery: readonly Incident[] = [
  {
    id: 'argo-managed-rollout', family: 'control', title: 'The bad rollout came from a GitOps repository: the source owns the fix', variants: 2,
    play(stage) {
      const app = stage.app({ annotations: { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/x' } })
      const image = `${app.image}-gitops`
      stage.images({ image, exists: false })
      rollOut(stage, app, withContainer(app, { image }))
      return { ...stage.ring(app, ['workload', 'pod']), causes: [cause('bad-image', app.subject)], end: 'heal', healed: available(app) }
    },
  },
  {
    id: 'argo-without-self-heal', family: 'control', title: 'An Application brought a bad rollout, and leaves alone what is changed in the cluster until it syncs', variants: 2,
    play: (stage) => brought(stage, { automated: { prune: true } }, 'heal'),
  },
  {
    id: 'argo-heals-itself', family: 'control', title: 'An Application brought a bad rollout, and puts back at once what is changed in the cluster', variants: 2,
    play: (stage) => brought(stage, { automated: { prune: true, selfHeal: true } }, 'ask'),
  },
]
