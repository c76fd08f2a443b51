/** Leftovers of AAD Pod Identity, which was archived: its objects and labels do nothing, and a pod that relies on them gets no token. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import { auditTemplates, ownerText, WORKLOAD_KINDS } from '../shared/templates.ts'

const KINDS = ['AzureIdentity', 'AzureIdentityBinding', 'AzureAssignedIdentity', 'AzurePodIdentityException']
const ADVICE = 'Annotate the service account with azure.workload.identity/client-id, label the pods azure.workload.identity/use: "true", and delete this.'

function audit({ cluster }: AuditView): AuditFinding[] {
  const objects = KINDS.flatMap((kind) => cluster.list('aadpodidentity.k8s.io', kind)).map((object): AuditFinding => ({ of: object, path: ['kind'], summary: `${subjectText(subjectOf(object))} belongs to AAD Pod Identity, which is no longer maintained`, advice: ADVICE }))
  const pods = auditTemplates(cluster, (template) => (template.labels['aadpodidbinding'] === undefined ? [] : [{ path: [...template.path.slice(0, -1), 'metadata', 'labels', 'aadpodidbinding'], summary: `${ownerText(template)} asks AAD Pod Identity for its identity`, advice: ADVICE }]))
  return [...objects, ...pods]
}

export const podIdentityLeftover: AuditRule = {
  id: 'pod-identity-leftover',
  title: 'Leftovers of AAD Pod Identity',
  severity: 3,
  appliesTo: [...KINDS.map((kind) => `aadpodidentity.k8s.io/${kind}`), ...WORKLOAD_KINDS],
  audit,
  lookAlikes: ['labels of workload identity', 'a label of the same words with another key'],
  prevention: 'Workload identity for everything, and its predecessor deleted when the last pod has moved.',
  sources: [{ title: 'Migrate from pod-managed identity to workload identity', url: 'https://learn.microsoft.com/en-us/azure/aks/workload-identity-migrate-from-pod-identity' }],
  reviewBy: '2027-06-30',
}
