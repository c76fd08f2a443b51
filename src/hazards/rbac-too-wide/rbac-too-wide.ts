/** Rights from which one becomes administrator: wildcards, cluster-admin, escalate, bind and impersonate, every Secret, commands in every pod, and the detours: tokens of others, kubelets, admission, certificates. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'

interface Rule {
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly verbs?: readonly string[]
  readonly resourceNames?: readonly string[]
}

const READS = ['get', 'list', 'watch', '*']

function audit({ cluster }: AuditView): AuditFinding[] {
  const roles = ['ClusterRole', 'Role'].flatMap((kind) => cluster.list('rbac.authorization.k8s.io', kind)).filter((role) => !isBuiltIn(role)).flatMap(roleFaults)
  const bindings = ['ClusterRoleBinding', 'RoleBinding'].flatMap((kind) => cluster.list('rbac.authorization.k8s.io', kind)).filter((binding) => !isBuiltIn(binding)).flatMap(bindingFaults)
  return [...roles, ...bindings]
}

/** Those that the API server makes and mends itself. */
function isBuiltIn({ metadata }: KubeObject): boolean {
  return metadata.labels?.['kubernetes.io/bootstrapping'] === 'rbac-defaults' || (metadata.name ?? '').startsWith('system:')
}

function roleFaults(role: KubeObject): AuditFinding[] {
  const rules = Array.isArray(role['rules']) ? (role['rules'] as readonly Rule[]) : []
  return rules.flatMap((rule, index) => {
    const what = whatIsWide(rule, role.kind === 'ClusterRole')
    return what === undefined ? [] : [{ of: role, path: ['rules', index], summary: `${subjectText(subjectOf(role))} ${what.text}`, advice: what.advice, cause: what.cause, severity: what.severity }]
  })
}

interface Wide {
  readonly text: string
  readonly advice: string
  readonly cause: string
  readonly severity: 1 | 2 | 3 | 5
}

interface Detour extends Wide {
  readonly groups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

const WRITES = ['create', 'update', 'patch']

/** Rights that look small and lead to more: each is a way that the good practices of Kubernetes name. */
const DETOURS: readonly Detour[] = [
  { groups: [''], resources: ['nodes/proxy'], verbs: ['get', 'create'], text: 'speak to the kubelets directly, past audit and admission', advice: 'nodes/metrics or nodes/stats, where it reads figures.', cause: 'the kubelets', severity: 2 },
  { groups: [''], resources: ['serviceaccounts/token'], verbs: ['create'], text: 'make tokens of other accounts', advice: 'Name the accounts in resourceNames.', cause: 'tokens of others', severity: 2 },
  { groups: ['admissionregistration.k8s.io'], resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations', 'mutatingadmissionpolicies'], verbs: WRITES, text: 'change what is admitted, and see every object on the way', advice: 'Name its own configuration in resourceNames.', cause: 'admission', severity: 2 },
  { groups: ['certificates.k8s.io'], resources: ['certificatesigningrequests/approval', 'signers'], verbs: ['update', 'patch', 'approve', 'sign'], text: 'approve certificates, also of administrators', advice: 'Name the signer in resourceNames.', cause: 'certificates', severity: 2 },
  { groups: [''], resources: ['persistentvolumes'], verbs: ['create'], text: 'create volumes of any path of a node', advice: 'Let a provisioner create them.', cause: 'volumes of nodes', severity: 3 },
  { groups: [''], resources: ['pods/ephemeralcontainers'], verbs: ['update', 'patch'], text: 'put containers into running pods', advice: 'Give it to people for an hour, and not to a workload.', cause: 'commands in pods', severity: 3 },
  { groups: ['', 'apps', 'batch'], resources: ['pods', 'deployments', 'statefulsets', 'daemonsets', 'jobs', 'cronjobs', 'replicasets', 'replicationcontrollers'], verbs: ['create'], text: 'create pods, and with them use every account and Secret of the namespace', advice: 'Leave it to what deploys; a controller needs it only in namespaces of its own.', cause: 'creating pods', severity: 5 },
]

function whatIsWide({ apiGroups = [], resources = [], verbs = [], resourceNames = [] }: Rule, everywhere: boolean): Wide | undefined {
  const all = resources.includes('*')
  if (verbs.includes('*') && all && apiGroups.includes('*')) return { text: 'may do everything', advice: 'Name groups, resources and verbs.', cause: 'everything', severity: 1 }
  if (verbs.includes('*') && all) return { text: `may do everything to every kind of ${apiGroups.join(', ') || 'the core group'}`, advice: 'Name resources and verbs.', cause: 'wildcards', severity: 2 }
  const climbs = ['escalate', 'bind', 'impersonate'].filter((verb) => verbs.includes(verb))
  if (climbs.length > 0 && resourceNames.length === 0) return { text: `may ${climbs.join(', ')}, and so give itself any right`, advice: 'Name what may be bound or impersonated in resourceNames.', cause: 'rights that make more rights', severity: 1 }
  const touches = (name: string): boolean => resources.includes(name) || all
  if (touches('secrets') && (apiGroups.includes('') || apiGroups.includes('*')) && verbs.some((verb) => READS.includes(verb)) && resourceNames.length === 0) return { text: `may read every Secret${everywhere ? ' of every namespace' : ' of its namespace'}`, advice: 'Name the Secrets in resourceNames, or mount them.', cause: 'every Secret', severity: everywhere ? 2 : 3 }
  if ((resources.includes('pods/exec') || resources.includes('pods/attach')) && verbs.some((verb) => ['create', 'get', '*'].includes(verb))) return { text: 'may run commands in pods', advice: 'Give it to people for an hour, and not to a workload.', cause: 'commands in pods', severity: everywhere ? 2 : 3 }
  const detour = resourceNames.length > 0 ? undefined : DETOURS.find((one) => one.groups.some((group) => apiGroups.includes(group)) && one.resources.some((resource) => resources.includes(resource)) && one.verbs.some((verb) => verbs.includes(verb) || verbs.includes('*')))
  if (detour !== undefined) return { text: `may ${detour.text}`, advice: detour.advice, cause: detour.cause, severity: everywhere && detour.severity === 5 ? 3 : detour.severity }
  if (verbs.includes('*')) return { text: `may do everything to ${resources.join(', ')}`, advice: 'Name the verbs.', cause: 'every verb', severity: 3 }
  return undefined
}

function bindingFaults(binding: KubeObject): AuditFinding[] {
  const role = binding['roleRef'] as { kind?: string; name?: string } | undefined
  const subjects = Array.isArray(binding['subjects']) ? (binding['subjects'] as readonly { kind?: string; name?: string; namespace?: string }[]) : []
  const everybody = subjects.findIndex(({ name }) => ['system:anonymous', 'system:unauthenticated', 'system:authenticated', 'system:serviceaccounts'].includes(name ?? ''))
  const of = subjectText(subjectOf(binding))
  return [
    ...(role?.name === 'cluster-admin' && subjects.length > 0 ? [{ of: binding, path: ['roleRef', 'name'], summary: `${of} makes ${subjects.map(({ kind = '', name = '' }) => `${kind} ${name}`).join(', ')} administrator${binding.kind === 'RoleBinding' ? ' of its namespace' : ''}`, advice: 'Bind a role with what it needs.', cause: 'cluster-admin', severity: binding.kind === 'RoleBinding' ? (3 as const) : (2 as const) }] : []),
    ...(everybody >= 0 ? [{ of: binding, path: ['subjects', everybody], summary: `${of} gives ${role?.name ?? ''} to ${subjects[everybody]?.name ?? ''}, which is everybody`, advice: 'Name the accounts.', cause: 'everybody', severity: 1 as const }] : []),
  ]
}

export const rbacTooWide: AuditRule = {
  id: 'rbac-too-wide',
  title: 'Rights from which one becomes administrator',
  severity: 2,
  appliesTo: ['ClusterRole', 'Role', 'ClusterRoleBinding', 'RoleBinding'].map((kind) => `rbac.authorization.k8s.io/${kind}`),
  audit,
  lookAlikes: ['roles that the API server makes itself', 'a Secret or role named in resourceNames', 'a wildcard of verbs on one resource, which is milder', 'pods that are only read'],
  prevention: 'Roles generated from what was used, in a namespace where that is enough.',
  sources: [{ title: 'RBAC good practices', url: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/' }],
  reviewBy: '2027-06-30',
}
