/** One bounded HTTP request of ours: a deadline, a limit on the answer, no redirects. Throws `Error` with one line. */

import type { Clock } from '../kernel/clock.ts'

export const FETCH_TIMEOUT_MS = 5_000

export interface FetchTextOptions {
  readonly url: string
  readonly clock: Pick<Clock, 'after'>
  readonly bytesMax: number
  readonly timeoutMs?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Absent: a GET. */
  readonly body?: string
}

/** The body of a 2xx answer. A redirect is an error: what was configured is what is asked. */
export async function fetchText(options: FetchTextOptions): Promise<string> {
  const { url, clock, bytesMax, timeoutMs = FETCH_TIMEOUT_MS, headers = {}, body } = options
  const aborter = new AbortController()
  const cancel = clock.after(timeoutMs, () => aborter.abort(new Error(`no answer in ${timeoutMs / 1000} s`)))
  try {
    const response = await fetch(url, { signal: aborter.signal, redirect: 'error', headers, ...(body === undefined ? {} : { method: 'POST', body }) })
    const text = await boundedText(response, bytesMax)
    if (!response.ok) throw new Error(`it answers ${response.status}`)
    return text
  } catch (error) {
    throw aborter.signal.aborted ? aborter.signal.reason : reasonOf(error)
  } finally {
    cancel()
  }
}

async function boundedText(response: Response, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > bytesMax) throw new Error(`the answer is larger than ${bytesMax} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** fetch hides why it failed in `cause`. */
function reasonOf(error: unknown): Error {
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof Error) return new Error(cause.message === '' ? ((cause as { code?: string }).code ?? cause.name) : cause.message, { cause: error })
  return error instanceof Error ? error : new Error(String(error))
}
