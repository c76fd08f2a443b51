/**
 * Who else writes this object, told from what the tools leave on it: owner references, labels, annotations, field
 * managers. Hazards say it in a plan's rationale; the gate tells it to policies.
 */

import { controllerOf, type KubeObject } from '../kube-object.ts'

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

/** Is a Git repository the source of the object, so that a change on the cluster lasts until the next sync? */
export function isGitOps(manager: Manager | undefined): boolean {
  return manager?.type === 'argo-cd' || manager?.type === 'flux'
}
