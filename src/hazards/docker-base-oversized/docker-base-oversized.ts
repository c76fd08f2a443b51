/** The final stage starts from a full distribution where the same publisher has a small one. Pull time is recovery time. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditDockerfiles, finalBase, finalStage } from '../shared/docker.ts'
import { baseNameOf, parseImage } from '../shared/image-name.ts'

/** Official images that come in a small variant, and how that is called. */
const SMALL: Readonly<Record<string, string>> = { node: 'slim or alpine', python: 'slim', ruby: 'slim', php: 'alpine', openjdk: 'a JRE', 'eclipse-temurin': 'a -jre tag', perl: 'slim', debian: 'a -slim tag' }

function audit(view: AuditView): AuditFinding[] {
  return auditDockerfiles(view, (file) => {
    const [base, at] = [parseImage(finalBase(file)), finalStage(file)?.instructions[0]]
    const small = base === undefined ? undefined : SMALL[baseNameOf(base)]
    if (base === undefined || at === undefined || small === undefined || base.registry !== 'docker.io' || !base.repository.startsWith('library/') || /slim|alpine|jre|distroless|windows|nanoserver/.test(base.tag ?? '')) return []
    return [{ at, summary: `${file.file} ships on ${finalBase(file)}, which comes in a smaller variant`, advice: `Use ${small}.` }]
  })
}

export const dockerBaseOversized: AuditRule = {
  id: 'docker-base-oversized',
  title: 'A full base image where a small one exists',
  severity: 5,
  appliesTo: ['docker/File'],
  audit,
  lookAlikes: ['a full image in a stage that only builds', 'an image of another publisher with the same name', 'a small variant'],
  prevention: 'Build on the full image, run on the small one.',
  sources: [{ title: 'Building best practices: choose the right base image', url: 'https://docs.docker.com/build/building/best-practices/#choose-the-right-base-image' }],
  reviewBy: '2027-06-30',
}
