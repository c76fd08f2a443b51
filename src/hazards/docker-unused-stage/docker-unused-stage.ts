/** A stage that the image is not made from. It costs time, and is often the sign that a COPY --from names the wrong one. */

import type { AuditFinding, AuditView, DockerStage } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditDockerfiles } from '../shared/docker.ts'

function audit(view: AuditView): AuditFinding[] {
  return auditDockerfiles(view, (file) => {
    const unused = file.stages.filter(({ reachesFinal, name }) => !reachesFinal && !(name !== undefined && TARGET.test(name)))
    // A file from which several images are built by name has several ends.
    if (endsOf(unused).length > 1) return []
    return unused.flatMap((stage) => {
      const [at] = stage.instructions
      return at === undefined ? [] : [{ at, summary: `stage ${stage.name ?? stage.index} of ${file.file} never reaches the image that is built`, advice: 'Copy from it, build it by name on purpose (--target), or delete it.' }]
    })
  })
}

/** Stages with a name that no other unused one starts or copies from. */
function endsOf(unused: readonly DockerStage[]): DockerStage[] {
  const needed = (stage: DockerStage): boolean => unused.some((other) => other !== stage && (other.parent === stage.index || other.instructions.some(({ flags }) => [flags['from'], flags['mount']].some((flag) => flag !== undefined && new RegExp(`\\b${stage.name ?? stage.index}\\b`).test(flag)))))
  return unused.filter((stage) => stage.name !== undefined && !needed(stage))
}

/** Stages that are built by their own name by habit. */
const TARGET = /^(test|tests|lint|dev|development|debug|ci|check|export|artifact|artifacts|docs?)([-_].*)?$/i

export const dockerUnusedStage: AuditRule = {
  id: 'docker-unused-stage',
  title: 'A stage that never reaches the image',
  severity: 4,
  appliesTo: ['docker/File'],
  audit,
  lookAlikes: ['a file with several ends, each built by its name', 'a stage that another one starts from or copies from', 'a stage that a RUN mounts', 'a stage for tests, which is built by its name'],
  prevention: 'Let the last stage name what it needs.',
  sources: [{ title: 'Multi-stage builds', url: 'https://docs.docker.com/build/building/multi-stage/' }],
  reviewBy: '2027-06-30',
}
