/** A hardened base whose point is to have no shell and no package manager, and a last stage that brings them back. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditDockerfiles, commandsOf, finalBase, finalLayers, installedBy, packageName } from '../shared/docker.ts'

const HARDENED = /distroless|^cgr\.dev\/|^dhi\.io\/|chainguard\//
const SHELLS = /^(bash|busybox|dash|zsh|ash|apk-tools|apt|dpkg|curl|wget|netcat|nmap)$/

function audit(view: AuditView): AuditFinding[] {
  return auditDockerfiles(view, (file) => {
    const [base, from] = [finalBase(file), finalLayers(file)[0]?.instructions[0]]
    if (!HARDENED.test(base) || from === undefined) return []
    const variant = /:([^@]*-)?(debug|dev)([-@]|$)|:latest-dev/.test(base) ? [{ at: from, summary: `${file.file} ships on ${base}, the variant with a shell and a package manager`, advice: 'Build on it, and end on the plain variant.' }] : []
    const installs = finalLayers(file).flatMap(({ instructions }) => instructions.filter(({ keyword }) => keyword === 'RUN')).flatMap((at) => {
      const tools = commandsOf(at).flatMap((command) => installedBy(command) ?? []).map(packageName).filter((name) => SHELLS.test(name))
      return tools.length === 0 ? [] : [{ at, summary: `${file.file} brings ${tools.join(', ')} back onto a hardened base`, advice: 'Leave them out; look inside with an ephemeral container.' }]
    })
    return [...variant, ...installs]
  })
}

export const dockerHardenedUndone: AuditRule = {
  id: 'docker-hardened-undone',
  title: 'A hardened base with a shell put back',
  severity: 3,
  appliesTo: ['docker/File'],
  audit,
  lookAlikes: ['the variant with tools in a stage that only builds', 'a base that is not hardened, where a shell is expected'],
  prevention: 'Tools while building, none at run time. Which bases are approved is a choice of each site.',
  sources: [
    { title: 'Distroless container images', url: 'https://github.com/GoogleContainerTools/distroless' },
    { title: 'Docker Hardened Images', url: 'https://docs.docker.com/dhi/' },
  ],
  reviewBy: '2027-06-30',
}
