/** Something from the network that a build takes as it comes: without a checksum, or with the check of certificates or signatures switched off. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditDockerfiles, commandsOf } from '../shared/docker.ts'

const UNCHECKED: readonly (readonly [RegExp, string, string])[] = [
  [/^curl\b.*\s(-[a-zA-Z]*k[a-zA-Z]*|--insecure)(\s|$)/, 'does not check the certificate', 'Leave -k out, and add the authority to the trust store.'],
  [/^wget\b.*--no-check-certificate/, 'does not check the certificate', 'Leave it out, and add the authority to the trust store.'],
  [/^(apt-get|apt)\b.*(--allow-unauthenticated|--force-yes|AllowUnauthenticated=true)/, 'takes packages that nobody signed', 'Add the key of the repository.'],
  [/^(yum|dnf|microdnf|zypper)\b.*(--nogpgcheck|--no-gpg-checks)/, 'takes packages that nobody signed', 'Add the key of the repository.'],
  [/^apk\b.*--allow-untrusted/, 'takes packages that nobody signed', 'Add the key of the repository.'],
  [/^git\b.*http\.sslVerify[= ]false/i, 'does not check the certificate', 'Leave it out, and add the authority to the trust store.'],
  [/^(pip3?|python3? -m pip)\b.*--trusted-host/, 'does not check the certificate', 'An index with a certificate that can be checked.'],
  [/^npm\b.*strict-ssl[= ]false/, 'does not check the certificate', 'Leave it out, and set cafile.'],
]

function audit(view: AuditView): AuditFinding[] {
  return auditDockerfiles(view, (file) =>
    file.instructions.flatMap((at) => {
      const remote = at.keyword === 'ADD' ? /(?:^|\s)https?:\/\/\S+/.exec(at.text)?.[0].trim() : undefined
      if (remote !== undefined && at.flags['checksum'] === undefined && !/\.git(#|$)/.test(remote)) return [{ at, summary: `${file.file} adds ${remote} without a checksum`, advice: 'ADD --checksum=sha256:…', cause: 'ADD without a checksum' }]
      if (at.keyword !== 'RUN') return []
      const found = commandsOf(at).flatMap((command) => UNCHECKED.filter(([pattern]) => pattern.test(command)))[0]
      return found === undefined ? [] : [{ at, summary: `${file.file} ${found[1]}`, advice: found[2], cause: found[1] }]
    }),
  )
}

export const dockerUnverifiedDownload: AuditRule = {
  id: 'docker-unverified-download',
  title: 'A download that nobody checks',
  severity: 3,
  appliesTo: ['docker/File'],
  audit,
  lookAlikes: ['ADD with a checksum', 'a local file', 'other options of curl with a k in their long name'],
  prevention: 'Checksums beside versions, in one place.',
  sources: [{ title: 'Dockerfile reference: ADD --checksum', url: 'https://docs.docker.com/reference/dockerfile/#add---checksum' }],
  reviewBy: '2027-06-30',
}
