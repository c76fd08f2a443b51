/** apt-key in a start script: deprecated, gone from current Debian, and a key that is then trusted for every repository. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { bootstrapOf } from '../shared/database-markers.ts'
import { auditDockerfiles } from '../shared/docker.ts'
import { addressOf, auditResources } from '../shared/terraform.ts'

const APT_KEY = /\bapt-key\s+(add|adv|--keyring|net-update)\b/
const ADVICE = 'curl -fsSL URL | gpg --dearmor -o /usr/share/keyrings/x.gpg, and name it in the source: signed-by=/usr/share/keyrings/x.gpg.'

function audit(view: AuditView): AuditFinding[] {
  const machines = auditResources(view, ['aws_instance', 'aws_launch_template', 'google_compute_instance', 'azurerm_linux_virtual_machine'], (block) => (APT_KEY.test(bootstrapOf(block.body)) ? [{ path: ['user_data'], summary: `${addressOf(block)} adds a key with apt-key`, advice: ADVICE }] : []))
  const builds = auditDockerfiles(view, (file) => file.instructions.filter(({ keyword, text }) => keyword === 'RUN' && APT_KEY.test(text)).map((at) => ({ at, summary: `${file.file} adds a key with apt-key`, advice: ADVICE })))
  return [...machines, ...builds]
}

export const terraformAptKey: AuditRule = {
  id: 'terraform-apt-key',
  title: 'A key that is added with apt-key',
  severity: 4,
  appliesTo: ['terraform/Block', 'docker/File'],
  audit,
  lookAlikes: ['a keyring that one source names', 'apt-key list, which only shows'],
  prevention: 'One keyring a repository, named by signed-by.',
  sources: [{ title: 'Debian: apt-key(8)', url: 'https://manpages.debian.org/bookworm/apt/apt-key.8.en.html' }],
  reviewBy: '2027-06-30',
}
