/**
 * The rights of the user aws-batch, under which AWS Batch acts in an EKS cluster. Reading goes over the whole cluster, writing belongs
 * into the namespace of the jobs; a missing verb is found when the first job should start.
 */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import type { View } from '../../model/view.ts'

const GROUP = 'rbac.authorization.k8s.io'
const USER = 'aws-batch'
const NEEDED: readonly (readonly [string, readonly string[]])[] = [['namespaces', ['get']], ['nodes', ['get', 'list', 'watch']], ['pods', ['get', 'list', 'watch']]]

interface Rule {
  readonly resources?: readonly string[]
  readonly verbs?: readonly string[]
}

function audit({ cluster }: AuditView): AuditFinding[] {
  return cluster.list(GROUP, 'ClusterRoleBinding').filter(isForBatch).flatMap((binding) => {
    const name = (binding['roleRef'] as { name?: string } | undefined)?.name ?? ''
    const role = cluster.get({ apiVersion: `${GROUP}/v1`, kind: 'ClusterRole', name })
    return role === undefined ? [] : [...missing(role), ...writesEverywhere(cluster, role)]
  })
}

function isForBatch(binding: KubeObject): boolean {
  return (Array.isArray(binding['subjects']) ? (binding['subjects'] as readonly { kind?: string; name?: string }[]) : []).some(({ kind, name }) => kind === 'User' && name === USER)
}

function rulesOf(role: KubeObject): readonly Rule[] {
  return Array.isArray(role['rules']) ? (role['rules'] as readonly Rule[]) : []
}

function missing(role: KubeObject): AuditFinding[] {
  const lacks = NEEDED.flatMap(([resource, verbs]) => verbs.filter((verb) => !rulesOf(role).some(({ resources = [], verbs: given = [] }) => (resources.includes(resource) || resources.includes('*')) && (given.includes(verb) || given.includes('*')))).map((verb) => `${verb} ${resource}`))
  return lacks.length === 0 ? [] : [{ of: role, path: ['rules'], summary: `${subjectText(subjectOf(role))} of ${USER} lacks ${lacks.join(', ')}`, advice: 'Give the reading rights of the vendor\'s guide to the ClusterRole.', cause: 'a verb is missing' }]
}

function writesEverywhere(view: View, role: KubeObject): AuditFinding[] {
  return rulesOf(role).flatMap(({ resources = [], verbs = [] }, index) => {
    const writing = verbs.filter((verb) => ['create', 'delete', 'patch', 'update', '*'].includes(verb))
    if (!resources.includes('pods') || writing.length === 0) return []
    const split = view.list(GROUP, 'RoleBinding').some(isForBatch)
    return [{ of: role, path: ['rules', index], summary: `${subjectText(subjectOf(role))} lets ${USER} ${writing.join(', ')} pods in every namespace`, advice: split ? 'Take the writing verbs out: the Role in the namespace of the jobs has them.' : 'Move the writing verbs into a Role in the namespace of the jobs, bound to the same user.', cause: 'writing in every namespace' }]
  })
}

export const batchUserRights: AuditRule = {
  id: 'batch-user-rights',
  title: 'AWS Batch may do too little, or too much',
  severity: 3,
  appliesTo: [`${GROUP}/ClusterRoleBinding`],
  audit,
  lookAlikes: ['a ClusterRole of another user', 'writing rights in a Role of one namespace'],
  prevention: 'The two roles of the vendor\'s guide: reading for the cluster, writing for the namespace.',
  sources: [{ title: 'AWS Batch on Amazon EKS: getting started', url: 'https://docs.aws.amazon.com/batch/latest/userguide/getting-started-eks.html' }],
  reviewBy: '2027-03-31',
}
