/** 
 * A workload or binding that names what is not there: an account, a claim, a ConfigMap, a priority, a runtime, a role. In all of a cluster
 * that is certain. In a folder, which is a part of one, it is said only where the name is a slip of one that is there, or where
 * things of that kind are plainly kept in the same place.
 */

import type { AuditFinding, AuditView, FieldPath } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { configReferences } from '../shared/references.ts'
import { meantBy } from '../shared/spelling.ts'
import { ownerText, podTemplates, WORKLOAD_KINDS, type PodTemplate } from '../shared/templates.ts'

interface Reference {
  readonly of: KubeObject
  readonly path: FieldPath
  readonly by: string
  readonly kind: string
  readonly group: string
  readonly name: string
  /** Absent for kinds without one. */
  readonly namespace?: string
  /** Kept beside their users in every repository that has any: one of the namespace missing is a finding. */
  readonly keptTogether: boolean
}

function audit(view: AuditView): AuditFinding[] {
  const all = [...podTemplates(view.cluster).flatMap(ofTemplate), ...['RoleBinding', 'ClusterRoleBinding'].flatMap((kind) => view.cluster.list('rbac.authorization.k8s.io', kind)).flatMap(ofBinding)]
  return all.flatMap((reference) => judge(view, reference))
}

function judge({ cluster, complete }: AuditView, { of, path, by, kind, group, name, namespace, keptTogether }: Reference): AuditFinding[] {
  const kin = (namespace === undefined ? cluster.list(group, kind) : cluster.list(group, kind, namespace)).map(({ metadata }) => metadata.name ?? '')
  if (kin.includes(name) || name.includes('$')) return []
  const meant = meantBy(name, kin)
  if (!complete && meant === undefined && (!keptTogether || kin.length === 0)) return []
  return [{ of, path, summary: `${by} names ${kind} ${name}, which is not there`, advice: meant === undefined ? `Create it, or name one that exists${kin.length > 0 && kin.length <= 5 ? `: ${kin.toSorted().join(', ')}` : ''}.` : `Is ${meant} meant?`, cause: `${kind} is not there` }]
}

function ofTemplate(template: PodTemplate): Reference[] {
  const { owner, spec, path, namespace } = template
  const to = (kind: string, name: string | undefined, at: FieldPath): Reference[] => {
    const group = GROUPS[kind] ?? ''
    return name === undefined || name === '' ? [] : [{ of: owner, path: [...path, ...at], by: ownerText(template), kind, group, name, keptTogether: kind === 'ServiceAccount', ...(group === '' ? { namespace } : {}) }]
  }
  const config = configReferences(spec).filter(({ kind, name }, index, every) => every.findIndex((other) => other.kind === kind && other.name === name) === index)
  return [
    ...to('ServiceAccount', spec.serviceAccountName === 'default' ? undefined : spec.serviceAccountName, ['serviceAccountName']),
    ...to('PriorityClass', spec.priorityClassName?.startsWith('system-') === true ? undefined : spec.priorityClassName, ['priorityClassName']),
    ...to('RuntimeClass', spec.runtimeClassName, ['runtimeClassName']),
    ...(spec.volumes ?? []).flatMap(({ persistentVolumeClaim }, index) => to('PersistentVolumeClaim', persistentVolumeClaim?.claimName, ['volumes', index, 'persistentVolumeClaim', 'claimName'])),
    ...config.flatMap(({ kind, name }) => to(kind, name, [])),
  ]
}

const GROUPS: Readonly<Record<string, string>> = { PriorityClass: 'scheduling.k8s.io', RuntimeClass: 'node.k8s.io' }

function ofBinding(binding: KubeObject): Reference[] {
  const role = binding['roleRef'] as { kind?: string; name?: string } | undefined
  if (role?.name === undefined || role.name.startsWith('system:') || ['cluster-admin', 'admin', 'edit', 'view'].includes(role.name)) return []
  const kind = role.kind ?? 'Role'
  const { namespace } = binding.metadata
  return [{ of: binding, path: ['roleRef', 'name'], by: subjectText(subjectOf(binding)), kind, group: 'rbac.authorization.k8s.io', name: role.name, keptTogether: kind === 'Role', ...(kind === 'Role' && namespace !== undefined ? { namespace } : {}) }]
}

export const referenceMissing: AuditRule = {
  id: 'reference-missing',
  title: 'A name that leads nowhere',
  severity: 3,
  appliesTo: [...WORKLOAD_KINDS, 'rbac.authorization.k8s.io/RoleBinding', 'rbac.authorization.k8s.io/ClusterRoleBinding'],
  audit,
  lookAlikes: ['something that is made elsewhere, such as a Secret from a store', 'a reference that is optional', 'the default account, and roles that the API server brings along'],
  prevention: 'Render both sides from one source, and apply with a dry run on the server.',
  sources: [
    { title: 'Configure service accounts for pods', url: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/' },
    { title: 'Using RBAC authorization', url: 'https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects' },
  ],
  reviewBy: '2027-06-30',
}
