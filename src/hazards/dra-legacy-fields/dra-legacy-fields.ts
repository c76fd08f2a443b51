/**
 * Dynamic resource allocation as it was before it became stable: ResourceClass, structuredParameters, allocationMode, the field
 * `source` of a pod. The API is resource.k8s.io/v1, on by default; alpha and beta versions are refused one after the other.
 */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import { auditTemplates, ownerText, WORKLOAD_KINDS } from '../shared/templates.ts'

const KINDS: Readonly<Record<string, string>> = {
  ResourceClass: 'a DeviceClass with CEL selectors: spec.selectors[].cel.expression',
  ResourceClassParameters: 'selectors and config of a DeviceClass',
  ResourceClaimParameters: 'requests of the ResourceClaim: spec.devices.requests',
  PodSchedulingContext: 'nothing: the scheduler allocates devices itself',
}
const FIELDS: readonly (readonly [string, readonly string[]])[] = [['spec', ['allocationMode', 'resourceClassName', 'parametersRef']], ['spec.spec', ['allocationMode', 'resourceClassName', 'parametersRef']], ['', ['driverName', 'structuredParameters', 'parametersRef']]]

function audit({ cluster }: AuditView): AuditFinding[] {
  const kinds = Object.entries(KINDS).flatMap(([kind, instead]) => cluster.list('resource.k8s.io', kind).map((object): AuditFinding => ({ of: object, path: ['kind'], summary: `${subjectText(subjectOf(object))}: the kind ${kind} is gone`, advice: `Use ${instead}.`, cause: 'a kind that is gone', severity: 2 })))
  const fields = ['ResourceClaim', 'ResourceClaimTemplate'].flatMap((kind) => cluster.list('resource.k8s.io', kind)).flatMap((object) =>
    FIELDS.flatMap(([at, names]) => {
      const steps = at === '' ? [] : at.split('.')
      const inside = steps.reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], object) as Record<string, unknown> | undefined
      return names.filter((name) => inside?.[name] !== undefined).map((name): AuditFinding => ({ of: object, path: [...steps, name], summary: `${subjectText(subjectOf(object))} sets ${name}, a field of the alpha`, advice: 'spec.devices.requests: [{name: gpu, exactly: {deviceClassName: …}}]', cause: 'a field that is gone' }))
    }),
  )
  const pods = auditTemplates(cluster, (template) =>
    ((template.spec as { resourceClaims?: readonly { name?: string; source?: object }[] }).resourceClaims ?? []).flatMap((claim, index) => (claim.source === undefined ? [] : [{ path: [...template.path, 'resourceClaims', index, 'source'], summary: `${ownerText(template)} names its claim under source, a field of the alpha`, advice: 'resourceClaims: [{name: gpu, resourceClaimTemplateName: …}]', cause: 'a field that is gone' }])),
  )
  return [...kinds, ...fields, ...pods]
}

export const draLegacyFields: AuditRule = {
  id: 'dra-legacy-fields',
  title: 'Dynamic resource allocation as it was in its alpha',
  severity: 3,
  appliesTo: ['resource.k8s.io/ResourceClass', 'resource.k8s.io/ResourceClaim', 'resource.k8s.io/ResourceClaimTemplate', 'resource.k8s.io/PodSchedulingContext', ...WORKLOAD_KINDS],
  audit,
  lookAlikes: ['allocationMode inside a request, which is a field of the stable API', 'a DeviceClass'],
  prevention: 'Write against resource.k8s.io/v1: ResourceClaim, ResourceClaimTemplate, DeviceClass; ResourceSlice comes from the driver.',
  sources: [
    { title: 'Dynamic resource allocation', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/' },
    { title: 'KEP-4381: structured parameters', url: 'https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/4381-dra-structured-parameters' },
  ],
  reviewBy: '2027-03-31',
}
