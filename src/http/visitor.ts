/** Who looks at a page: somebody with a session, or nobody that is known. A page then says where to sign in. */

import type { Context } from 'hono'
import type { Doorkeeper } from '../app/auth/doorkeeper.ts'
import { isFault } from '../kernel/fault.ts'
import type { Principal } from '../model/principal.ts'
import { readCookie } from './session-cookie.ts'

export async function visitorOf(context: Context, doorkeeper: Doorkeeper): Promise<Principal | undefined> {
  const session = readCookie(context, 'boyd')
  if (session === undefined) return undefined
  try {
    return await doorkeeper.identify({ session, local: false })
  } catch (error) {
    if (isFault(error) && error.code === 'unauthenticated') return undefined
    throw error
  }
}
