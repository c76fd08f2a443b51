/** The outside world of the crash tests: remembers every call, and does each key's effect once, as our verbs do. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ActionServer {
  readonly url: string
  /** Keys in the order of their calls, repeats included. */
  readonly calls: readonly string[]
  /** Keys in the order of their effects. */
  readonly effects: readonly string[]
  stop(): Promise<void>
}

export async function startActionServer(options: { readonly answerAfterMs: number }): Promise<ActionServer> {
  const calls: string[] = []
  const effects: string[] = []
  const server = createServer((request, response) => {
    const key = decodeURIComponent((request.url ?? '/').slice(1))
    calls.push(key)
    if (!effects.includes(key)) effects.push(key)
    // The effect is done before the answer: a process that dies in between does not know it.
    setTimeout(() => response.end(`did ${key}`), options.answerAfterMs)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    effects,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
