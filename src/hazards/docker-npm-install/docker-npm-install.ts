/** npm install solves the dependencies anew at each build; only npm ci installs what was tested. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditDockerfiles, commandsOf, finalLayers } from '../shared/docker.ts'

function audit(view: AuditView): AuditFinding[] {
  return auditDockerfiles(view, (file) => {
    const shipped = new Set(finalLayers(file))
    return file.stages.filter(({ reachesFinal }) => reachesFinal).flatMap((stage) => {
      const production = stage.instructions.some(({ keyword, text }) => keyword === 'ENV' && /NODE_ENV[= ]["']?production/.test(text))
      return stage.instructions.filter(({ keyword }) => keyword === 'RUN').flatMap((at) =>
        commandsOf(at).flatMap((command) => {
          if (/^npm\s+(install|i)\b(?!.*\s(-g|--global)\b)/.test(command) && !/^npm\s+(install|i)\s+(--?\S+\s+)*[@\w.][\w@./-]*/.test(command)) return [{ at, summary: `${file.file} runs ${command}, which solves the dependencies anew`, advice: `RUN npm ci${shipped.has(stage) ? ' --omit=dev' : ''}, with package-lock.json copied before it.`, cause: 'npm install' }]
          if (shipped.has(stage) && !production && /^npm\s+ci\b(?!.*(--omit[= ]dev|--production|--only[= ]prod))/.test(command) && !stage.instructions.some(({ text }) => /npm prune/.test(text))) return [{ at, summary: `${file.file} ships development dependencies`, advice: 'RUN npm ci --omit=dev.', cause: 'development dependencies', severity: 5 as const }]
          return []
        }),
      )
    })
  })
}

export const dockerNpmInstall: AuditRule = {
  id: 'docker-npm-install',
  title: 'npm install in an image',
  severity: 4,
  appliesTo: ['docker/File'],
  audit,
  lookAlikes: ['a tool installed globally by name', 'npm ci in a stage that only builds, which needs all of it', 'development dependencies that are pruned later'],
  prevention: 'npm ci --omit=dev with the lock file.',
  sources: [{ title: 'npm ci', url: 'https://docs.npmjs.com/cli/commands/npm-ci' }],
  reviewBy: '2027-06-30',
}
