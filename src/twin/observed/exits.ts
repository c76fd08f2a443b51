/**
 * Containers that end by themselves keep doing so, under the condition that is most likely the cause: an environment
 * variable that is missing, a Service that is down, or else exactly this set-up of command, environment and
 * configuration. So a restart heals nothing in a rehearsal, and a real fix does.
 */

import type { ContainerStateTerminated } from 'kubernetes-types/core/v1.d.ts'
import { containerEnvironment } from '../kubelet/container-env.ts'
import { isPod } from '../../model/kube/workload.ts'
import { isServiceUp } from '../kubelet/service-up.ts'
import { carries } from '../label-index.ts'
import { restartPolicyOf } from '../kubelet/restart-policy.ts'
import type { StoreReader } from '../store.ts'
import type { Inference } from './inference.ts'
import { endedAsTold, isProbeKill, nameOf, recentEnd, runSeconds, type Observation, type Sight } from './observation.ts'

/** Containers that could not even start: the runtime's words for it. */
const START_FAILURES = new Set(['RunContainerError', 'CreateContainerError', 'StartError', 'ContainerCannotRun', 'PostStartHookError'])
const START_FAILURE_CODE = 128
const LOG_TAIL = 4_000

export function exitsSeen(sight: Sight): Inference[] {
  const seen = new Set<string>()
  return sight.observations.flatMap((observation) => {
    const exit = exitOf(observation, sight.nowMs)
    if (exit === undefined || isProbeKill(observation)) return []
    const key = `${observation.container.image ?? ''}|${observation.setup()}`
    if (seen.has(key)) return []
    seen.add(key)
    return [inferenceFor(sight, observation, exit)]
  })
}

interface SeenExit {
  readonly code: number
  readonly afterSeconds: number
  readonly log: string
}

function exitOf(observation: Observation, nowMs: number): SeenExit | undefined {
  const waiting = observation.status?.state?.waiting?.reason ?? ''
  if (START_FAILURES.has(waiting)) return { code: START_FAILURE_CODE, afterSeconds: 0, log: observation.log }
  const end = recentEnd(observation, nowMs)
  if (end === undefined || end.reason === 'OOMKilled' || endedAsTold(observation, end) || !isFault(observation, end)) return undefined
  return { code: end.exitCode & 255, afterSeconds: runSeconds(end) ?? 1, log: observation.log.slice(-LOG_TAIL) }
}

/** A task that ended well is no fault; a server that ends is one, whatever its code. */
function isFault(observation: Observation, end: ContainerStateTerminated): boolean {
  if (end.exitCode !== 0) return end.reason !== 'ContainerStatusUnknown'
  return restartPolicyOf(observation.pod, observation.container, { containerRestartRules: true }) === 'Always' && observation.status?.state?.waiting?.reason === 'CrashLoopBackOff'
}

function inferenceFor(sight: Sight, observation: Observation, exit: SeenExit): Inference {
  const image = observation.container.image ?? ''
  const seen = `${nameOf(observation)} exits with ${exit.code} after ${Math.round(exit.afterSeconds)} s`
  const service = serviceNamed(sight, observation)
  const variable = service === undefined ? variableNamed(sight, observation) : undefined
  if (service !== undefined) {
    return { image, change: { exits: [{ ...exit, whenServiceDown: service }] }, assumption: `${seen} and its log names Service ${service}, which has no ready endpoint: it is assumed to run once that Service is up.` }
  }
  if (variable !== undefined) {
    return { image, change: { exits: [{ ...exit, whenEnvMissing: variable }] }, assumption: `${seen} and its log names ${variable}, which is not set: it is assumed to run once the variable is set.` }
  }
  return { image, change: { exits: [{ ...exit, whenSetup: observation.setup() }] }, assumption: `${seen}: it is assumed to do so until its image, command, environment or configuration changes.` }
}

/** A Service without ready endpoints that the log names by its DNS name or in front of a port. */
function serviceNamed(sight: Sight, { log, pod }: Observation): string | undefined {
  if (!/refused|no such host|lookup|timed? ?out|unreachable|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|unavailable|could not connect|cannot connect|can't connect|connection/i.test(log)) return undefined
  const namespace = pod.metadata.namespace ?? ''
  for (const service of sight.objects) {
    if (service.kind !== 'Service') continue
    const { name = '', namespace: own = '' } = service.metadata
    const address = (service['spec'] as { clusterIP?: string } | undefined)?.clusterIP
    const isNamed = mentions(log, own === namespace ? name : `${name}.${own}`) || (address !== undefined && address !== 'None' && mentions(log, address))
    if (isNamed && !isServiceUp(storeOf(sight), name, own)) return own === namespace ? name : `${name}.${own}`
  }
  return undefined
}

/** As a word of a host name: not inside a longer word. */
function mentions(log: string, name: string): boolean {
  if (!log.includes(name)) return false
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`(?<![\\w-])${escaped}(?![\\w-])`).test(log)
}

const VARIABLE = /\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g

/** A variable that the log misses and the container does not have. */
function variableNamed(sight: Sight, observation: Observation): string | undefined {
  const { log, pod, container } = observation
  if (!/missing|required|not set|must be set|undefined|not found|empty|unset|KeyError|not defined|not provided/i.test(log)) return undefined
  const environment = containerEnvironment({ store: sight.lookup, pod, nodeName: '', podIp: '' }, container)
  if (environment.type === 'error') return undefined
  const lines = log.trimEnd().split('\n').slice(-20).reverse()
  return lines.flatMap((line) => line.match(VARIABLE) ?? []).find((name) => (environment.values[name] ?? '') === '')
}

function storeOf({ objects, lookup }: Sight): Pick<StoreReader, 'get' | 'list' | 'podsCarrying'> {
  return {
    get: (ref) => lookup.get(ref),
    list: (kind, namespace) => objects.filter((object) => object.metadata.namespace === namespace && `${object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : ''}/${object.kind}` === kind),
    podsCarrying: (namespace, labels) => objects.filter(isPod).filter(({ metadata }) => metadata.namespace === namespace && carries(metadata.labels, labels)),
  }
}
