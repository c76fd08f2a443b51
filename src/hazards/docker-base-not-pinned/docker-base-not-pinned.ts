/** A base image by a tag that moves: two builds of one commit are two images. Holds for hardened images as for any other. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditDockerfiles, isExternal } from '../shared/docker.ts'
import { parseImage } from '../shared/image-name.ts'

function audit(view: AuditView): AuditFinding[] {
  return auditDockerfiles(view, (file) =>
    file.stages.filter((stage) => stage.reachesFinal && isExternal(stage)).flatMap((stage) => {
      const image = parseImage(stage.image)
      const [at] = stage.instructions
      if (image === undefined || at === undefined || image.digest !== undefined) return []
      const moving = image.tag === undefined || /^(latest|latest-dev|stable|edge|nightly|main|dev)$/.test(image.tag)
      return moving ? [{ at, summary: `${file.file} starts from ${stage.image}, which is another image tomorrow`, advice: 'Name a version, best with its digest; a bot can move it.' }] : []
    }),
  )
}

export const dockerBaseNotPinned: AuditRule = {
  id: 'docker-base-not-pinned',
  title: 'A base image named by a tag that moves',
  severity: 3,
  appliesTo: ['docker/File'],
  audit,
  lookAlikes: ['the name of an earlier stage, which has no tag', 'scratch', 'latest beside a digest', 'a base that a build argument without default names'],
  prevention: 'Pin by digest, and let a bot open the pull request that moves it.',
  sources: [{ title: 'Building best practices: pin base image versions', url: 'https://docs.docker.com/build/building/best-practices/#pin-base-image-versions' }],
  reviewBy: '2027-06-30',
}
