/** A workload with data of a class that the site keeps apart, on the ordinary runtime: a container that is broken out of is on the kernel of its neighbours. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditTemplates, ownerText, WORKLOAD_KINDS } from '../shared/templates.ts'

function audit({ cluster, site }: AuditView): AuditFinding[] {
  if (Object.keys(site.runtimeClasses).length === 0) return []
  return auditTemplates(cluster, (template) => {
    const { dataClass } = site.factsOf(template.owner, cluster)
    const wanted = dataClass === undefined ? undefined : site.runtimeClasses[dataClass]
    const named = template.spec.runtimeClassName
    if (wanted === undefined || (named !== undefined && wanted.includes(named))) return []
    return [{ path: [...template.path, ...(named === undefined ? [] : ['runtimeClassName'])], summary: `${ownerText(template)} holds ${dataClass ?? ''} data and runs ${named === undefined ? 'on the ordinary runtime' : `with runtime class ${named}`}`, advice: `runtimeClassName: ${wanted.join(' or ')}` }]
  })
}

export const dataClassNotIsolated: AuditRule = {
  id: 'data-class-not-isolated',
  title: 'Data of a guarded class on an ordinary runtime',
  severity: 2,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['data of another class', 'a site that asks for no runtime', 'a workload of which no setting says what data it holds'],
  prevention: 'Classes of data in the settings, and a runtime class for those that are kept apart.',
  sources: [{ title: 'Runtime class', url: 'https://kubernetes.io/docs/concepts/containers/runtime-class/' }],
  reviewBy: '2027-06-30',
}
