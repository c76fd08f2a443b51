/** 
 * Fields and annotations that newer versions ignore or refuse: what they asked for no longer happens, and nothing says so. Annotations for
 * seccomp are the worst of them, because a pod that was confined runs on without.
 */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import { auditTemplates, ownerText, podTemplates, WORKLOAD_KINDS, type PodTemplate } from '../shared/templates.ts'

type Fault = Omit<AuditFinding, 'of'>

/** By the beginning of the key; where nothing reads them any more it is a fault, else a debt. */
const ANNOTATIONS: readonly { readonly key: string; readonly instead: string; readonly ignored: boolean }[] = [
  { key: 'seccomp.security.alpha.kubernetes.io/pod', instead: 'securityContext.seccompProfile', ignored: true },
  { key: 'container.seccomp.security.alpha.kubernetes.io/', instead: 'securityContext.seccompProfile of the container', ignored: true },
  { key: 'container.apparmor.security.beta.kubernetes.io/', instead: 'securityContext.appArmorProfile', ignored: false },
  { key: 'scheduler.alpha.kubernetes.io/critical-pod', instead: 'priorityClassName', ignored: true },
  { key: 'scheduler.alpha.kubernetes.io/tolerations', instead: 'tolerations', ignored: true },
]
const LABELS: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
  'node-role.kubernetes.io/master': 'node-role.kubernetes.io/control-plane',
}

function audit({ cluster }: AuditView): AuditFinding[] {
  const ingresses = cluster.list('networking.k8s.io', 'Ingress').flatMap((ingress): AuditFinding[] => (ingress.metadata.annotations?.['kubernetes.io/ingress.class'] === undefined ? [] : [{ of: ingress, path: ['metadata', 'annotations', 'kubernetes.io/ingress.class'], summary: `${subjectText(subjectOf(ingress))} names its class in an annotation`, advice: 'spec.ingressClassName', cause: 'the annotation kubernetes.io/ingress.class' }]))
  return [...(podTemplates(cluster).length === 0 ? [] : auditTemplates(cluster, (template) => [...annotations(template), ...selectors(template), ...fields(template)])), ...ingresses]
}

function annotations(template: PodTemplate): Fault[] {
  const at = template.owner.kind === 'Pod' ? ['metadata', 'annotations'] : [...template.path.slice(0, -1), 'metadata', 'annotations']
  return Object.keys(template.annotations).flatMap((name): Fault[] => {
    const found = ANNOTATIONS.find(({ key }) => (key.endsWith('/') ? name.startsWith(key) : name === key))
    return found === undefined ? [] : [{ path: [...at, name], summary: `${ownerText(template)} asks by the annotation ${name}${found.ignored ? ', which nothing reads any more' : ', which is deprecated'}`, advice: `Use ${found.instead}.`, cause: `the annotation ${found.key}`, severity: found.ignored ? 2 : 5 }]
  })
}

/** Labels that nodes no longer carry: the pod then fits nowhere. */
function selectors(template: PodTemplate): Fault[] {
  const { spec, path } = template
  const spread = (spec.topologySpreadConstraints ?? []).flatMap(({ topologyKey }, index) => (LABELS[topologyKey] === undefined ? [] : [{ key: topologyKey, path: [...path, 'topologySpreadConstraints', index, 'topologyKey'] }]))
  const chosen = Object.keys(spec.nodeSelector ?? {}).flatMap((key) => (LABELS[key] === undefined ? [] : [{ key, path: [...path, 'nodeSelector', key] }]))
  return [...chosen, ...spread].map(({ key, path: at }) => ({ path: at, summary: `${ownerText(template)} looks for ${key}, a label that nodes lose or have lost`, advice: `Use ${LABELS[key] ?? ''}.`, cause: `the label ${key}` }))
}

function fields(template: PodTemplate): Fault[] {
  const { spec, path } = template
  const account = spec.serviceAccount !== undefined && spec.serviceAccountName === undefined
  const repositories = (spec.volumes ?? []).flatMap((volume, index): Fault[] => (volume.gitRepo === undefined ? [] : [{ path: [...path, 'volumes', index, 'gitRepo'], summary: `${ownerText(template)} uses a gitRepo volume, which is switched off`, advice: 'Clone in an init container into an emptyDir.', cause: 'gitRepo', severity: 2 }]))
  return [...(account ? [{ path: [...path, 'serviceAccount'], summary: `${ownerText(template)} names its account by serviceAccount`, advice: 'serviceAccountName', cause: 'the field serviceAccount', severity: 5 as const }] : []), ...repositories]
}

export const retiredField: AuditRule = {
  id: 'retired-field',
  title: 'A field that newer versions do not read',
  severity: 3,
  appliesTo: [...WORKLOAD_KINDS, 'networking.k8s.io/Ingress'],
  audit,
  lookAlikes: ['serviceAccount beside serviceAccountName, which the API server adds', 'an annotation with a name that only begins alike', 'the label that replaced it'],
  prevention: 'Read the notes of each minor version; convert manifests when an annotation becomes a field.',
  sources: [
    { title: 'Seccomp', url: 'https://kubernetes.io/docs/reference/node/seccomp/' },
    { title: 'Well-known labels, annotations and taints', url: 'https://kubernetes.io/docs/reference/labels-annotations-taints/' },
    { title: 'Volumes: gitRepo', url: 'https://kubernetes.io/docs/concepts/storage/volumes/#gitrepo' },
  ],
  reviewBy: '2027-06-30',
}
