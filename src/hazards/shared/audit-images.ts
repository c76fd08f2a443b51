/** Every image that a set names: of containers, of the values of charts, and of the stages a Dockerfile builds upon; for hazards about where images come from. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import { auditDockerfiles, isExternal } from './docker.ts'
import { auditContainers, containerText } from './templates.ts'
import { auditValues } from './values-images.ts'

type Said = Omit<AuditFinding, 'of' | 'path' | 'summary'> & { readonly says: string }

/** `look` says what is wrong with an image, as the end of a sentence that begins with who uses it. */
export function auditImages(view: AuditView, look: (image: string) => Said | undefined): AuditFinding[] {
  const containers = auditContainers(view.cluster, (item) => {
    const said = look(item.container.image ?? '')
    if (said === undefined) return []
    const { says, ...rest } = said
    return [{ path: [...item.path, 'image'], summary: `${containerText(item)} runs ${item.container.image ?? ''}: ${says}`, ...rest }]
  })
  const bases = auditDockerfiles(view, (file) =>
    file.stages.filter((stage) => stage.reachesFinal && isExternal(stage)).flatMap((stage) => {
      const [said, at] = [look(stage.image), stage.instructions[0]]
      if (said === undefined || at === undefined) return []
      const { says, ...rest } = said
      return [{ at, summary: `${file.file} builds upon ${stage.image}: ${says}`, ...rest }]
    }),
  )
  return [...containers, ...bases, ...auditValues(view, look)]
}
