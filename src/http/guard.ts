/**
 * What a browser can be made to send, refused before anybody looks at who sent it: a page under a foreign name that points
 * here (DNS rebinding), and a form or script of another site. Programs send neither `Origin` nor `Sec-Fetch-Site`.
 */

import type { Context, MiddlewareHandler } from 'hono'
import { fault } from '../kernel/fault.ts'

export interface GuardOptions {
  /** Names under which pages may be asked for; undefined where the site named none. */
  readonly hosts: ReadonlySet<string> | undefined
  /** Where people reach Boyd, when they told; a form's origin may be this one too. */
  readonly publicUrl: string | undefined
}

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS']

export function isSafeMethod(method: string): boolean {
  return SAFE_METHODS.includes(method)
}

export function guardBrowsers(options: GuardOptions): MiddlewareHandler {
  return async (context, next) => {
    const reason = whyForeign(context, options)
    if (reason !== undefined) throw fault({ code: 'forbidden', operation: 'http', message: reason, hint: 'Open Boyd under its own name: auth.publicUrl and auth.allowedHosts say which there are.' })
    await next()
  }
}

function whyForeign(context: Context, { hosts, publicUrl }: GuardOptions): string | undefined {
  if (hosts !== undefined && !hosts.has(hostnameOf(context))) return 'this is not a name of this server'
  if (isSafeMethod(context.req.method)) return undefined
  const site = context.req.header('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'a page of another site sent this'
  const origin = context.req.header('origin')
  if (origin !== undefined && !isOwnOrigin(context, origin, publicUrl)) return 'a page of another origin sent this'
  return undefined
}

/** A form of ours comes from a browser, and those say where a form was. */
export function demandOwnForm(context: Context): void {
  if (context.req.header('origin') !== undefined || context.req.header('sec-fetch-site') === 'same-origin') return
  throw fault({ code: 'forbidden', operation: 'http', message: 'a form must be sent by a browser, from its own page', hint: 'Programs use the API and a token.' })
}

function isOwnOrigin(context: Context, origin: string, publicUrl: string | undefined): boolean {
  if (publicUrl !== undefined && origin === new URL(publicUrl).origin) return true
  if (!URL.canParse(origin)) return false
  return new URL(origin).host === hostOf(context)
}

/** With the port, as the client named it. */
export function hostOf(context: Context): string {
  return (context.req.header('host') ?? new URL(context.req.url).host).toLowerCase()
}

function hostnameOf(context: Context): string {
  const host = `http://${hostOf(context)}`
  return URL.canParse(host) ? new URL(host).hostname : ''
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]']

/** On this machine only its own names and those of the settings are good; elsewhere those of the settings, where there are any. */
export function hostsOf(options: { readonly loopback: boolean; readonly listening: string; readonly publicUrl: string | undefined; readonly allowedHosts: readonly string[] }): ReadonlySet<string> | undefined {
  const { loopback, listening, publicUrl, allowedHosts } = options
  const named = [...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname]), ...allowedHosts.map((host) => host.toLowerCase())]
  if (loopback) return new Set([...LOOPBACK_NAMES, listening, ...named])
  return named.length === 0 ? undefined : new Set([...LOOPBACK_NAMES, ...named])
}
