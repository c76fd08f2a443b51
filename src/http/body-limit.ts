/** Bodies have an end, and it is known before anything is read to it. */

import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { fault } from '../kernel/fault.ts'

/** Fault `too-large` past so many bytes, also where the sender does not say how many there will be. */
export function limitBody(bytesMax: number, hint: string): MiddlewareHandler {
  return bodyLimit({
    maxSize: bytesMax,
    onError: () => {
      throw fault({ code: 'too-large', operation: 'http', message: `the body is larger than ${bytesMax} bytes`, hint })
    },
  })
}

/** A vote, a form, a token: none of them is long. Webhooks have a limit of their own. */
const SMALL_BYTES_MAX = 65_536

const limitSmall = limitBody(SMALL_BYTES_MAX, 'Nothing that is sent here is that long.')

export const smallBodies: MiddlewareHandler = (context, next) => (context.req.path.startsWith('/api/v1/webhooks/') ? next() : limitSmall(context, next))
