/** A build on a base image that the site has not approved. Which bases are hardened, and by whom, is a choice of each site and stands in its settings. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { isAllowed } from '../shared/allowed-images.ts'
import { auditDockerfiles, finalBase, finalLayers } from '../shared/docker.ts'

function audit(view: AuditView): AuditFinding[] {
  const { baseImages } = view.site
  if (baseImages.length === 0) return []
  return auditDockerfiles(view, (file) => {
    const [base, at] = [finalBase(file), finalLayers(file).at(-1)?.instructions[0]]
    if (at === undefined || base === '' || base === 'scratch' || isAllowed(base, baseImages)) return []
    return [{ at, summary: `${file.file} ships on ${base}, which is no approved base`, advice: `Use one of ${baseImages.join(', ')}, or have this one approved (scan.baseImages).` }]
  })
}

export const dockerBaseNotApproved: AuditRule = {
  id: 'docker-base-not-approved',
  title: 'A base image that is not approved',
  severity: 3,
  appliesTo: ['docker/File'],
  audit,
  lookAlikes: ['a stage that only builds', 'scratch, which holds nothing', 'a site that has no list'],
  prevention: 'A short list of bases, with somebody who keeps them.',
  sources: [{ title: 'Building best practices: choose the right base image', url: 'https://docs.docker.com/build/building/best-practices/#choose-the-right-base-image' }],
  reviewBy: '2027-06-30',
}
