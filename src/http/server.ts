/**
 * The HTTP door. Loopback unless told otherwise; everything but health and the description of itself needs the
 * token; webhooks bring their own proof.
 */

import { serve } from '@hono/node-server'
import { OpenAPIHono } from '@hono/zod-openapi'
import { secureHeaders } from 'hono/secure-headers'
import { fault } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import type { Principal } from '../model/principal.ts'
import type { Doorkeeper } from '../app/auth/doorkeeper.ts'
import type { UseCases } from '../app/use-cases/use-cases.ts'
import { identify, isLoopbackAddress, socketPeer, type BoydHono, type HttpEnvironment, type PeerOf } from './identify.ts'
import { problemResponse } from './problem.ts'
import { addHealthRoute } from './routes/health.ts'
import { addIncidentRoutes } from './routes/incidents.ts'
import { addIntakeRoutes } from './routes/intake.ts'
import { addLedgerRoutes } from './routes/ledger.ts'
import { statusPage } from './status-page.ts'

/** Whoever asks for the page on a machine that nobody else can reach. */
const PAGE_READER: Principal = { subject: 'local:page', name: 'the status page', kind: 'service', roles: ['viewer'], teams: [], scopes: ['read'], authentication: { method: 'process', atMs: 0 } }

export interface HttpOptions {
  readonly useCases: UseCases
  readonly doorkeeper: Doorkeeper
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
  // The page needs no token, so it exists only where nobody but this machine can ask for it.
  const app = createHttpApp({ ...options, openPage: isLoopback(options.host) })
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

interface AppOptions extends Omit<HttpOptions, 'host' | 'port'> {
  readonly openPage: boolean
  /** Where requests come from; the socket says it unless told otherwise. */
  readonly peerOf?: PeerOf
}

/** The app without a socket, for tests and for the schema dump. */
export function createHttpApp(options: AppOptions): BoydHono {
  const { useCases, version, log } = options
  const server: BoydHono = new OpenAPIHono<HttpEnvironment>({ defaultHook: (result) => rejectInvalid(result) })
  server.use(secureHeaders({ contentSecurityPolicy: { defaultSrc: ["'none'"], styleSrc: ["'unsafe-inline'"], frameAncestors: ["'none'"] } }))
  server.onError((error, context) => problemResponse(context, error, log))
  server.notFound((context) => problemResponse(context, fault({ code: 'not-found', operation: 'http', message: `there is nothing at ${context.req.path}`, hint: 'GET /openapi.json lists what there is.' }), log))
  addHealthRoute(server, version)
  addIntakeRoutes(server, useCases)
  const known = identify({ doorkeeper: options.doorkeeper, peerOf: options.peerOf ?? socketPeer })
  for (const path of ['/api/v1/incidents/*', '/api/v1/approvals/*', '/api/v1/ledger', '/api/v1/events']) server.use(path, known)
  addIncidentRoutes(server, useCases)
  addLedgerRoutes(server, useCases)
  if (options.openPage) server.get('/', async (context) => context.html(statusPage(await useCases.incidents(PAGE_READER, { limit: 50 }))))
  server.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' })
  server.doc31('/openapi.json', { openapi: '3.1.0', info: { title: 'Boyd', version }, security: [{ token: [] }] })
  return server
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
