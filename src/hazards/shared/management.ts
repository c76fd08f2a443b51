/**
 * Who else writes this object: a plan that a controller or a Git repository would put back says so, and a plan that
 * an operator would undo at once is not made.
 */

import { controllerOf, type KubeObject } from '../../model/kube-object.ts'
import type { View } from '../../model/view.ts'

export interface Manager {
  readonly type: 'helm' | 'argo-cd' | 'flux' | 'operator'
  readonly name: string
}

const KUBERNETES_GROUPS = /^(v1|(apps|batch|extensions|policy|autoscaling)\/\S+)$/

/** The tool or operator that owns the object's desired state; undefined when nothing says so. */
export function managerOf(object: KubeObject): Manager | undefined {
  const labels = object.metadata.labels ?? {}
  const annotations = object.metadata.annotations ?? {}
  const owner = controllerOf(object)
  if (owner !== undefined && !KUBERNETES_GROUPS.test(owner.apiVersion)) return { type: 'operator', name: `${owner.kind} ${owner.name}` }
  const argo = annotations['argocd.argoproj.io/tracking-id'] ?? labels['argocd.argoproj.io/instance']
  if (argo !== undefined) return { type: 'argo-cd', name: argo.split(':')[0] ?? argo }
  const flux = labels['kustomize.toolkit.fluxcd.io/name'] ?? labels['helm.toolkit.fluxcd.io/name']
  if (flux !== undefined) return { type: 'flux', name: flux }
  const release = annotations['meta.helm.sh/release-name']
  return release !== undefined || labels['app.kubernetes.io/managed-by'] === 'Helm' ? { type: 'helm', name: release ?? 'unknown' } : managerOfFields(object)
}

/** Where labels are silent, the field managers of a GitOps controller are not. */
function managerOfFields(object: KubeObject): Manager | undefined {
  const managers = (object.metadata.managedFields ?? []).map((entry) => entry.manager ?? '')
  if (managers.some((name) => name.startsWith('argocd'))) return { type: 'argo-cd', name: 'unknown' }
  if (managers.includes('kustomize-controller') || managers.includes('helm-controller')) return { type: 'flux', name: 'unknown' }
  return managers.includes('helm') ? { type: 'helm', name: 'unknown' } : undefined
}

/** A sentence for the rationale; empty when nobody else writes it. */
export function managerNote(object: KubeObject): string {
  const manager = managerOf(object)
  switch (manager?.type) {
    case undefined:
      return ''
    case 'operator':
      return ` ${manager.name} owns this object and may put its own value back.`
    case 'helm':
      return ` Helm release ${manager.name} manages this object: change its values too, or the next upgrade brings the fault back.`
    case 'argo-cd':
    case 'flux':
      return ` ${manager.type === 'flux' ? 'Flux' : 'Argo CD'} (${manager.name}) syncs this object from Git: change the source too, or the next sync brings the fault back.`
  }
}

/** The HorizontalPodAutoscaler that owns this workload's replica count. */
export function autoscalerOf(view: View, workload: KubeObject): KubeObject | undefined {
  return view.list('autoscaling', 'HorizontalPodAutoscaler', workload.metadata.namespace).find((scaler) => {
    const target = (scaler['spec'] as { scaleTargetRef?: { kind?: string; name?: string } } | undefined)?.scaleTargetRef
    return target?.kind === workload.kind && target.name === workload.metadata.name
  })
}
