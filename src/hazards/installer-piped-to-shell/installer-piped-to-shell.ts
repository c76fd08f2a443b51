/** A script from the network that is run as it comes: in a build, in the command of a container, or when a machine starts. Without a version and a checksum it is whatever is served then. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { bootstrapOf } from '../shared/database-markers.ts'
import { auditDockerfiles } from '../shared/docker.ts'
import { addressOf, auditResources } from '../shared/terraform.ts'
import { auditContainers, containerText, WORKLOAD_KINDS } from '../shared/templates.ts'

const PIPED = /\b(?:curl|wget)\b[^|;&\n]*https?:\/\/\S+[^|;&\n]*\|\s*(?:sudo\s+)?(?:\w+=\S+\s+)*(?:env\s+\S+\s+)?(?:ba|z|da|a|k)?sh\b|(?:ba|z|da|a)?sh\s+(?:-c\s+)?["']?(?:<\(|\$\()\s*(?:curl|wget)\b/
const CHECKED = /sha256sum|sha512sum|gpg\s+--verify|cosign\s+verify|shasum/
const ADVICE = 'Download a named version, check its sha256, and run that; or use a package.'

function audit(view: AuditView): AuditFinding[] {
  const builds = auditDockerfiles(view, (file) => file.instructions.filter(({ keyword, text }) => keyword === 'RUN' && isPiped(text)).map((at) => ({ at, summary: `${file.file} runs a script from the network as it comes`, advice: ADVICE, cause: 'in a build' })))
  const containers = auditContainers(view.cluster, (item) => {
    const { command = [], args = [] } = item.container
    return isPiped([...command, ...args].map(String).join(' ')) ? [{ path: [...item.path, args.some((word) => PIPED.test(String(word))) ? 'args' : 'command'], summary: `${containerText(item)} runs a script from the network each time it starts`, advice: ADVICE, cause: 'at each start', severity: 2 as const }] : []
  })
  const machines = auditResources(view, ['aws_instance', 'aws_launch_template', 'google_compute_instance', 'azurerm_linux_virtual_machine'], (block) => (isPiped(bootstrapOf(block.body)) ? [{ path: ['user_data'], summary: `${addressOf(block)} runs a script from the network when it starts`, advice: ADVICE, cause: 'at each start' }] : []))
  return [...builds, ...containers, ...machines]
}

function isPiped(text: string): boolean {
  return PIPED.test(text) && !CHECKED.test(text)
}

export const installerPipedToShell: AuditRule = {
  id: 'installer-piped-to-shell',
  title: 'A script from the network, run as it comes',
  severity: 3,
  appliesTo: ['docker/File', 'terraform/Block', ...WORKLOAD_KINDS],
  audit,
  lookAlikes: ['a download that is checked before it is run', 'an archive that is unpacked', 'a pipe into something that is no shell'],
  prevention: 'Versions and checksums, or packages from a repository with signatures.',
  sources: [{ title: 'K3s: advanced options, installing a version', url: 'https://docs.k3s.io/installation/configuration' }],
  reviewBy: '2027-06-30',
}
