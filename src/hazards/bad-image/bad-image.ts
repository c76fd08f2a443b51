/**
 * The image cannot be pulled or does not fit the node.
 *
 * The registry's answer tells apart what a person would do: a tag that does not exist was named wrongly by a rollout;
 * a refusal needs credentials; a registry that cannot be reached is nobody's manifest.
 */

import type { PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { absenceEvidence, eventEvidence, objectEvidence, type Evidence } from '../../model/evidence.ts'
import { refOf, subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { containerStatusesOf, isNode, isPod, podTemplateOf } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import type { View } from '../../model/view.ts'
import { byWorkloadContainer, troubledContainers, type ContainerTrouble } from '../shared/container-trouble.ts'
import { customSourceOf } from '../shared/custom-source.ts'
import { earliest, findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { containerNamed } from '../../model/topology/history.ts'
import { lastMatch, lineEvidence, troubleLines, type LogLine } from '../shared/logs.ts'
import { askPlan, canChangeTemplate, containerPath, patchWorkloadPlan } from '../shared/plan-parts.ts'
import { meantBy } from '../shared/spelling.ts'
import { restoreApplied, waysBack } from '../shared/ways-back.ts'

const ID = 'bad-image'
const IMAGE_WAITS = new Set(['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'ImageInspectError', 'RegistryUnavailable', 'SignatureValidationFailed'])

type Trouble = 'missing' | 'denied' | 'unreachable' | 'rate-limited' | 'invalid-name' | 'never-pull' | 'architecture' | 'unknown'

/** In order: a message that names several is the first. */
const ANSWERS: readonly (readonly [Trouble, RegExp])[] = [
  ['architecture', /no match(ing)? (for|manifest).*(platform|linux\/|windows\/)|exec format error|no child with platform/i],
  ['rate-limited', /toomanyrequests|429 too many|rate limit/i],
  ['unreachable', /no such host|i\/o timeout|connection refused|connection reset|tls handshake|x509|network is unreachable|context deadline exceeded|server misbehaving|503 service|502 bad gateway|EOF$/i],
  ['missing', /manifest unknown|not found|does not exist or no pull access|name unknown|manifest for .* not found|NAME_UNKNOWN/i],
  ['denied', /unauthorized|denied|forbidden|no basic auth|401|403|authentication required|insufficient_scope/i],
]
const SAYS: Readonly<Record<Trouble, string>> = {
  missing: 'the registry has no such image or tag',
  denied: 'the registry refuses the pull',
  unreachable: 'the registry cannot be reached',
  'rate-limited': 'the registry refuses because of too many pulls',
  'invalid-name': 'the name is not a valid image reference',
  'never-pull': 'the image is not on the node and the pull policy is Never',
  architecture: 'the image is for another processor architecture than the node',
  unknown: 'the pull fails',
}
const WRONG_ARCHITECTURE = /exec format error/i

interface Seen {
  readonly group: readonly ContainerTrouble[]
  readonly trouble: Trouble
  readonly message: string
  readonly line: LogLine | undefined
}

function detect(view: View): Finding[] {
  const unpulled = byWorkloadContainer(troubledContainers(view).filter((trouble) => IMAGE_WAITS.has(trouble.waiting?.reason ?? '')))
  const ended = byWorkloadContainer(troubledContainers(view).filter((trouble) => trouble.ending !== undefined || trouble.waiting?.reason === 'RunContainerError'))
  return [...unpulled.map((group) => pullTrouble(view, group)), ...ended.flatMap((group) => wrongArchitecture(view, group))].map((seen) => findingFrom(view, seen))
}

function pullTrouble(view: View, group: readonly ContainerTrouble[]): Seen {
  const [first] = group
  const reason = first?.waiting?.reason
  const message = [first?.waiting?.message ?? '', ...pullEvents(view, group).map((event) => event.message)].join('\n')
  if (reason === 'InvalidImageName') return { group, trouble: 'invalid-name', message, line: undefined }
  if (reason === 'ErrImageNeverPull') return { group, trouble: 'never-pull', message, line: undefined }
  return { group, trouble: answerIn(message, first?.spec?.image ?? first?.status.image ?? ''), message, line: undefined }
}

/** A tag or a path may hold any of the words and numbers; only what the registry adds is its answer. */
function answerIn(message: string, image: string): Trouble {
  const answer = image === '' ? message : message.replaceAll(image, '')
  return ANSWERS.find(([, pattern]) => pattern.test(answer))?.[0] ?? 'unknown'
}

function pullEvents(view: View, group: readonly ContainerTrouble[]) {
  const image = group[0]?.spec?.image ?? group[0]?.status.image ?? ''
  const events = group.flatMap((trouble) => view.eventsFor(trouble.pod)).filter((event) => event.type === 'Warning' && /pull|image/i.test(event.message))
  const named = events.filter((event) => event.message.includes(image))
  return (named.length > 0 ? named : events).toSorted((left, right) => right.message.length - left.message.length)
}

/** The kernel's own words for it, in the log or in the runtime's message; only the start of a program can fail so. */
function wrongArchitecture(view: View, group: readonly ContainerTrouble[]): Seen[] {
  const line = lastMatch(troubleLines(view, group), WRONG_ARCHITECTURE)?.line
  const message = group.map((trouble) => `${trouble.ending?.message ?? ''} ${trouble.waiting?.message ?? ''}`).find((text) => WRONG_ARCHITECTURE.test(text))
  return line === undefined && message === undefined ? [] : [{ group, trouble: 'architecture', message: message ?? line?.text ?? '', line }]
}

function findingFrom(view: View, { group, trouble, message, line }: Seen): Finding {
  const first = group[0] as ContainerTrouble
  const image = first.spec?.image ?? first.status.image
  const secrets = trouble === 'denied' || trouble === 'missing' ? missingPullSecrets(view, first) : []
  return findingOf({
    hazard: ID,
    subject: customSourceOf(view, first.workload, image)?.object ?? first.workload,
    symptoms: podSymptoms(group),
    summary: `image ${image} of container ${first.name} in ${subjectText(subjectOf(first.workload))} cannot be used: ${SAYS[trouble]}${secrets.length === 0 ? '' : `; image pull secret ${secrets.join(', ')} does not exist`}`,
    evidence: evidenceOf(view, { group, trouble, message, line }, secrets),
    confidence: trouble === 'unknown' ? 0.85 : 0.95,
    sinceMs: earliest(group),
    explains: ['custom-resource-not-ready', 'container-exits', 'rollout-stuck', 'service-without-endpoints', 'dependency-unreachable', 'failed-job'],
    facts: { container: first.name, image, trouble, missingSecrets: secrets },
  })
}

function missingPullSecrets(view: View, trouble: ContainerTrouble): string[] {
  const namespace = trouble.pod.metadata.namespace ?? 'default'
  const names = (trouble.pod.spec?.imagePullSecrets ?? []).map((secret) => secret.name).filter((name) => name !== undefined)
  const reported = view.eventsFor(trouble.pod).some((event) => event.reason === 'FailedToRetrieveImagePullSecret')
  if (!reported && view.list('', 'Secret', namespace).length === 0) return []
  return names.filter((name) => view.get({ apiVersion: 'v1', kind: 'Secret', namespace, name }) === undefined)
}

function evidenceOf(view: View, seen: Seen, secrets: readonly string[]): Evidence[] {
  const { group, line } = seen
  const waits = group.filter((trouble) => trouble.waiting !== undefined).slice(0, 3)
  const namespace = group[0]?.pod.metadata.namespace ?? 'default'
  return [
    ...waits.map((trouble) => objectEvidence(trouble.pod, `${trouble.path}.state.waiting`, `container ${trouble.name} of ${subjectText(subjectOf(trouble.pod))} waits: ${trouble.waiting?.reason ?? ''}`)),
    ...pullEvents(view, group).slice(0, 1).map((event) => eventEvidence(event)),
    ...(line === undefined ? [] : [lineEvidence(line)]),
    ...secrets.map((name) => absenceEvidence({ kind: 'Secret', namespace, name })),
  ]
}

/** A registry that is down, or that counts pulls, is not mended by another revision. */
const OUTSIDE = new Set<string>(['unreachable', 'rate-limited'])

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  const container = String(finding.facts['container'])
  if (workload === undefined || OUTSIDE.has(String(finding.facts['trouble']))) return []
  if (podTemplateOf(workload) === undefined) return restoreApplied({ hazard: ID, object: workload, paths: [['spec']], expectedEffect: 'its operator runs the image that was meant before' })
  const imageIn = (template: PodTemplateSpec): string | undefined => containerNamed(template, container)?.image
  const back = waysBack({
    hazard: ID, view, workload,
    differs: (earlier, current) => imageIn(earlier) !== undefined && imageIn(earlier) !== imageIn(current),
    what: (earlier, current) => `changed the image of ${container} from ${imageIn(earlier) ?? 'none'} to ${imageIn(current) ?? 'none'}`,
  })
  return back.length > 0 ? back : [...respell(view, workload, finding), ask(finding, workload, container)]
}

/** The reference is a slip of an image that runs in this cluster or lies on one of its nodes. */
function respell(view: View, workload: KubeObject, finding: Finding): Plan[] {
  const { container, image, trouble } = finding.facts as { container: string; image: string; trouble: Trouble }
  const path = containerPath(workload, container)
  const meant = ['missing', 'unknown', 'invalid-name'].includes(trouble) ? meantBy(image, goodImages(view)) : undefined
  if (meant === undefined || path === undefined || !canChangeTemplate(workload)) return []
  return [
    patchWorkloadPlan({
      hazard: ID, view, workload,
      approach: `respell-image-of-${container}`,
      goal: `container ${container} of ${subjectText(subjectOf(workload))} runs ${meant}`,
      changes: [{ path: [...path, 'image'], value: meant }],
      reason: `name image ${meant} instead of ${image}`,
      rationale: `${meant} is used in this cluster and spelled nearly so, and no other image is. That it is meant is an assumption for a person to confirm.`,
      values: 'assumed',
    }),
  ]
}

function goodImages(view: View): string[] {
  const used = view.list('', 'Pod').filter(isPod).flatMap((pod) => containerStatusesOf(pod).filter((status) => status.ready).map((status) => pod.spec?.containers?.find((container) => container.name === status.name)?.image ?? status.image))
  const pulled = view.list('', 'Node').filter(isNode).flatMap((node) => (node.status?.images ?? []).flatMap((image) => image.names ?? []))
  return [...used, ...pulled].filter((name) => !name.includes('@'))
}

function ask(finding: Finding, workload: KubeObject, container: string): Plan {
  const denied = finding.facts['trouble'] === 'denied'
  const question = denied
    ? `Which credentials may pull ${String(finding.facts['image'])}? The registry refuses the ones in use.`
    : `Which image should container ${container} run? ${String(finding.facts['image'])} cannot be used, and no earlier revision is kept.`
  return askPlan({
    hazard: ID,
    workload,
    goal: `container ${container} of ${subjectText(subjectOf(workload))} can pull its image`,
    rationale: 'The cluster does not record which image is right, and Boyd does not guess one.',
    needsInput: [{ name: denied ? 'image-pull-secret' : 'image', question, target: refOf(workload) }],
  })
}

export const badImage: Hazard = {
  id: ID,
  title: 'An image cannot be pulled or cannot run on the node',
  severity: 2,
  family: 'start-up',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. ${OUTSIDE.has(String(finding.facts['trouble'])) ? 'The fault is at the registry or on the way to it; nothing in the cluster is to be changed.' : 'Name an image that exists, or give access to this one.'}`,
  lookAlikes: [
    'a pull that is slow and still under way (ContainerCreating, Pulling)',
    'a registry that is down or counts pulls: the manifest is right',
    'an old Failed event of a container that runs now',
  ],
  prevention: 'Deploy by digest from a registry that is checked in the pipeline, for every architecture of the cluster.',
  sources: [{ title: 'Images', url: 'https://kubernetes.io/docs/concepts/containers/images/' }],
  reviewBy: '2027-06-30',
}
