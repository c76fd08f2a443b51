/** A package manager's cache stays in the layer that filled it; a later layer that deletes it only hides it. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import type { DockerInstruction } from '../../model/audit.ts'
import { auditDockerfiles, commandsOf, finalInstructions } from '../shared/docker.ts'

const CACHES: readonly { readonly fills: RegExp; readonly empties: RegExp; readonly mount: string; readonly advice: string }[] = [
  { fills: /^(apt-get|apt)\b.*\binstall\b/, empties: /rm\s+-\S*r\S*\s.*\/var\/lib\/apt(\/lists)?|apt-get dist-?clean/, mount: '/var/lib/apt', advice: 'End the RUN with && rm -rf /var/lib/apt/lists/*.' },
  { fills: /^apk\b(?!.*--no-cache).*\badd\b/, empties: /rm\s+-\S*r\S*\s.*\/var\/cache\/apk/, mount: '/var/cache/apk', advice: 'Use apk add --no-cache.' },
  { fills: /^(yum|dnf|microdnf)\b.*\binstall\b/, empties: /(yum|dnf|microdnf)\s+(-\S+\s+)*clean\s+all|rm\s+-\S*r\S*\s.*\/var\/cache\/(yum|dnf)/, mount: '/var/cache', advice: 'End the RUN with && dnf clean all.' },
  { fills: /^(pip3?|python3? -m pip)\b(?!.*--no-cache-dir).*\binstall\b/, empties: /pip3? cache purge|rm\s+-\S*r\S*\s.*\.cache/, mount: '.cache', advice: 'Use pip install --no-cache-dir.' },
]

function audit(view: AuditView): AuditFinding[] {
  return auditDockerfiles(view, (file) => {
    const instructions = finalInstructions(file)
    const quietPip = instructions.some(({ keyword, text }) => keyword === 'ENV' && /PIP_NO_CACHE_DIR[= ]["']?(1|true|on|yes|off)/i.test(text))
    return instructions.filter(({ keyword }) => keyword === 'RUN').flatMap((at) =>
      CACHES.filter((cache) => leaves(at, cache) && !(quietPip && cache.advice.includes('pip'))).map(({ advice }) => ({ at, summary: `${file.file} keeps the cache of a package manager in the image`, advice, cause: advice })),
    )
  })
}

function leaves(at: DockerInstruction, { fills, empties, mount }: (typeof CACHES)[number]): boolean {
  const mounted = Object.entries(at.flags).some(([flag, value]) => flag === 'mount' && value.includes('type=cache') && value.includes(mount))
  return !mounted && commandsOf(at).some((command) => fills.test(command)) && !empties.test(at.text)
}

export const dockerCacheShipped: AuditRule = {
  id: 'docker-cache-shipped',
  title: 'The cache of a package manager ships with the image',
  severity: 5,
  appliesTo: ['docker/File'],
  audit,
  lookAlikes: ['a cache that the same RUN deletes', 'a cache mount', 'a stage that only builds', 'an environment variable that switches the cache off'],
  prevention: 'Clean up in the RUN that made the mess, or mount the cache.',
  sources: [{ title: 'Building best practices: RUN', url: 'https://docs.docker.com/build/building/best-practices/#run' }],
  reviewBy: '2027-06-30',
}
