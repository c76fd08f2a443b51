/**
 * An image whose tag can be moved under us: `latest`, none, or (told apart, and milder) a tag without a digest.
 *
 * Tonight's rollout and tomorrow's new node then run different programs under one name, and going back to a revision does
 * not bring the program back.
 */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { parseImage } from '../shared/image-name.ts'
import { auditContainers, containerText, WORKLOAD_KINDS, type AuditedContainer } from '../shared/templates.ts'
import { auditValues } from '../shared/values-images.ts'

/** Names that publishers move by habit. */
const MOVING_TAG = /^(latest|stable|edge|nightly|main|master|dev|develop|head|canary|unstable|testing|lts|current|mainline|rolling)([-_.]|$)/i

const ADVICE = 'Name a version, best with its digest: image: name:1.2.3@sha256:…'

function audit(view: AuditView): AuditFinding[] {
  const containers = auditContainers(view.cluster, (container) => {
    const image = parseImage(container.container.image ?? '')
    if (image === undefined || image.digest !== undefined) return []
    const moving = image.tag === undefined || MOVING_TAG.test(image.tag)
    return [moving ? movingTag(container, image.tag) : tagOnly(container)]
  })
  return [...containers, ...auditValues(view, movingInValues)]
}

/** Without a tag a chart takes the version of its application. */
function movingInValues(text: string) {
  const image = parseImage(text)
  const moves = image?.digest === undefined && image?.tag !== undefined && MOVING_TAG.test(image.tag)
  return moves ? { says: `${image.tag ?? ''} is moved by its publisher`, advice: ADVICE, cause: 'a tag that moves' } : undefined
}

function movingTag(item: AuditedContainer, tag: string | undefined): Omit<AuditFinding, 'of'> {
  const { container, path } = item
  return {
    path: [...path, 'image'],
    summary: `${containerText(item)} runs ${container.image}, ${tag === undefined ? 'which means latest' : `and ${tag} is moved by its publisher`}`,
    advice: ADVICE,
    cause: 'a tag that moves',
  }
}

function tagOnly(item: AuditedContainer): Omit<AuditFinding, 'of'> {
  const { container, path } = item
  return {
    path: [...path, 'image'],
    summary: `${containerText(item)} runs ${container.image}: a tag can be pushed again, a digest cannot`,
    advice: 'Add the digest: image: name:1.2.3@sha256:…',
    cause: 'a tag without a digest',
    severity: 5,
  }
}

export const imageNotPinned: AuditRule = {
  id: 'image-not-pinned',
  title: 'An image is named by a tag that can move',
  severity: 3,
  appliesTo: [...WORKLOAD_KINDS, 'chart/Values'],
  audit,
  lookAlikes: ['latest beside a digest: the digest decides', 'a port in the name of the registry, which is no tag', 'a name with a variable that a template fills in'],
  prevention: 'Let the pipeline write the digest of what it built and tested.',
  sources: [{ title: 'Images: image names', url: 'https://kubernetes.io/docs/concepts/containers/images/#image-names' }],
  reviewBy: '2027-06-30',
}
