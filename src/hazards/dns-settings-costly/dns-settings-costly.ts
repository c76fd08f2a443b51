/** Name resolution that fails or costs: a pod on the network of its host that asks the node in place of the cluster, or search paths that make one lookup five. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditTemplates, ownerText, WORKLOAD_KINDS } from '../shared/templates.ts'

/** What the cluster gives when nothing is said; more multiplies every lookup of a name outside. */
const USUAL_DOTS = 5

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditTemplates(cluster, (template) => {
    const { spec, path } = template
    const blind = spec.hostNetwork === true && (spec.dnsPolicy ?? 'ClusterFirst') === 'ClusterFirst'
    const dots = (spec.dnsConfig?.options ?? []).findIndex(({ name, value }) => name === 'ndots' && Number(value) >= USUAL_DOTS)
    return [
      ...(blind ? [{ path: [...path, spec.dnsPolicy === undefined ? 'hostNetwork' : 'dnsPolicy'], summary: `${ownerText(template)} is on the network of its host and so finds no Service by its name`, advice: 'dnsPolicy: ClusterFirstWithHostNet', cause: 'no names of the cluster' }] : []),
      ...(dots < 0 ? [] : [{ path: [...path, 'dnsConfig', 'options', dots], summary: `${ownerText(template)} tries every search path before it asks for a name outside`, advice: 'ndots: 2, and a dot at the end of names outside.', cause: 'lookups that multiply', severity: 5 as const }]),
    ]
  })
}

export const dnsSettingsCostly: AuditRule = {
  id: 'dns-settings-costly',
  title: 'Name resolution that fails or costs',
  severity: 4,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['a node agent that asks for ClusterFirstWithHostNet', 'fewer dots', 'nothing said, where the default of the cluster holds'],
  prevention: 'ClusterFirstWithHostNet wherever hostNetwork is.',
  sources: [{ title: 'DNS for Services and pods: policy', url: 'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy' }],
  reviewBy: '2027-06-30',
}
