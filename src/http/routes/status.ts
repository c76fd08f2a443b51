/** The status page: open where nobody but this machine can ask for it, elsewhere for those who are signed in. */

import type { Doorkeeper } from '../../app/auth/doorkeeper.ts'
import { csrfTokenOf } from '../../app/auth/sessions.ts'
import type { UseCases } from '../../app/use-cases/use-cases.ts'
import type { Principal } from '../../model/principal.ts'
import type { BoydHono } from '../identify.ts'
import { readCookie } from '../session-cookie.ts'
import { statusPage } from '../status-page.ts'
import { visitorOf } from '../visitor.ts'

interface StatusParts {
  readonly useCases: UseCases
  readonly doorkeeper: Doorkeeper
  readonly open: boolean
}

/** Whoever asks for the page on a machine that nobody else can reach. */
const PAGE_READER: Principal = { subject: 'local:page', name: 'the status page', kind: 'service', roles: ['viewer'], teams: [], scopes: ['read'], authentication: { method: 'process', atMs: 0 } }

export function addStatusPage(server: BoydHono, { useCases, doorkeeper, open }: StatusParts): void {
  server.get('/', async (context) => {
    const visitor = await visitorOf(context, doorkeeper)
    if (visitor === undefined && !open) return context.redirect('/login?to=/', 303)
    const reader = visitor ?? PAGE_READER
    const [incidents, stopped] = await Promise.all([useCases.incidents(reader, { limit: 50 }), useCases.changes(reader)])
    const signedIn = visitor === undefined ? undefined : { name: visitor.name, csrf: csrfTokenOf(readCookie(context, 'boyd') ?? '') }
    return context.html(statusPage({ incidents, ...(stopped === undefined ? {} : { stopped }), ...(signedIn === undefined ? {} : { signedIn }) }))
  })
}
