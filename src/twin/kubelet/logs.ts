/** Container logs, from the records of the virtual kubelets. */

import { fault } from '../../kernel/fault.ts'
import type { ContainerLog } from '../../model/snapshot.ts'
import type { LogQuery } from '../../ports/cluster.ts'
import type { ContainerRuntime, Run } from './runtime.ts'
import type { KubeletState } from './state.ts'

/** The text of the current run (of the one before with `previous`). Fault `not-found` when there is no such run. */
export function readLog(state: KubeletState, query: LogQuery): string {
  const uid = state.uidByPod.get(`${query.namespace}/${query.pod}`)
  const container = uid === undefined ? undefined : state.pods.get(uid)?.containers[query.container]
  const run = container === undefined ? undefined : query.previous === true ? previousRun(container) : container.run
  if (run === undefined) throw missingRun(query, uid !== undefined)
  return query.tailLines === undefined ? run.log : lastLines(run.log, query.tailLines)
}

function lastLines(text: string, count: number): string {
  const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.split('\n')
  const kept = count === 0 ? [] : lines.slice(-count)
  return kept.length === 0 || text === '' ? '' : `${kept.join('\n')}${text.endsWith('\n') ? '\n' : ''}`
}

function missingRun({ namespace, pod, container, previous }: LogQuery, isKnown: boolean): Error {
  const which = previous === true ? 'previous terminated container' : 'container'
  return fault({
    code: 'not-found',
    operation: 'kubernetes logs',
    subject: `Pod ${namespace}/${pod}`,
    statusCode: isKnown ? 400 : 404,
    message: isKnown ? `${which} "${container}" in pod "${pod}" not found` : `pods "${pod}" not found`,
  })
}

/** Everything that containers printed, current runs and the ones before, for a snapshot. */
export function collectLogs(state: KubeletState): ContainerLog[] {
  return [...state.pods.values()].flatMap(({ namespace, name, containers }) =>
    Object.values(containers).flatMap((container) => {
      const about = { namespace, pod: name, container: container.name }
      const current = container.run
      const before = previousRun(container)
      return [
        ...(current === undefined || current.log === '' ? [] : [{ ...about, previous: false, text: current.log }]),
        ...(before === undefined || before.log === '' ? [] : [{ ...about, previous: true, text: before.log }]),
      ]
    }),
  )
}

/** While a container waits to be started again, its last run is also the previous one. */
function previousRun(container: ContainerRuntime): Run | undefined {
  const isWaiting = container.run?.exit !== undefined && container.waiting.reason !== ''
  return isWaiting ? container.run : container.previous
}
