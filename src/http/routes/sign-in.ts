/** Signing in and out: pages for browsers. With an identity provider by a link to it, otherwise by a token in a form. */

import type { Context } from 'hono'
import { html } from 'hono/html'
import type { OpenedSession, SignInDesk } from '../../app/auth/sign-in.ts'
import type { Sessions } from '../../app/auth/sessions.ts'
import { fault, isFault } from '../../kernel/fault.ts'
import { demandOwnForm, hostOf } from '../guard.ts'
import { credentialsOf, demandCsrfToken, type BoydHono, type PeerOf } from '../identify.ts'
import type { Limits } from '../limits.ts'
import { page, type Html } from '../page-frame.ts'
import { dropCookie, readCookie, writeCookie } from '../session-cookie.ts'

export interface SignInParts {
  readonly signIn: SignInDesk
  readonly sessions: Sessions
  readonly publicUrl: string | undefined
  readonly peerOf: PeerOf
  readonly limits: Limits
}

const CALLBACK = '/login/callback'

export function addSignInRoutes(server: BoydHono, parts: SignInParts): void {
  const { signIn, sessions } = parts
  server.get('/login', (context) => context.html(loginPage(parts, context.req.query('to') ?? '/')))
  server.get('/login/start', async (context) => {
    parts.limits.count('public', parts.peerOf(context) ?? 'nowhere')
    const begun = await signIn.begin({ redirectUrl: `${baseUrl(parts, context)}${CALLBACK}`, returnTo: context.req.query('to') ?? '/' })
    writeCookie(context, 'boyd-sign-in', { secret: begun.browserSecret, maxAgeSec: begun.maxAgeSec })
    return context.redirect(begun.url)
  })
  server.get(CALLBACK, async (context) => {
    const browserSecret = readCookie(context, 'boyd-sign-in') ?? ''
    dropCookie(context, 'boyd-sign-in')
    const { search } = new URL(context.req.url)
    return enter(context, await signIn.finish({ callbackUrl: `${baseUrl(parts, context)}${CALLBACK}${search}`, browserSecret }))
  })
  server.post('/login', async (context) => withToken(parts, context))
  server.post('/logout', async (context) => {
    const session = readCookie(context, 'boyd')
    const form = await context.req.parseBody()
    demandCsrfToken(textOf(form['csrf']), session)
    await sessions.close(session ?? '')
    dropCookie(context, 'boyd')
    return context.redirect('/login', 303)
  })
}

async function withToken(parts: SignInParts, context: Context): Promise<Response> {
  demandOwnForm(context)
  const form = await context.req.parseBody()
  const to = textOf(form['to'])
  const { local } = credentialsOf(context, parts.peerOf)
  try {
    return enter(context, await parts.signIn.withToken({ token: textOf(form['token']).trim(), local, returnTo: to }))
  } catch (error) {
    if (!isFault(error) || error.code !== 'unauthenticated') throw error
    parts.limits.count('refused', parts.peerOf(context) ?? 'nowhere')
    return context.html(loginPage(parts, to, `${error.message}. ${error.hint ?? ''}`), 401)
  }
}

function enter(context: Context, opened: OpenedSession): Response {
  writeCookie(context, 'boyd', opened)
  return context.redirect(opened.returnTo, 303)
}

function loginPage({ signIn }: SignInParts, to: string, problem?: string): Html {
  const byToken = html`<form method="post" action="/login">
    <input type="hidden" name="to" value="${to}" />
    <label>Token <input type="password" name="token" autocomplete="off" required maxlength="4096" /></label>
    <button class="${signIn.withProvider ? '' : 'yes'}">Sign in with a token</button>
  </form>`
  const body = html`${problem === undefined ? '' : html`<p class="notice bad" role="alert">${problem}</p>`}
    ${signIn.withProvider ? html`<p><a class="button" href="/login/start?to=${encodeURIComponent(to)}">Sign in</a></p><details><summary>With a token</summary>${byToken}</details>` : html`<p>A token of yours, as <code>boyd token create</code> makes it; on Boyd's own machine the operator's token does, too.</p>${byToken}`}`
  return page({ title: 'Sign in to Boyd', body })
}

/** Where this browser reaches us. Without a name in the settings it is what the guard let through, and that is this machine. */
function baseUrl({ publicUrl }: SignInParts, context: Context): string {
  if (publicUrl !== undefined) return new URL(publicUrl).origin
  const host = hostOf(context)
  if (/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host)) return `http://${host}`
  throw fault({ code: 'invalid', operation: 'sign in', message: 'where people reach Boyd is not configured', hint: 'Set auth.publicUrl.' })
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
