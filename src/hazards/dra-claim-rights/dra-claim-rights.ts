/** 
 * Rights over devices that reach further than a claim of one's own: whoever writes device classes or slices decides what everybody gets,
 * and a claim with adminAccess sees devices that others use.
 */

import { isRecord } from '../../kernel/json.ts'
import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import type { View } from '../../model/view.ts'

const WRITES = ['create', 'update', 'patch', 'delete', 'deletecollection', '*']
const ADMIN_LABEL = 'resource.kubernetes.io/admin-access'

interface Rule {
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly verbs?: readonly string[]
}

function audit({ cluster }: AuditView): AuditFinding[] {
  const roles = [...cluster.list('rbac.authorization.k8s.io', 'ClusterRole'), ...cluster.list('rbac.authorization.k8s.io', 'Role')]
  return [...roles.flatMap((role) => inRole(cluster, role)), ...['ResourceClaim', 'ResourceClaimTemplate'].flatMap((kind) => cluster.list('resource.k8s.io', kind)).flatMap((claim) => adminAccess(cluster, claim))]
}

function inRole(view: View, role: KubeObject): AuditFinding[] {
  if (role.metadata.labels?.['kubernetes.io/bootstrapping'] === 'rbac-defaults' || (role.metadata.name ?? '').startsWith('system:')) return []
  const rules = Array.isArray(role['rules']) ? (role['rules'] as readonly Rule[]) : []
  return rules.flatMap(({ apiGroups = [], resources = [], verbs = [] }, index): AuditFinding[] => {
    const ours = apiGroups.includes('resource.k8s.io') && verbs.some((verb) => WRITES.includes(verb))
    const shared = resources.filter((name) => ['deviceclasses', 'resourceslices', 'devicetaintrules'].includes(name) || name === '*')
    const place = { of: role, path: ['rules', index] }
    const name = subjectText(subjectOf(role))
    if (ours && shared.length > 0) return isDriver(view, role) ? [] : [{ ...place, summary: `${name} may change ${shared.join(', ')}, and so what everybody gets`, advice: 'Leave classes to the administrators of the cluster, and slices to the drivers.', cause: 'classes and slices', severity: 2 }]
    const everywhere = ours && resources.some((resource) => resource.startsWith('resourceclaim')) && role.kind === 'ClusterRole' && boundEverywhere(view, role)
    return everywhere ? [{ ...place, summary: `${name} may create claims in every namespace`, advice: 'Bind it with RoleBindings, in the namespaces that may have devices, and with a ResourceQuota there.', cause: 'claims in every namespace' }] : []
  })
}

/** A driver publishes slices from its DaemonSet; its account is in the binding. */
function isDriver(view: View, role: KubeObject): boolean {
  const accounts = bindingsOf(view, role).flatMap((binding) => (Array.isArray(binding['subjects']) ? (binding['subjects'] as readonly { kind?: string; name?: string; namespace?: string }[]) : []))
  return accounts.length > 0 && accounts.every(({ kind, name, namespace }) => kind === 'ServiceAccount' && view.list('apps', 'DaemonSet', namespace).some((set) => (set['spec'] as { template?: { spec?: { serviceAccountName?: string } } } | undefined)?.template?.spec?.serviceAccountName === name))
}

function boundEverywhere(view: View, role: KubeObject): boolean {
  return bindingsOf(view, role).some(({ kind }) => kind === 'ClusterRoleBinding')
}

function bindingsOf(view: View, role: KubeObject): KubeObject[] {
  return ['ClusterRoleBinding', 'RoleBinding'].flatMap((kind) => view.list('rbac.authorization.k8s.io', kind)).filter((binding) => isRecord(binding['roleRef']) && binding['roleRef']['kind'] === role.kind && binding['roleRef']['name'] === role.metadata.name)
}

function adminAccess(view: View, claim: KubeObject): AuditFinding[] {
  const text = JSON.stringify(claim['spec'] ?? {})
  const namespace = view.get({ apiVersion: 'v1', kind: 'Namespace', name: claim.metadata.namespace ?? 'default' })
  if (!text.includes('"adminAccess":true') || namespace?.metadata.labels?.[ADMIN_LABEL] === 'true') return []
  return [{ of: claim, path: ['spec'], summary: `${subjectText(subjectOf(claim))} asks for devices that others use`, advice: `Leave adminAccess out; monitoring needs it only in a namespace with the label ${ADMIN_LABEL}.`, cause: 'access to devices of others', severity: 2 }]
}

export const draClaimRights: AuditRule = {
  id: 'dra-claim-rights',
  title: 'Rights over devices of others',
  severity: 4,
  appliesTo: ['rbac.authorization.k8s.io/ClusterRole', 'rbac.authorization.k8s.io/Role', 'resource.k8s.io/ResourceClaim', 'resource.k8s.io/ResourceClaimTemplate'],
  audit,
  lookAlikes: ['a driver that publishes its slices', 'claims of one namespace', 'rights to read'],
  prevention: 'Classes by administrators, claims by RoleBinding and quota.',
  sources: [{ title: 'Dynamic resource allocation: admin access', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/#admin-access' }],
  reviewBy: '2027-03-31',
}
