/** Container logs, from the records of the virtual kubelets. */

import { fault } from '../../kernel/fault.ts'
import type { LogQuery } from '../../ports/cluster.ts'
import type { KubeletState } from './state.ts'

/** The text of the current run (of the one before with `previous`). Fault `not-found` when there is no such run. */
export function readLog(state: KubeletState, query: LogQuery): string {
  const uid = state.uidByPod.get(`${query.namespace}/${query.pod}`)
  const container = uid === undefined ? undefined : state.pods.get(uid)?.containers[query.container]
  const current = container?.run
  const isRestarting = current?.exit !== undefined && (container?.waiting.reason ?? '') !== ''
  const before = isRestarting ? current : container?.previous
  const run = query.previous === true ? before : current
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
