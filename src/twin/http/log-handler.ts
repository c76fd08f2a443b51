/** Container logs, whole, tailed or followed. Lines carry no times: the virtual containers print text, not records. */

import type { Clock } from '../../kernel/clock.ts'
import { isFault } from '../../kernel/fault.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { everyStatusOf, isPod } from '../../model/kube/workload.ts'
import type { LogQuery } from '../../ports/cluster.ts'
import { badRequest } from '../api/status-error.ts'
import type { Twin } from '../compose-twin.ts'
import { everyContainerOf } from '../kubelet/ephemeral.ts'
import type { Answer, ResourceRequest } from './exchange.ts'
import { demandObject } from './read-handlers.ts'

/** How often a followed log is looked at, in milliseconds of the server's clock. */
const FOLLOW_INTERVAL_MS = 200

export interface LogRequest {
  readonly twin: Twin
  readonly clock: Clock
  readonly request: ResourceRequest
}

export function logAnswer(log: LogRequest): Answer {
  const { twin, request } = log
  const { query } = request.incoming
  const pod = demandObject(twin, request)
  const tail = query.get('tailLines')
  const logQuery: LogQuery = {
    namespace: pod.metadata.namespace ?? '',
    pod: pod.metadata.name ?? '',
    container: containerOf(pod, query.get('container') ?? ''),
    ...(query.get('previous') === 'true' ? { previous: true } : {}),
    ...(tail === null ? {} : { tailLines: Number(tail) }),
  }
  refuseWaiting(pod, logQuery)
  if (query.get('follow') === 'true') return { type: 'stream', contentType: 'text/plain', chunks: follow(log, logQuery) }
  return { type: 'text', status: 200, body: cut(twin.readLog(logQuery), query.get('limitBytes')) }
}

function cut(text: string, limit: string | null): string {
  return limit === null ? text : text.slice(0, Number(limit))
}

function containerOf(pod: KubeObject, asked: string): string {
  const names = isPod(pod) ? everyContainerOf(pod).map(({ name }) => name) : []
  const [only, ...others] = isPod(pod) ? (pod.spec?.containers ?? []) : []
  if (asked === '' && others.length === 0 && only !== undefined) return only.name
  if (asked === '') throw badRequest(`a container name must be specified for pod ${pod.metadata.name}, choose one of: [${names.join(' ')}]`)
  if (!names.includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${pod.metadata.name}`)
  return asked
}

/** A container that never ran has no log to show; the reason why it waits is what the reader needs. */
function refuseWaiting(pod: KubeObject, { container, previous }: LogQuery): void {
  if (!isPod(pod) || previous === true) return
  const status = everyStatusOf(pod).find(({ name }) => name === container)
  const reason = status?.state?.waiting?.reason
  if (reason === undefined || status?.lastState?.terminated !== undefined) return
  throw badRequest(`container "${container}" in pod "${pod.metadata.name}" is waiting to start: ${waitingText(reason)}`)
}

function waitingText(reason: string): string {
  if (reason === 'ErrImagePull' || reason === 'ImagePullBackOff') return `trying and failing to pull image`
  return reason
}

async function* follow({ twin, clock, request }: LogRequest, query: LogQuery): AsyncGenerator<string> {
  const { signal } = request.incoming
  const { tailLines: _, ...whole } = query
  let shown = twin.readLog(whole)
  yield twin.readLog(query)
  while (!signal.aborted) {
    const text = textNow(twin, whole)
    // Another run prints its own text from the start.
    const fresh = text.startsWith(shown) ? text.slice(shown.length) : text
    shown = text
    if (fresh !== '') yield fresh
    if (isOver(twin, query)) return
    await clock.sleep(FOLLOW_INTERVAL_MS, { signal }).catch(() => undefined)
  }
}

function textNow(twin: Twin, query: LogQuery): string {
  try {
    return twin.readLog(query)
  } catch (error) {
    if (isFault(error)) return ''
    throw error
  }
}

/** The stream ends with the run: the container stopped, or the pod is gone. */
function isOver(twin: Twin, { namespace, pod: name, container }: LogQuery): boolean {
  const pod = twin.store.get({ apiVersion: 'v1', kind: 'Pod', namespace, name })
  if (pod === undefined || !isPod(pod)) return true
  const status = everyStatusOf(pod).find((candidate) => candidate.name === container)
  return status?.state?.running === undefined
}
