/** A hook that is a service: the same JSON as the body of a POST, the same answer as the body of a 2xx. Anything else is a crash. */

import { readFileSync } from 'node:fs'
import type { Clock } from '../../kernel/clock.ts'
import type { HookCall } from '../../ports/hooks.ts'
import { fetchText } from '../fetch-text.ts'

export interface HttpHookOptions {
  readonly url: string
  readonly bearerTokenFile?: string
  readonly timeoutMs: number
  readonly clock: Pick<Clock, 'after'>
}

const ANSWER_BYTES_MAX = 65_536

export function httpHook({ url, bearerTokenFile, timeoutMs, clock }: HttpHookOptions): HookCall {
  return async (input) => {
    try {
      const token = bearerTokenFile === undefined ? {} : { authorization: `Bearer ${readFileSync(bearerTokenFile, 'utf8').trim()}` }
      const headers = { 'content-type': 'application/json', accept: 'application/json', ...token }
      return { type: 'answered', text: await fetchText({ url, clock, timeoutMs, bytesMax: ANSWER_BYTES_MAX, headers, body: JSON.stringify(input) }) }
    } catch (error) {
      return { type: 'broken', reason: error instanceof Error ? error.message : String(error) }
    }
  }
}
