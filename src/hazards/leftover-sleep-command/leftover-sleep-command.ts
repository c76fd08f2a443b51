/** A container that only sleeps: a command that somebody put over the real one to look inside, and left. On a device it is an idle accelerator that is paid for. */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { baseNameOf, parseImage } from '../shared/image-name.ts'
import { auditContainers, containersOfTemplate, containerText, isLasting, WORKLOAD_KINDS } from '../shared/templates.ts'

const SLEEP = /^\s*(?:exec\s+)?(?:(?:\/usr)?\/bin\/)?(?:sleep\s+(?:infinity|inf|\d{3,}[smhd]?|\d+[hd])|tail\s+-f\s+\/dev\/null|while\s+(?:true|:|\[?\s*1\s*\]?)\s*;?\s*do\s+sleep\s+\S+\s*;?\s*done)\s*;?\s*$/
/** Images whose only use is to be looked into. */
const TOOL_IMAGES = new Set(['pause', 'busybox', 'alpine', 'curl', 'netshoot', 'ubuntu', 'debian', 'toolbox', 'dnsutils', 'jessie-dnsutils'])
/** Where debugging is what the namespace is for. */
const DEBUG_NAMESPACE = /(^|-)(debug|debugging|sandbox|playground|dev|test)(-|$)/

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditContainers(cluster, (item) => {
    const { container, template, path } = item
    if (item.init || !sleeps(container)) return []
    const device = holdsDevice(container)
    const image = parseImage(container.image ?? '')
    const alone = containersOfTemplate(template).filter(({ init }) => !init).length === 1
    const override = alone && isLasting(template) && image !== undefined && !TOOL_IMAGES.has(baseNameOf(image)) && !DEBUG_NAMESPACE.test(template.namespace)
    const field = container.command === undefined ? 'args' : 'command'
    if (device) return [{ path: [...path, field], summary: `${containerText(item)} holds an accelerator and sleeps`, advice: 'Start what should use the device, or let it go.', cause: 'an idle accelerator' }]
    return override ? [{ path: [...path, field], summary: `${containerText(item)} only sleeps, over the program of ${container.image ?? ''}`, advice: 'Take the override away; to look inside use kubectl debug, which leaves nothing behind.', cause: 'an override that was left' }] : []
  })
}

function sleeps({ command = [], args = [] }: Container): boolean {
  const words = [...command, ...args].map(String)
  const shell = /^(\/(usr\/)?bin\/)?(ba|da|a|z)?sh$/.test(words[0] ?? '') && /^-\w*c$/.test(words[1] ?? '')
  return SLEEP.test(shell ? words.slice(2).join(' ') : words.join(' '))
}

function holdsDevice({ resources }: Container): boolean {
  const names = Object.keys({ ...resources?.limits, ...resources?.requests })
  const claims = (resources as { claims?: readonly unknown[] } | undefined)?.claims ?? []
  return claims.length > 0 || names.some((name) => /^(nvidia\.com|amd\.com|gpu\.intel\.com|habana\.ai|google\.com|aws\.amazon\.com)\/(gpu|tpu|gaudi|neuron|i915|xe|mig-)/.test(name))
}

export const leftoverSleepCommand: AuditRule = {
  id: 'leftover-sleep-command',
  title: 'A container that only sleeps',
  severity: 2,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['a sidecar that waits beside a program', 'a tool image in which somebody works', 'a command that sleeps and then does something', 'a namespace for debugging'],
  prevention: 'Ephemeral containers in place of overrides.',
  sources: [{ title: 'Debug running pods: ephemeral containers', url: 'https://kubernetes.io/docs/tasks/debug/debug-application/debug-running-pod/#ephemeral-container' }],
  reviewBy: '2027-06-30',
}
