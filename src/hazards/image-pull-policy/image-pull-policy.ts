/** A tag that moves, and a policy that does not look: one node runs the image of last month, the next one that of today, and both say latest. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { parseImage } from '../shared/image-name.ts'
import { auditContainers, containerText, WORKLOAD_KINDS } from '../shared/templates.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditContainers(cluster, (item) => {
    const { image = '', imagePullPolicy: policy } = item.container
    const name = parseImage(image)
    if (name === undefined || policy === undefined || policy === 'Always') return []
    const moves = name.digest === undefined && (name.tag === undefined || name.tag === 'latest')
    if (policy === 'Never') return [{ path: [...item.path, 'imagePullPolicy'], summary: `${containerText(item)} is never pulled: it starts only where somebody put the image on the node`, advice: 'IfNotPresent.', cause: 'Never' }]
    return moves ? [{ path: [...item.path, 'imagePullPolicy'], summary: `${containerText(item)} runs ${image} and looks only once a node`, advice: 'Name a version with its digest; until then imagePullPolicy: Always.', cause: 'a moving tag that is looked at once' }] : []
  })
}

export const imagePullPolicy: AuditRule = {
  id: 'image-pull-policy',
  title: 'A pull policy that does not fit the tag',
  severity: 4,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['a version that does not move', 'nothing said: a moving tag is then always pulled', 'a digest, which never has to be looked at again'],
  prevention: 'Digests, for which IfNotPresent is right.',
  sources: [{ title: 'Images: image pull policy', url: 'https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy' }],
  reviewBy: '2027-06-30',
}
