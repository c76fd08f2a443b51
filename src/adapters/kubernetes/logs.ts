/**
 * Container logs. The API passes the kubelet's refusals on as 400s that only their text tells apart: a
 * container that has not started has logged nothing, a run that never was cannot be read.
 */

import { fault, isFault } from '../../kernel/fault.ts'
import { LOG_BYTES_MAX } from '../../kernel/limits.ts'
import type { LogQuery } from '../../ports/cluster.ts'
import type { ApiClient } from './api-client.ts'

const NOT_STARTED = /is waiting to start|ContainerCreating|PodInitializing|does not have a host assigned/
const NO_SUCH_RUN = /previous terminated container .* not found|is not valid for pod|is terminated.*not found|container .* not found/

/** At most `LOG_BYTES_MAX` of the log, its last `tailLines` if given. Fault `not-found` when there is no such pod, container or run. */
export async function readLogs(api: ApiClient, query: LogQuery): Promise<string> {
  const { namespace, pod, container, previous, tailLines } = query
  const subject = `Pod ${namespace}/${pod} container ${container}`
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`
  try {
    return await api.text({ method: 'GET', path, query: { container, previous, tailLines, limitBytes: LOG_BYTES_MAX }, operation: 'kubernetes logs', subject })
  } catch (error) {
    if (!isFault(error) || error.code !== 'invalid') throw error
    if (NO_SUCH_RUN.test(error.message)) throw fault({ code: 'not-found', operation: 'kubernetes logs', subject, message: error.message, cause: error })
    if (NOT_STARTED.test(error.message)) return ''
    throw error
  }
}
