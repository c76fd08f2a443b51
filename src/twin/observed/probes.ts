/**
 * What answers probes. A probe that was seen to fail keeps failing on that image. Then only ports and paths that were
 * seen to answer, or that an earlier revision of the image was probed on, are taken to answer: a path nobody tried
 * proves nothing.
 */

import type { Container, Probe } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { containersOf, podTemplateOf } from '../../model/kube/workload.ts'
import { handlerDigest } from '../kubelet/probe-answer.ts'
import { longestStartMs } from './durations.ts'
import type { Inference } from './inference.ts'
import { endedByItself, isCutOff, isProbeKill, nameOf, runSeconds, type Observation, type Sight } from './observation.ts'

type Kind = 'liveness' | 'readiness' | 'startup'
const KINDS: readonly Kind[] = ['startup', 'liveness', 'readiness']

interface Target {
  readonly port: number
  readonly path?: string
}

interface Seen {
  readonly observation: Observation
  readonly probes: Probe[]
}

export function probesSeen(sight: Sight): Inference[] {
  const byImage = new Map<string, Seen>()
  for (const observation of sight.observations) {
    const failing = failingProbes(sight, observation)
    if (failing.length === 0) continue
    const image = observation.container.image ?? ''
    const known = byImage.get(image)
    if (known === undefined) byImage.set(image, { observation, probes: failing })
    else known.probes.push(...failing)
  }
  return [...byImage].map(([image, seen]) => inferenceFor(sight, image, seen))
}

function inferenceFor(sight: Sight, image: string, { observation, probes: all }: Seen): Inference {
  const slow = all.filter((probe) => isOnlyEarly(sight, observation, probe))
  const failing = all.filter((probe) => !slow.includes(probe))
  if (failing.length === 0) return slowStart(image, observation)
  const bad = failing.flatMap((probe) => targetsOf(observation.container, probe))
  const isBad = (target: Target): boolean => bad.some((other) => sameTarget(other, target))
  const good = [...answeredTargets(sight, image), ...earlierTargets(sight, image)].filter((target) => !isBad(target))
  const others = failing.filter((probe) => probe.httpGet === undefined && probe.tcpSocket === undefined).map(handlerDigest)
  const serves = servesFrom(good)
  const words = bad.length === 0 ? 'a command or gRPC probe' : listOf(bad)
  return {
    image,
    change: { ...(bad.length === 0 ? {} : { serves }), ...(others.length === 0 ? {} : { failingProbes: others }) },
    assumption: `Probes of ${nameOf(observation)} fail on ${words}; image ${image} is assumed to answer ${good.length === 0 ? 'no port or path that is known' : listOf(good)} and nothing else.`,
  }
}

/** By events where there are any, else by a state that can have no other cause. */
function failingProbes(sight: Sight, observation: Observation): Probe[] {
  if (endedByItself(observation, sight.nowMs)) return []
  return KINDS.flatMap((kind) => {
    const probe = probeOf(observation.container, kind)
    if (probe === undefined || (kind === 'readiness' && observation.status?.ready === true)) return []
    const isFailing = isSaid(sight, observation, kind, probe) || isKiller(observation, kind) || isStuck(sight, observation, kind, probe)
    return isFailing && !isCutOff(sight, observation) ? [probe] : []
  })
}

/** A refused connection is what every process gives until it listens: it counts once it has lasted, or killed. */
function isSaid(sight: Sight, { events, status, ...rest }: Observation, kind: Kind, probe: Probe): boolean {
  const title = `${kind.charAt(0).toUpperCase()}${kind.slice(1)} probe failed`
  const messages = events.filter(({ reason, message }) => reason === 'Unhealthy' && message.startsWith(title)).map(({ message }) => message)
  if (messages.length === 0) return false
  const sinceMs = parseTimeMs(status?.state?.running?.startedAt as string | undefined)
  const isYoung = (status?.restartCount ?? 0) === 0 && (sinceMs === undefined || sight.nowMs - sinceMs < startMs(sight, rest, probe))
  const isRestarting = isProbeKill({ events, ...(status === undefined ? {} : { status }), ...rest })
  if (isYoung || (kind === 'liveness' && !isRestarting && status?.ready === true)) return false
  return messages.some((message) => !/connection refused/.test(message)) || (kind === 'readiness' ? !isRestarting : isRestarting)
}

/** Nothing was said, and the container was killed: the probe that kills did it. */
function isKiller(observation: Observation, kind: Kind): boolean {
  const { container, events, status } = observation
  if (kind === 'readiness' || events.length > 0 || !isProbeKill(observation)) return false
  const killer = container.startupProbe !== undefined && status?.started !== true ? 'startup' : container.livenessProbe === undefined ? 'startup' : 'liveness'
  return kind === killer
}

/** Running for long, started, and still not ready: only a readiness probe holds it (a startup probe: not even started). */
function isStuck(sight: Sight, { status, ...rest }: Observation, kind: Kind, probe: Probe): boolean {
  const sinceMs = parseTimeMs(status?.state?.running?.startedAt as string | undefined)
  if (sinceMs === undefined || status?.ready === true || sight.nowMs - sinceMs < startMs(sight, rest, probe)) return false
  if (kind === 'readiness') return status?.started !== false
  return kind === 'startup' && status?.started === false
}

/**
 * The process was killed before it listened, and the same question with more patience was answered, or stood in an
 * earlier revision: it is slow and not deaf. What it answered while it ran (a status code) is not early but wrong.
 */
function isOnlyEarly(sight: Sight, observation: Observation, probe: Probe): boolean {
  if (!isProbeKill(observation) || observation.events.some(({ reason, message }) => reason === 'Unhealthy' && /statuscode/.test(message))) return false
  const targets = targetsOf(observation.container, probe)
  const patient = patientProbes(sight, observation.container.image ?? '', patienceMs(probe))
  return targets.length > 0 && targets.every((target) => patient.some((other) => sameTarget(other, target)))
}

/** Targets that this image was asked for with more patience, by a container that stands or by an earlier revision. */
function patientProbes(sight: Sight, image: string, thanMs: number): Target[] {
  const standing = sight.observations.filter(({ container, status }) => container.image === image && status?.ready === true).map(({ container }) => container)
  const earlier = sight.objects.filter((object) => object.kind === 'ReplicaSet' || object.kind === 'ControllerRevision').flatMap((holder) => containersOf(templateIn(holder)).filter((container) => container.image === image))
  return [...standing, ...earlier].flatMap((container) => [container.startupProbe, container.livenessProbe].flatMap((probe) => (probe !== undefined && patienceMs(probe) > thanMs ? targetsOf(container, probe) : [])))
}

/** A tenth more than the longest that it was given. */
const HEADROOM = 1.1

function slowStart(image: string, observation: Observation): Inference {
  const end = observation.status?.state?.terminated ?? observation.status?.lastState?.terminated
  const ran = end === undefined ? 1 : (runSeconds(end) ?? 1)
  return {
    image,
    change: { startSeconds: Math.max(1, Math.ceil(ran * HEADROOM)) },
    assumption: `${nameOf(observation)} was killed by its probe ${Math.round(ran)} s after its start, and another revision waits longer for the same answer: image ${image} is assumed to need ${Math.ceil(ran * HEADROOM)} s to start; where pods of it were seen to start, what they took counts.`,
  }
}

/** Others of its image took long to become ready: one that runs for no longer than half as long again is starting, and not deaf. */
const START_HEADROOM = 1.5

function startMs(sight: Sight, { container }: Pick<Observation, 'container'>, probe: Probe): number {
  return Math.max(patienceMs(probe), longestStartMs(sight, container.image ?? '') * START_HEADROOM)
}

function patienceMs(probe: Probe): number {
  return ((probe.initialDelaySeconds ?? 0) + (probe.periodSeconds ?? 10) * (probe.failureThreshold ?? 3) + 5) * 1000
}

/** Targets of probes that pass on a container of this image, in whatever pod. */
function answeredTargets(sight: Sight, image: string): Target[] {
  return sight.observations.filter(({ container }) => container.image === image).flatMap((observation) => {
    const { container, status } = observation
    const failing = failingProbes(sight, observation)
    const passes = (kind: Kind): boolean => (kind === 'readiness' ? status?.ready === true : kind === 'startup' ? status?.started === true : status?.state?.running !== undefined && status.started !== false)
    return KINDS.filter(passes).flatMap((kind) => {
      const probe = probeOf(container, kind)
      return probe === undefined || failing.includes(probe) ? [] : targetsOf(container, probe)
    })
  })
}

/** An older revision was probed there, and was in service. */
function earlierTargets(sight: Sight, image: string): Target[] {
  const inUse = new Set(sight.observations.map(({ pod }) => pod.metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid))
  const older = sight.objects.filter((object) => (object.kind === 'ReplicaSet' && !inUse.has(object.metadata.uid)) || object.kind === 'ControllerRevision')
  return older.flatMap((holder) => containersOf(templateIn(holder)).filter((container) => container.image === image).flatMap((container) => KINDS.flatMap((kind) => {
    const probe = probeOf(container, kind)
    return probe === undefined ? [] : targetsOf(container, probe)
  })))
}

function templateIn(holder: Sight['objects'][number]): ReturnType<typeof podTemplateOf> {
  if (holder.kind !== 'ControllerRevision') return podTemplateOf(holder)
  return (holder['data'] as { spec?: { template?: ReturnType<typeof podTemplateOf> } } | undefined)?.spec?.template
}

function targetsOf(container: Container, probe: Probe): Target[] {
  const handler = probe.httpGet ?? probe.tcpSocket
  if (handler === undefined) return []
  const port = handler.port as string | number
  const number = typeof port === 'number' ? port : (container.ports?.find(({ name }) => name === port)?.containerPort ?? Number(port))
  return [{ port: number, ...(probe.httpGet === undefined ? {} : { path: (probe.httpGet.path ?? '/').split(/[?#]/)[0] ?? '/' }) }]
}

function servesFrom(targets: readonly Target[]): { port: number; paths?: string[] }[] {
  const ports = new Map<number, Set<string>>()
  for (const { port, path } of targets) {
    const paths = ports.get(port) ?? new Set<string>()
    if (path !== undefined) paths.add(path)
    ports.set(port, paths)
  }
  return [...ports].map(([port, paths]) => ({ port, paths: [...paths] }))
}

function sameTarget(left: Target, right: Target): boolean {
  return left.port === right.port && left.path === right.path
}

function listOf(targets: readonly Target[]): string {
  return [...new Set(targets.map(targetText))].join(', ')
}

function targetText({ port, path }: Target): string {
  return `port ${port}${path === undefined ? '' : ` path ${path}`}`
}

function probeOf(container: Container, kind: Kind): Probe | undefined {
  return kind === 'startup' ? container.startupProbe : kind === 'liveness' ? container.livenessProbe : container.readinessProbe
}
