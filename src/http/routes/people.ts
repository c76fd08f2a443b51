/** Who one is, tokens, and people. */

import { createRoute, z } from '@hono/zod-openapi'
import { csrfTokenOf } from '../../app/auth/sessions.ts'
import type { TokenRequest } from '../../app/use-cases/tokens.ts'
import type { UseCases } from '../../app/use-cases/use-cases.ts'
import { toIso } from '../../kernel/clock.ts'
import { ROLES, SCOPES } from '../../model/principal.ts'
import { personSchema, principalSchema, problem, tokenSchema } from '../contract.ts'
import type { BoydHono } from '../identify.ts'
import { readCookie } from '../session-cookie.ts'
import { tokenToWire } from '../to-wire.ts'

const REFUSALS = { 401: problem('Nobody is known by what was shown'), 403: problem('Not for this role, or not for this token') }
const idParam = z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) })
const subjectParam = z.object({ subject: z.string().openapi({ param: { name: 'subject', in: 'path' } }) })
const json = <T extends z.ZodType>(description: string, schema: T) => ({ description, content: { 'application/json': { schema } } })

const meRoute = createRoute({
  method: 'get',
  path: '/api/v1/me',
  summary: 'Whom the credential of this request belongs to',
  responses: { 200: json('Who, with which roles', z.object({ principal: principalSchema, csrfToken: z.string().optional().openapi({ description: 'For x-boyd-csrf, where a session is what was shown.' }) })), 401: REFUSALS[401] },
})

const createTokenRoute = createRoute({
  method: 'post',
  path: '/api/v1/tokens',
  summary: 'Make a token: of one’s own, of a service, or of a person where there is no identity provider',
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            label: z.string().trim().min(1).max(100),
            service: z.string().trim().min(1).max(100).optional(),
            person: z.string().trim().min(1).max(200).optional(),
            name: z.string().trim().min(1).max(100).optional(),
            teams: z.array(z.string().trim().min(1).max(100)).max(20).optional(),
            roles: z.array(z.enum(ROLES)).min(1).optional(),
            scopes: z.array(z.enum(SCOPES)).min(1).optional(),
            expiresInDays: z.number().positive().max(365).optional(),
          }),
        },
      },
    },
  },
  responses: { 201: json('The token; its secret is told this once', z.object({ token: tokenSchema, secret: z.string() })), 400: problem('No such token may be made'), ...REFUSALS },
})

const tokensRoute = createRoute({
  method: 'get',
  path: '/api/v1/tokens',
  summary: 'Tokens: one’s own; an admin sees all',
  responses: { 200: json('Without secrets, newest first', z.object({ tokens: z.array(tokenSchema) })), ...REFUSALS },
})

const revokeRoute = createRoute({
  method: 'delete',
  path: '/api/v1/tokens/{id}',
  summary: 'Revoke a token',
  request: { params: idParam },
  responses: { 204: { description: 'It opens nothing any more' }, ...REFUSALS, 404: problem('No such token') },
})

const peopleRoute = createRoute({
  method: 'get',
  path: '/api/v1/people',
  summary: 'People as they were last seen',
  responses: { 200: json('By subject', z.object({ people: z.array(personSchema) })), ...REFUSALS },
})

const disableRoute = createRoute({
  method: 'put',
  path: '/api/v1/people/{subject}/disabled',
  summary: 'Shut a person out, or let them in again',
  request: { params: subjectParam, body: { required: true, content: { 'application/json': { schema: z.strictObject({ disabled: z.boolean() }) } } } },
  responses: { 204: { description: 'So it is, from the next request on' }, 400: problem('Nobody shuts themselves out'), ...REFUSALS, 404: problem('Nobody of that subject was ever seen') },
})

export function addPeopleRoutes(server: BoydHono, useCases: UseCases): void {
  server.openapi(meRoute, (context) => {
    const session = context.req.header('authorization') === undefined ? readCookie(context, 'boyd') : undefined
    const { principal } = context.var
    return context.json({ principal: { ...principal, roles: [...principal.roles], teams: [...principal.teams], scopes: [...(principal.scopes ?? SCOPES)] }, ...(session === undefined ? {} : { csrfToken: csrfTokenOf(session) }) }, 200)
  })
  server.openapi(createTokenRoute, async (context) => {
    const { token, secret } = await useCases.createToken(context.var.principal, context.req.valid('json') as TokenRequest)
    return context.json({ token: tokenToWire(token), secret }, 201)
  })
  server.openapi(tokensRoute, async (context) => context.json({ tokens: (await useCases.tokens(context.var.principal)).map(tokenToWire) }, 200))
  server.openapi(revokeRoute, async (context) => {
    await useCases.revokeToken(context.var.principal, context.req.valid('param').id)
    return context.body(null, 204)
  })
  server.openapi(peopleRoute, async (context) => {
    const people = await useCases.people(context.var.principal)
    return context.json({ people: people.map(({ subject, name, roles, teams, disabled, seenAtMs }) => ({ subject, name, roles: [...roles], teams: [...teams], disabled, seenAt: toIso(seenAtMs) })) }, 200)
  })
  server.openapi(disableRoute, async (context) => {
    await useCases.disablePerson(context.var.principal, context.req.valid('param').subject, context.req.valid('json').disabled)
    return context.body(null, 204)
  })
}
