/** Remote shells and init systems in a container: another door, and processes that nobody restarts. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditDockerfiles, commandsOf, finalInstructions, installedBy, packageName } from '../shared/docker.ts'

const DOORS = /^(openssh-server|openssh|dropbear|telnetd|telnet-server|vsftpd|proftpd|rsh-server|tigervnc.*|xrdp)$/
const INITS = /^(systemd|systemd-sysv|sysvinit|openrc|supervisor|runit-init)$/

function audit(view: AuditView): AuditFinding[] {
  return auditDockerfiles(view, (file) =>
    finalInstructions(file).flatMap((at) => {
      if (at.keyword === 'EXPOSE' && /(^|\s)22(\/tcp)?(\s|$)/.test(at.text)) return [{ at, summary: `${file.file} exposes port 22`, advice: 'Use kubectl exec or debug, and remove the server.', cause: 'a remote shell' }]
      const packages = at.keyword === 'RUN' ? commandsOf(at).flatMap((command) => installedBy(command) ?? []).map(packageName) : []
      const [door, init] = [packages.find((name) => DOORS.test(name)), packages.find((name) => INITS.test(name))]
      const runsInit = ['CMD', 'ENTRYPOINT'].includes(at.keyword) && /(^|[\s"/[])(systemd|\/sbin\/init|\/usr\/sbin\/init)(["\s\]]|$)/.test(at.text)
      return [
        ...(door === undefined ? [] : [{ at, summary: `${file.file} installs ${door}`, advice: 'Use kubectl exec or debug, and remove the server.', cause: 'a remote shell' }]),
        ...(init === undefined && !runsInit ? [] : [{ at, summary: `${file.file} ${init === undefined ? 'starts an init system' : `installs ${init}`}, so that several services can run in one container`, advice: 'One service a container; the cluster restarts what ends.', cause: 'an init system', severity: 4 as const }]),
      ]
    }),
  )
}

export const dockerExtraServices: AuditRule = {
  id: 'docker-extra-services',
  title: 'A remote shell or an init system in a container',
  severity: 3,
  appliesTo: ['docker/File'],
  audit,
  lookAlikes: ['a client (openssh-client), which opens nothing', 'tini and dumb-init, which only reap', 'a stage that only builds'],
  prevention: 'One process a container, entered through the API of the cluster.',
  sources: [{ title: 'Building best practices: decouple applications', url: 'https://docs.docker.com/build/building/best-practices/#decouple-applications' }],
  reviewBy: '2027-06-30',
}
