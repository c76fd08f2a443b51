/**
 * Discovery: the kinds that commands may name, under every spelling that kubectl takes. What is not here is refused,
 * because nobody can say what an unknown kind holds; a site adds its own kinds in its settings.
 */

export interface KindInfo {
  readonly kind: string
  /** Empty for the core group. */
  readonly group: string
  readonly versions: readonly string[]
  readonly plural: string
  readonly shortNames: readonly string[]
  readonly namespaced: boolean
}

/** `kind plural shortNames…`, by group and scope (Kubernetes API reference 1.33; `kubectl api-resources`). */
const TABLE: readonly { readonly group: string; readonly versions: readonly string[]; readonly namespaced: boolean; readonly kinds: readonly string[] }[] = [
  {
    group: '', versions: ['v1'], namespaced: true,
    kinds: [
      'Pod pods po', 'Service services svc', 'ConfigMap configmaps cm', 'Secret secrets', 'PersistentVolumeClaim persistentvolumeclaims pvc', 'ServiceAccount serviceaccounts sa',
      'Event events ev', 'Endpoints endpoints ep', 'LimitRange limitranges limits', 'ResourceQuota resourcequotas quota', 'ReplicationController replicationcontrollers rc', 'PodTemplate podtemplates',
    ],
  },
  { group: '', versions: ['v1'], namespaced: false, kinds: ['Namespace namespaces ns', 'Node nodes no', 'PersistentVolume persistentvolumes pv', 'ComponentStatus componentstatuses cs'] },
  { group: 'apps', versions: ['v1'], namespaced: true, kinds: ['Deployment deployments deploy', 'ReplicaSet replicasets rs', 'StatefulSet statefulsets sts', 'DaemonSet daemonsets ds', 'ControllerRevision controllerrevisions'] },
  { group: 'batch', versions: ['v1'], namespaced: true, kinds: ['Job jobs', 'CronJob cronjobs cj'] },
  { group: 'autoscaling', versions: ['v2', 'v1'], namespaced: true, kinds: ['HorizontalPodAutoscaler horizontalpodautoscalers hpa'] },
  { group: 'policy', versions: ['v1'], namespaced: true, kinds: ['PodDisruptionBudget poddisruptionbudgets pdb'] },
  { group: 'networking.k8s.io', versions: ['v1'], namespaced: true, kinds: ['Ingress ingresses ing', 'NetworkPolicy networkpolicies netpol'] },
  { group: 'networking.k8s.io', versions: ['v1'], namespaced: false, kinds: ['IngressClass ingressclasses'] },
  { group: 'rbac.authorization.k8s.io', versions: ['v1'], namespaced: true, kinds: ['Role roles', 'RoleBinding rolebindings'] },
  { group: 'rbac.authorization.k8s.io', versions: ['v1'], namespaced: false, kinds: ['ClusterRole clusterroles', 'ClusterRoleBinding clusterrolebindings'] },
  { group: 'apiextensions.k8s.io', versions: ['v1'], namespaced: false, kinds: ['CustomResourceDefinition customresourcedefinitions crd crds'] },
  { group: 'argoproj.io', versions: ['v1alpha1'], namespaced: true, kinds: ['Rollout rollouts ro'] },
]

const BUILT_IN: readonly KindInfo[] = TABLE.flatMap(({ kinds, ...shared }) =>
  kinds.map((line) => {
    const [kind = '', plural = '', ...shortNames] = line.split(' ')
    return { kind, plural, shortNames, ...shared }
  }),
)

/** Words that stand for many kinds at once. What they expand to is the cluster's to say, so nobody can judge them here. */
const CATEGORIES: readonly string[] = ['all']

export type ResolvedKind = { readonly type: 'known'; readonly info: KindInfo } | { readonly type: 'category' } | { readonly type: 'unknown' }

const BY_WORD = indexOf(BUILT_IN)

/** `po`, `PODS`, `Pod`, `pods.v1.`, `deployments.apps`, `deployments.v1.apps` to their kind. */
export function resolveKind(text: string, more: readonly KindInfo[] = []): ResolvedKind {
  const lower = text.toLowerCase()
  if (CATEGORIES.includes(lower)) return { type: 'category' }
  const info = [...(BY_WORD.get(lower) ?? []), ...(more.length === 0 ? [] : (indexOf(more).get(lower) ?? []))][0]
  return info === undefined ? { type: 'unknown' } : { type: 'known', info }
}

/** How the kind is written in a command of ours: `pods`, `deployments.apps`. */
export function resourceName({ plural, group }: KindInfo): string {
  return group === '' ? plural : `${plural}.${group}`
}

function indexOf(kinds: readonly KindInfo[]): ReadonlyMap<string, readonly KindInfo[]> {
  const index = new Map<string, KindInfo[]>()
  for (const info of kinds) {
    for (const word of spellings(info)) index.set(word, [...(index.get(word) ?? []), info])
  }
  return index
}

function spellings({ kind, plural, shortNames, group, versions }: KindInfo): string[] {
  const words = [plural, kind.toLowerCase(), ...shortNames]
  // The version in the middle makes the group explicit, also the empty one: `pods.v1.`
  const suffixes = ['', ...(group === '' ? ['.'] : [`.${group}`]), ...versions.map((version) => `.${version}.${group}`)]
  return [...new Set(words.flatMap((word) => suffixes.map((suffix) => `${word}${suffix}`)))]
}
