/**
 * The program looks for a file, and no volume of its container holds it there: the mount leads elsewhere, the key has
 * another name, or the volume is not mounted at all.
 *
 * Where a key of exactly that name lies in a volume of the pod, the place that the program asks for is observed, and
 * the mount can be mended with it.
 */

import type { Container, PodSpec, Volume } from 'kubernetes-types/core/v1.d.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { refOf, subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { podTemplateOf } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { containerNamed } from '../../model/topology/history.ts'
import type { View } from '../../model/view.ts'
import { endedGroups, saidBy, type EndedGroup } from '../shared/ended-groups.ts'
import { earliest, findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { askPlan, canChangeTemplate, containerPath, patchWorkloadPlan } from '../shared/plan-parts.ts'
import { waysBack } from '../shared/ways-back.ts'

const ID = 'file-not-mounted'
const PATH = `["'\`]?(\\/(?:[\\w.@+-]+\\/)*[\\w.@+-]+)["'\`]?`
const WORDS: readonly RegExp[] = [
  new RegExp(`(?:open|stat|read|lstat|access|load(?:ing)?|opening|reading|find)\\w*\\s+(?:config(?:uration)?\\s+|the\\s+)?(?:file\\s+)?${PATH}[:,]?[^\\n]{0,40}(?:no such file or directory|does not exist|not found)`, 'i'),
  new RegExp(`(?:ENOENT|No such file or directory|FileNotFound(?:Error|Exception)|NoSuchFileException|cannot find the file|file not found)[^\\n]{0,60}?${PATH}`, 'i'),
  new RegExp(`${PATH}:? (?:\\(?No such file or directory|does not exist|not found|is missing)`, 'i'),
]
/** Programs and libraries are the image's, and some places the node's; their absence is another fault. */
const OF_IMAGE = /^\/(?:bin|sbin|usr|lib|lib64|proc|sys|dev|var\/lib\/(?:kubelet|calico|cni|containerd)|run\/containerd)\//

function detect(view: View): Finding[] {
  return endedGroups(view).flatMap((group) => {
    const said = saidBy(group, WORDS)
    const file = said?.match[1]
    const { ending } = group.first
    if (said === undefined || file === undefined || OF_IMAGE.test(file) || [126, 127, 128].includes(ending?.exitCode ?? 0)) return []
    return isProgram(group.first.spec, file) ? [] : [findingFrom(view, group, { file, evidence: said.evidence })]
  })
}

/** What is executed is the command's affair. */
function isProgram(container: Container | undefined, file: string): boolean {
  return container?.command?.[0] === file
}

interface Place {
  readonly volume: Volume
  readonly key: string
}

/** The one volume of the pod that holds a key of the file's name. */
function holderOf(options: { readonly view: View; readonly spec: PodSpec | undefined; readonly namespace: string; readonly file: string }): Place | undefined {
  const { view, spec, namespace, file } = options
  const key = file.split('/').at(-1) ?? ''
  const holding = (spec?.volumes ?? []).filter((volume) => {
    const [kind, name] = volume.configMap === undefined ? ['Secret', volume.secret?.secretName] : ['ConfigMap', volume.configMap.name]
    const object = name === undefined ? undefined : view.get({ apiVersion: 'v1', kind, namespace, name })
    const items = volume.configMap?.items ?? volume.secret?.items
    return items === undefined ? Object.hasOwn((object?.['data'] ?? {}) as object, key) : items.some((item) => item.path === key)
  })
  return holding.length === 1 && holding[0] !== undefined ? { volume: holding[0], key } : undefined
}

function findingFrom(view: View, { first, group }: EndedGroup, seen: { readonly file: string; readonly evidence: Finding['evidence'] }): Finding {
  const { workload, pod } = first
  const spec = podTemplateOf(workload)?.spec
  const holder = holderOf({ view, spec, namespace: workload.metadata.namespace ?? 'default', file: seen.file })
  const mounts = first.spec?.volumeMounts ?? []
  const mount = mounts.find((item) => item.name === holder?.volume.name)
  const why = holder === undefined ? 'no volume of the pod is known to hold it' : mount === undefined ? `volume ${holder.volume.name} holds it and is not mounted in this container` : `volume ${holder.volume.name} holds it and is mounted at ${mount.mountPath}`
  return findingOf({
    hazard: ID,
    subject: workload,
    symptoms: podSymptoms(group),
    summary: `container ${first.name} of ${subjectText(subjectOf(workload))} does not find ${seen.file}: ${why}`,
    evidence: [...seen.evidence, objectEvidence(pod, 'spec.containers', `container ${first.name} mounts ${mounts.map((item) => `${item.name} at ${item.mountPath}`).join(', ') || 'nothing'}`)],
    confidence: holder === undefined ? 0.78 : 0.93,
    sinceMs: earliest(group),
    explains: ['container-exits', 'rollout-stuck', 'service-without-endpoints', 'application-unhealthy', 'failed-job', 'bad-probe'],
    facts: { container: first.name, file: seen.file, volume: holder?.volume.name ?? null },
  })
}

function mountsOf(spec: PodSpec | undefined, container: string): unknown[] {
  const found = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].find((item) => item.name === container)
  return [found?.volumeMounts ?? [], spec?.volumes ?? [], found?.env ?? [], found?.args ?? [], found?.command ?? [], found?.image]
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  if (workload === undefined) return []
  const { container, file } = finding.facts as { container: string; file: string }
  const back = waysBack({ hazard: ID, view, workload, differs: (earlier, current) => !jsonEqual(mountsOf(earlier.spec, container), mountsOf(current.spec, container)) })
  if (back.length > 0) return back
  const ask = askPlan({
    hazard: ID,
    workload,
    goal: `container ${container} of ${subjectText(subjectOf(workload))} finds ${file}`,
    rationale: 'No earlier template mounted it elsewhere, and what the file should hold is not recorded in the cluster.',
    needsInput: [{ name: file, question: `Where does container ${container} get ${file} from?`, target: refOf(workload) }],
  })
  return [...mendMount(view, workload, finding), ask]
}

/** The mount of the volume that holds the file, moved to where the program looks; one that is missing is added. */
function mendMount(view: View, workload: KubeObject, finding: Finding): Plan[] {
  const { container, file, volume } = finding.facts as { container: string; file: string; volume: string | null }
  const path = containerPath(workload, container)
  const mounts = containerNamed(podTemplateOf(workload), container)?.volumeMounts ?? []
  const at = mounts.findIndex((mount) => mount.name === volume)
  const folder = file.slice(0, file.lastIndexOf('/'))
  if (volume === null || path === undefined || folder === '' || !canChangeTemplate(workload) || mounts.some((mount, index) => index !== at && mount.mountPath === folder)) return []
  const whole = mounts[at]?.subPath === undefined ? folder : file
  const change = at >= 0 ? { path: [...path, 'volumeMounts', at, 'mountPath'], value: whole } : { path: [...path, 'volumeMounts'], value: [...mounts, { name: volume, mountPath: folder }] as never }
  return [
    patchWorkloadPlan({
      hazard: ID, view, workload,
      approach: `mount-${volume}-for-${container}`,
      goal: `container ${container} of ${subjectText(subjectOf(workload))} finds ${file}`,
      changes: [change],
      reason: `mount volume ${volume} at ${whole}, where the program looks for its file`,
      rationale: `The program names ${file}, and volume ${volume} is the only one of the pod with a file of that name.`,
      values: 'observed',
    }),
  ]
}

export const fileNotMounted: Hazard = {
  id: ID,
  title: 'A program does not find a file that should be mounted',
  severity: 2,
  family: 'start-up',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Say where the file comes from.`,
  lookAlikes: ['a command that is not in the image', 'a file that the program makes itself and misses at its first start', 'a ConfigMap or key that does not exist: then the pod does not start at all'],
  prevention: 'Write the path once, and use it for the mount and for the program.',
  sources: [{ title: 'Configure a pod to use a ConfigMap: volumes', url: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/#add-configmap-data-to-a-volume' }],
  reviewBy: '2027-06-30',
}
