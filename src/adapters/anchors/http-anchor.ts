/** Checkpoints at an HTTP endpoint: `POST` keeps one, `GET` answers with the newest, 404 while there is none. */

import { readFileSync } from 'node:fs'
import { fault } from '../../kernel/fault.ts'
import type { Anchor } from '../../ports/anchor.ts'
import { plainAddress } from './plain-address.ts'

const REQUEST_TIMEOUT_MS = 10_000

/** A checkpoint has some 300 bytes; what is longer is none. */
const ANSWER_BYTES_MAX = 65_536

export function createHttpAnchor(options: { readonly url: string; readonly tokenFile?: string }): Anchor {
  const { url, tokenFile } = options
  const ask = async (init: RequestInit): Promise<Response> => {
    try {
      const token = tokenFile === undefined ? {} : { authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}` }
      // A redirect would carry the token to whoever is named in it.
      return await fetch(url, { ...init, headers: { 'content-type': 'text/plain; charset=utf-8', ...token }, redirect: 'error', signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) })
    } catch (cause) {
      throw fault({ code: 'unavailable', operation: 'anchor', subject: plainAddress(url), message: reasonOf(cause), hint: 'Does the endpoint run, and can it be reached from here?', cause })
    }
  }
  return {
    name: `http ${plainAddress(url)}`,
    async publish(checkpoint) {
      const response = await ask({ method: 'POST', body: checkpoint })
      await response.body?.cancel()
      if (!response.ok) throw refusal(url, response)
    },
    async read() {
      const response = await ask({ method: 'GET' })
      if (!response.ok) await response.body?.cancel()
      if (response.status === 404 || response.status === 204) return undefined
      if (!response.ok) throw refusal(url, response)
      const text = await response.text()
      if (text.length > ANSWER_BYTES_MAX) throw fault({ code: 'too-large', operation: 'anchor', subject: plainAddress(url), message: 'the answer is no checkpoint' })
      return text === '' ? undefined : text
    },
  }
}

function refusal(url: string, response: Response): Error {
  return fault({ code: response.status === 401 || response.status === 403 ? 'forbidden' : 'unavailable', operation: 'anchor', subject: plainAddress(url), message: `it answers ${response.status}`, statusCode: response.status, hint: 'Look at the log of the endpoint.' })
}

function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  return inner instanceof Error ? inner.message : String(inner)
}
