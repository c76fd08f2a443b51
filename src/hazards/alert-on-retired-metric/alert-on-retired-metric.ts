/** An alert or dashboard rule that reads a device plugin's metric only: with dynamic resource allocation the devices are not counted there any more. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'

const OLD = /\bkubelet_device_plugin_(alloc_duration_seconds|registration_total|allocations?)\w*/
const NEW = /\bdra_|resourceclaim|resource_claim/i

function audit({ cluster }: AuditView): AuditFinding[] {
  return cluster.list('monitoring.coreos.com', 'PrometheusRule').flatMap((rule) => {
    const groups = (rule['spec'] as { groups?: readonly { rules?: readonly { expr?: unknown; alert?: string }[] }[] } | undefined)?.groups ?? []
    return groups.flatMap(({ rules = [] }, group) =>
      rules.flatMap(({ expr, alert }, index) => {
        const metric = OLD.exec(String(expr))?.[0]
        if (metric === undefined || NEW.test(String(expr))) return []
        return [{ of: rule, path: ['spec', 'groups', group, 'rules', index, 'expr'], summary: `${alert ?? 'a rule'} of ${subjectText(subjectOf(rule))} reads ${metric}, which does not see devices that are claimed`, advice: 'Count ResourceClaims and their state beside it.' }]
      }),
    )
  })
}

export const alertOnRetiredMetric: AuditRule = {
  id: 'alert-on-retired-metric',
  title: 'An alert that does not see claimed devices',
  severity: 5,
  appliesTo: ['monitoring.coreos.com/PrometheusRule'],
  audit,
  lookAlikes: ['a rule that reads both', 'another metric of the kubelet'],
  prevention: 'Alerts on claims that wait.',
  sources: [{ title: 'Dynamic resource allocation', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/' }],
  reviewBy: '2027-03-31',
}
