/**
 * The process may not do what it has to: write to a read-only file system, read a file that belongs to another user,
 * listen below 1024, or run as root where the pod forbids it.
 *
 * Rights are never widened by a plan of ours. Going back to the security context before is; and a scratch directory
 * for a file system that stays read-only is what the setting was meant for.
 */

import type { PodSpec, PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import { jsonEqual, type JsonValue } from '../../kernel/json.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { podTemplateOf } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { containerNamed } from '../../model/topology/history.ts'
import type { View } from '../../model/view.ts'
import { endedGroups, saidBy, type EndedGroup } from '../shared/ended-groups.ts'
import { earliest, findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { canChangeTemplate, containerPath, patchWorkloadPlan } from '../shared/plan-parts.ts'
import { waysBack } from '../shared/ways-back.ts'

const ID = 'container-lacks-permission'

type What = 'read-only' | 'non-root' | 'port' | 'denied'

const PATH = `["'\`]?(\\/(?:[\\w.@+-]+\\/)*[\\w.@+-]*)["'\`]?`
/** The kubelet's words first, then the kernel's in the usual runtimes. Databases say "permission denied for table"; that is theirs. */
const WORDS: readonly (readonly [What, RegExp])[] = [
  ['non-root', /container has runAsNonRoot and image (?:will run as root|has non-numeric user)[^\n]*|container's runAsUser breaks non-root policy/i],
  ['read-only', new RegExp(`${PATH}[^\\n]{0,60}(?:read-only file ?system|EROFS)`, 'i')],
  ['read-only', new RegExp(`(?:read-only file ?system|EROFS)[^\\n]{0,60}?(?:${PATH})?$`, 'im')],
  ['port', /(?:bind|listen)[^\n]*:(\d{1,3}|10[01]\d|102[0-3])\b[^\n]*(?:permission denied|EACCES|operation not permitted)/i],
  ['port', /EACCES[^\n]*:(\d{1,3}|10[01]\d|102[0-3])\b/i],
  ['denied', new RegExp(`${PATH}[^\\n]{0,60}(?:permission denied(?! for)|operation not permitted|EACCES|EPERM|access denied)`, 'i')],
  ['denied', new RegExp(`(?:EACCES|EPERM|PermissionError|AccessDeniedException|permission denied(?! for\\b)|operation not permitted)[^\\n]{0,60}?${PATH}`, 'i')],
]
const EXECUTES = /exec[^\n]*permission denied/i

function detect(view: View): Finding[] {
  return endedGroups(view).flatMap((group) => {
    if (EXECUTES.test(group.said) || group.first.ending?.exitCode === 126) return []
    for (const [what, pattern] of WORDS) {
      const said = saidBy(group, [pattern])
      if (said !== undefined) return [findingFrom(group, { what, place: said.match[1], evidence: said.evidence })]
    }
    return []
  })
}

interface Seen {
  readonly what: What
  readonly place: string | undefined
  readonly evidence: Finding['evidence']
}

function findingFrom({ first, group }: EndedGroup, { what, place, evidence }: Seen): Finding {
  const { workload, pod } = first
  const says = {
    'read-only': `cannot write${place === undefined ? '' : ` to ${place}`}: its file system is read-only`,
    'non-root': 'may not start: the pod forbids root, and the image runs as root',
    port: `may not listen on port ${place ?? ''}: that needs root or a capability`,
    denied: `may not use ${place ?? 'a file'} as the user it runs as`,
  }[what]
  const { fsGroup, runAsUser, runAsNonRoot } = pod.spec?.securityContext ?? {}
  return findingOf({
    hazard: ID,
    subject: workload,
    symptoms: podSymptoms(group),
    summary: `container ${first.name} of ${subjectText(subjectOf(workload))} ${says}`,
    evidence: [...evidence, objectEvidence(pod, 'spec.securityContext', `the pod runs with ${JSON.stringify({ fsGroup, runAsUser, runAsNonRoot })}, the container with ${JSON.stringify(first.spec?.securityContext ?? {})}`)],
    confidence: what === 'denied' ? 0.88 : 0.94,
    sinceMs: earliest(group),
    explains: ['container-exits', 'rollout-stuck', 'service-without-endpoints', 'application-unhealthy', 'failed-job', 'missing-config', 'bad-probe', 'file-not-mounted'],
    facts: { container: first.name, what, place: place ?? null },
  })
}

/** Everything that decides as whom a container runs and what it may write. */
function rightsOf(template: PodTemplateSpec, container: string): unknown[] {
  const found = containerNamed(template, container)
  return [template.spec?.securityContext ?? {}, found?.securityContext ?? {}, found?.volumeMounts ?? [], template.spec?.volumes ?? [], found?.image]
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  if (workload === undefined) return []
  const container = String(finding.facts['container'])
  const back = waysBack({ hazard: ID, view, workload, differs: (earlier, current) => containerNamed(earlier, container) !== undefined && !jsonEqual(rightsOf(earlier, container), rightsOf(current, container)) })
  return back.length > 0 ? back : giveScratch(view, workload, finding)
}

/** The file system stays read-only; only the directory that the program writes to is given room. */
function giveScratch(view: View, workload: KubeObject, finding: Finding): Plan[] {
  const { container, what, place } = finding.facts as { container: string; what: What; place: string | null }
  const path = containerPath(workload, container)
  const folder = place?.slice(0, place.lastIndexOf('/')) ?? ''
  const spec = podTemplateOf(workload)?.spec
  const found = containerNamed(podTemplateOf(workload), container)
  if (what !== 'read-only' || path === undefined || folder === '' || !canChangeTemplate(workload) || found?.securityContext?.readOnlyRootFilesystem !== true || isMounted(found.volumeMounts, folder)) return []
  const name = freeName(spec)
  return [
    patchWorkloadPlan({
      hazard: ID, view, workload,
      approach: `give-scratch-to-${container}`,
      goal: `container ${container} of ${subjectText(subjectOf(workload))} can write to ${folder}`,
      changes: [
        { path: ['spec', 'template', 'spec', 'volumes'], value: [...(spec?.volumes ?? []), { name, emptyDir: {} }] as unknown as JsonValue },
        { path: [...path, 'volumeMounts'], value: [...(found.volumeMounts ?? []), { name, mountPath: folder }] as unknown as JsonValue },
      ],
      reason: `mount an empty directory at ${folder}`,
      rationale: `The program names ${place ?? ''}. Its file system stays read-only everywhere else; that nothing in the image lies at ${folder} is an assumption.`,
      values: 'assumed',
    }),
  ]
}

function isMounted(mounts: readonly { readonly mountPath: string }[] | undefined, folder: string): boolean {
  return (mounts ?? []).some((mount) => folder === mount.mountPath || folder.startsWith(`${mount.mountPath}/`))
}

function freeName(spec: PodSpec | undefined): string {
  const taken = new Set((spec?.volumes ?? []).map((volume) => volume.name))
  return taken.has('scratch') ? 'scratch-for-writes' : 'scratch'
}

export const containerLacksPermission: Hazard = {
  id: ID,
  title: 'A process lacks a permission on its own machine',
  severity: 2,
  family: 'start-up',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Mend the image or the security context; Boyd widens no rights.`,
  lookAlikes: ['a command that may not be executed', 'a database or an API that refuses a user', 'a policy that refuses the pod before it starts'],
  prevention: 'Run the image in the pipeline with the security context of the manifest.',
  sources: [{ title: 'Configure a security context for a pod or container', url: 'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/' }],
  reviewBy: '2027-06-30',
}
