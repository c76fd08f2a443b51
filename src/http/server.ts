/**
 * The HTTP door. Loopback unless told otherwise; everything but health, the description of itself and the pages that let
 * somebody in needs somebody who is known; webhooks bring their own proof.
 */

import { serve } from '@hono/node-server'
import { OpenAPIHono } from '@hono/zod-openapi'
import { secureHeaders } from 'hono/secure-headers'
import { fault } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import type { Doors } from '../app/start-app.ts'
import { identify, senderOf, isLoopbackAddress, socketPeer, type BoydHono, type HttpEnvironment, type PeerOf } from './identify.ts'
import { smallBodies } from './body-limit.ts'
import { guardBrowsers, hostsOf } from './guard.ts'
import { createLimits, type Limits } from './limits.ts'
import { STYLE_SOURCE } from './page-frame.ts'
import { problemResponse } from './problem.ts'
import { addApprovalPages } from './routes/approvals.ts'
import { addChangesRoutes } from './routes/changes.ts'
import { addDeviceRoutes } from './routes/device-sign-in.ts'
import { addHealthRoute } from './routes/health.ts'
import { addIncidentRoutes } from './routes/incidents.ts'
import { addIntakeRoutes } from './routes/intake.ts'
import { addLedgerRoutes } from './routes/ledger.ts'
import { addPeopleRoutes } from './routes/people.ts'
import { addSignInRoutes } from './routes/sign-in.ts'
import { addSlackRoute } from './routes/slack.ts'
import { addWhatIfRoutes } from './routes/what-if.ts'
import { addStatusPage } from './routes/status.ts'

export interface HttpOptions extends Doors {
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  readonly version: string
  readonly log: Log
}

export interface HttpServer {
  readonly url: string
  stop(): Promise<void>
}

/** Starts to listen. Fault `unavailable` when the address is taken. */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const app = createHttpApp(options)
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: options.host, port: options.port }, (info) => {
      const stop = (): Promise<void> =>
        new Promise((done) => {
          server.close(() => done())
          if ('closeAllConnections' in server) server.closeAllConnections()
        })
      resolve({ url: `http://${hostText(options.host)}:${info.port}`, stop })
    })
    server.once('error', (cause) =>
      reject(fault({ code: 'unavailable', operation: 'http listen', subject: `${options.host}:${options.port}`, message: cause.message, hint: 'Choose another --port, or stop what listens there.', cause })),
    )
  })
}

interface AppOptions extends Omit<HttpOptions, 'port'> {
  /** Where requests come from; the socket says it unless told otherwise. */
  readonly peerOf?: PeerOf
}

/** Under the API everybody must be known, but where the answer is itself about becoming known. Webhooks and chats bring their own proof. */
const NEEDS_NOBODY = ['/api/v1/login/', '/api/v1/webhooks/', '/api/v1/slack/']

/** The app without a socket, for tests and for the schema dump. */
export function createHttpApp(options: AppOptions): BoydHono {
  const { useCases, version, log } = options
  const peerOf = options.peerOf ?? socketPeer
  const limits = createLimits(options.clock)
  const server: BoydHono = new OpenAPIHono<HttpEnvironment>({ defaultHook: (result) => rejectInvalid(result) })
  server.onError((error, context) => problemResponse(context, error, log))
  server.notFound((context) => problemResponse(context, fault({ code: 'not-found', operation: 'http', message: `there is nothing at ${context.req.path}`, hint: 'GET /openapi.json lists what there is.' }), log))
  protect(server, { ...options, peerOf, limits })
  addHealthRoute(server, version)
  addIntakeRoutes(server, useCases, (context) => senderOf(context, { doorkeeper: options.doorkeeper, peerOf }))
  if (options.slack !== undefined) addSlackRoute(server, options.slack)
  const known = identify({ doorkeeper: options.doorkeeper, peerOf, limits })
  server.use('/api/*', (context, next) => (NEEDS_NOBODY.some((prefix) => context.req.path.startsWith(prefix)) ? next() : known(context, next)))
  addIncidentRoutes(server, useCases)
  addLedgerRoutes(server, useCases)
  addPeopleRoutes(server, useCases)
  addChangesRoutes(server, useCases)
  addWhatIfRoutes(server, useCases)
  const pages = { ...options, peerOf, limits }
  addSignInRoutes(server, pages)
  addDeviceRoutes(server, pages)
  addApprovalPages(server, pages)
  addStatusPage(server, { ...pages, open: isLoopback(options.host) })
  server.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer', description: "A token of Boyd's, or a JWT of the site's identity provider." })
  server.openAPIRegistry.registerComponent('securitySchemes', 'session', { type: 'apiKey', in: 'cookie', name: '__Host-boyd', description: 'The session of a browser; changes also carry x-boyd-csrf.' })
  server.doc31('/openapi.json', { openapi: '3.1.0', info: { title: 'Boyd', version }, security: [{ token: [] }, { session: [] }] })
  return server
}

/** What every request passes, whoever sent it. */
function protect(server: BoydHono, options: AppOptions & { readonly peerOf: PeerOf; readonly limits: Limits }): void {
  const { host, publicUrl, allowedHosts, peerOf, limits } = options
  server.use(
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: ["'none'"], styleSrc: [STYLE_SOURCE], formAction: ["'self'"], baseUri: ["'none'"], frameAncestors: ["'none'"] },
      // Nothing of ours is told elsewhere; with "no-referrer" a browser would also hide where our own forms come from.
      referrerPolicy: 'same-origin',
      xFrameOptions: 'DENY',
    }),
  )
  server.use(async (context, next) => {
    limits.count('address', peerOf(context) ?? 'nowhere')
    await next()
    // What is told here is of one person and one moment.
    context.header('cache-control', 'no-store')
  })
  server.use(guardBrowsers({ publicUrl, hosts: hostsOf({ loopback: isLoopback(host), listening: host, publicUrl, allowedHosts }) }))
  server.use(smallBodies)
}

function rejectInvalid(result: { readonly success: boolean; readonly error?: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] } }): undefined {
  if (result.success) return undefined
  const issues = (result.error?.issues ?? []).map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`)
  throw fault({ code: 'invalid', operation: 'http', message: issues.join('; ') })
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || isLoopbackAddress(host)
}

function hostText(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
