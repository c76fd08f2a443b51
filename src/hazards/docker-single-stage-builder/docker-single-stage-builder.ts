/** A Dockerfile whose only stage is called builder: it was meant to have another, and ships all that was needed to build. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditDockerfiles, commandsOf, finalInstructions } from '../shared/docker.ts'

function audit(view: AuditView): AuditFinding[] {
  return auditDockerfiles(view, (file) => {
    const [stage, second] = file.stages
    const from = stage?.instructions[0]
    const named = from !== undefined && second === undefined && /^(build|builder|compile)/i.test(stage?.name ?? '') ? [{ at: from, summary: `${file.file} has one stage, called ${stage?.name ?? ''}, and ships it`, advice: 'Add the last stage: a runtime base, and COPY --from of the result.', cause: 'one stage that builds' }] : []
    const unpinned = finalInstructions(file).filter(({ keyword }) => keyword === 'RUN').flatMap((at) => {
      const words = commandsOf(at).flatMap((command) => /^(?:pip3?|python3? -m pip|uv pip)\s+install\s+(.*)$/.exec(command)?.[1]?.split(/\s+/) ?? [])
      const loose = words.filter((word, index) => !word.startsWith('-') && !/^(-r|--requirement|-c|--constraint|-e|--index-url|--extra-index-url|--target|-t|--prefix)$/.test(words[index - 1] ?? '') && !/[=<>~@/]|^\.|\.(txt|whl|gz)$/.test(word.replaceAll(/["']/g, '')) && word !== '')
      return loose.length === 0 ? [] : [{ at, summary: `${file.file} installs ${loose.join(', ')} in whatever version is newest`, advice: 'Install from a lock file with hashes (pip install -r requirements.txt --require-hashes, uv sync --frozen).', cause: 'Python packages without versions' }]
    })
    return [...named, ...unpinned]
  })
}

export const dockerSingleStageBuilder: AuditRule = {
  id: 'docker-single-stage-builder',
  title: 'A build that ships as it stands, or packages without versions',
  severity: 4,
  appliesTo: ['docker/File'],
  audit,
  lookAlikes: ['a stage called builder with another after it', 'packages from a requirements file', 'the package of the folder itself (pip install .)'],
  prevention: 'Two stages, and a lock file.',
  sources: [
    { title: 'Multi-stage builds', url: 'https://docs.docker.com/build/building/multi-stage/' },
    { title: 'pip: repeatable installs', url: 'https://pip.pypa.io/en/stable/topics/repeatable-installs/' },
  ],
  reviewBy: '2027-06-30',
}
