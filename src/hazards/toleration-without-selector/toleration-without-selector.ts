/** A toleration lets a pod onto special nodes and does not send it there: without a selector it lands anywhere, and the dear node may take it too. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditTemplates, ownerText, WORKLOAD_KINDS } from '../shared/templates.ts'

/** Taints of the system, which come and go: to tolerate them says nothing about where a pod belongs. */
const SYSTEM = /^(node(-role)?\.kubernetes\.io\/|node\.cloudprovider\.kubernetes\.io\/|CriticalAddonsOnly$|node\.cilium\.io\/|ToBeDeletedByClusterAutoscaler$|karpenter\.sh\/)/

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditTemplates(cluster, (template) => {
    const { spec, path, owner } = template
    const sent = Object.keys(spec.nodeSelector ?? {}).length > 0 || spec.affinity?.nodeAffinity !== undefined || asksForDevice(spec.containers)
    if (owner.kind === 'DaemonSet' || sent) return []
    return (spec.tolerations ?? []).flatMap(({ key, effect }, index) => {
      if (key === undefined || key === '' || SYSTEM.test(key) || effect === 'PreferNoSchedule') return []
      return [{ path: [...path, 'tolerations', index], summary: `${ownerText(template)} tolerates ${key} and is sent nowhere`, advice: 'Add a nodeSelector (or node affinity) with the label of those nodes.' }]
    })
  })
}

/** The extended resource leads it there. */
function asksForDevice(containers: readonly { readonly resources?: { readonly limits?: Readonly<Record<string, unknown>> } }[]): boolean {
  return containers.some(({ resources }) => Object.keys(resources?.limits ?? {}).some((name) => name.includes('/')))
}

export const tolerationWithoutSelector: AuditRule = {
  id: 'toleration-without-selector',
  title: 'A toleration that sends the pod nowhere',
  severity: 4,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['a node agent, which belongs on every node', 'a taint of the system', 'a pod that asks for the device of those nodes'],
  prevention: 'Taint and label special nodes with the same word, and use both.',
  sources: [{ title: 'Taints and tolerations: dedicated nodes', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#example-use-cases' }],
  reviewBy: '2027-06-30',
}
