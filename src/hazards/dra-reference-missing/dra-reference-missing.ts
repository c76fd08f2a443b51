/** Names that must meet and do not: a container asks for a claim that its pod does not list, or the pod names a template that is not there. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import type { View } from '../../model/view.ts'
import { auditTemplates, containersOfTemplate, containerText, ownerText, WORKLOAD_KINDS, type PodTemplate } from '../shared/templates.ts'

interface Claim {
  readonly name?: string
  readonly resourceClaimName?: string
  readonly resourceClaimTemplateName?: string
  readonly source?: { readonly resourceClaimName?: string; readonly resourceClaimTemplateName?: string }
}

function audit({ cluster, complete }: AuditView): AuditFinding[] {
  return auditTemplates(cluster, (template) => [...unlisted(template), ...absent(cluster, template, complete), ...unused(template)])
}

function claimsOf({ spec }: PodTemplate): readonly Claim[] {
  return (spec as { resourceClaims?: readonly Claim[] }).resourceClaims ?? []
}

type Fault = Omit<AuditFinding, 'of'>

function unlisted(template: PodTemplate): Fault[] {
  const listed = new Set(claimsOf(template).map(({ name }) => name))
  return containersOfTemplate(template).flatMap((item) =>
    ((item.container.resources as { claims?: readonly { name?: string }[] } | undefined)?.claims ?? []).flatMap(({ name = '' }, index): Fault[] => (listed.has(name) ? [] : [{ path: [...item.path, 'resources', 'claims', index], summary: `${containerText(item)} asks for claim ${name}, which its pod does not list`, advice: `Add resourceClaims: [{name: ${name}, …}] to the pod.`, cause: 'a claim that is not listed', severity: 2 }])),
  )
}

/** A kind of which nothing was scanned may well be elsewhere. */
function absent(view: View, template: PodTemplate, complete: boolean): Fault[] {
  return claimsOf(template).flatMap((claim, index): Fault[] => {
    const [kind, name] = claim.resourceClaimTemplateName !== undefined || claim.source?.resourceClaimTemplateName !== undefined ? ['ResourceClaimTemplate', claim.resourceClaimTemplateName ?? claim.source?.resourceClaimTemplateName] : ['ResourceClaim', claim.resourceClaimName ?? claim.source?.resourceClaimName]
    const known = complete || view.list('resource.k8s.io', kind, template.namespace).length > 0
    if (name === undefined || !known || view.list('resource.k8s.io', kind, template.namespace).some(({ metadata }) => metadata.name === name)) return []
    return [{ path: [...template.path, 'resourceClaims', index], summary: `${ownerText(template)} names ${kind} ${name}, which is not in its namespace`, advice: `Create it in ${template.namespace}: claims and templates are namespaced.`, cause: `a ${kind} that is not there`, severity: 2 }]
  })
}

function unused(template: PodTemplate): Fault[] {
  const asked = new Set(containersOfTemplate(template).flatMap(({ container }) => ((container.resources as { claims?: readonly { name?: string }[] } | undefined)?.claims ?? []).map(({ name }) => name)))
  return claimsOf(template).flatMap(({ name = '' }, index): Fault[] => (asked.has(name) ? [] : [{ path: [...template.path, 'resourceClaims', index], summary: `${ownerText(template)} claims ${name}, and no container uses it`, advice: `Add resources.claims: [{name: ${name}}] to the container.`, cause: 'a claim that nobody uses', severity: 4 }]))
}

export const draReferenceMissing: AuditRule = {
  id: 'dra-reference-missing',
  title: 'A claim of a device that leads nowhere',
  severity: 3,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['a template scanned without others of its kind, which may lie elsewhere', 'the old nesting under source, which is told by another rule'],
  prevention: 'Render pod, template and class from one source.',
  sources: [{ title: 'Dynamic resource allocation', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/' }],
  reviewBy: '2027-03-31',
}
