/** An image from a registry that the site does not take images from: the day on which that registry is slow, closed or asks for money, pods do not start. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { isAllowed, mirrored } from '../shared/allowed-images.ts'
import { auditImages } from '../shared/audit-images.ts'
import { WORKLOAD_KINDS } from '../shared/templates.ts'

function audit(view: AuditView): AuditFinding[] {
  const { registries, mirrors } = view.site
  if (registries.length === 0) return []
  return auditImages(view, (image) => {
    if (isAllowed(image, registries)) return undefined
    const instead = mirrored(image, mirrors)
    return { says: 'this registry is not on the list of the site', advice: instead === undefined ? 'Mirror it, and name the mirror; or add its registry to scan.registries.' : `Use ${instead}.` }
  })
}

export const registryNotAllowed: AuditRule = {
  id: 'registry-not-allowed',
  title: 'An image from a registry that is not allowed',
  severity: 3,
  appliesTo: [...WORKLOAD_KINDS, 'docker/File', 'chart/Values'],
  audit,
  lookAlikes: ['a site that has no list', 'a name with a variable that a template fills in', 'a path below one that is allowed'],
  prevention: 'A mirror of what production needs, and a list of registries in the settings.',
  sources: [{ title: 'Images: pull-through and mirrors', url: 'https://kubernetes.io/docs/concepts/containers/images/#using-a-private-registry' }],
  reviewBy: '2027-06-30',
}
