/** The cookies of a browser: only this host can set or read them, only over a safe connection, and no script sees them. */

import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'

/** The session; and what ties a sign-in under way to the browser that began it. */
export type CookieName = 'boyd' | 'boyd-sign-in'

/** `Lax`: a link in a chat and the way back from the identity provider are top-level navigations from elsewhere. */
const OPTIONS = { prefix: 'host', secure: true, httpOnly: true, sameSite: 'Lax', path: '/' } as const

export function readCookie(context: Context, name: CookieName): string | undefined {
  return getCookie(context, name, 'host')
}

export function writeCookie(context: Context, name: CookieName, value: { readonly secret: string; readonly maxAgeSec: number }): void {
  setCookie(context, name, value.secret, { ...OPTIONS, maxAge: value.maxAgeSec })
}

export function dropCookie(context: Context, name: CookieName): void {
  deleteCookie(context, name, OPTIONS)
}
