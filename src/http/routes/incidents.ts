/** Reading incidents and answering approval requests. */

import { createRoute, z } from '@hono/zod-openapi'
import type { UseCases } from '../../app/use-cases/use-cases.ts'
import { approvalSchema, incidentDetailSchema, incidentSchema, problem, proposalSchema, voteSchema } from '../contract.ts'
import { approvalToWire, detailToWire, incidentToWire } from '../to-wire.ts'
import type { BoydHono } from '../identify.ts'

const idParam = z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) })
const states = ['open', 'working', 'awaiting-approval', 'resolved', 'handed-over', 'no-action'] as const

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/incidents',
  summary: 'Incidents, newest first',
  request: {
    query: z.object({
      limit: z.coerce.number().int().min(1).max(200).default(50),
      after: z.string().optional().openapi({ description: 'Id of the last incident of the page before.' }),
      state: z.enum(states).optional(),
    }),
  },
  responses: { 200: { description: 'A page', content: { 'application/json': { schema: z.object({ incidents: z.array(incidentSchema), next: z.string().optional() }) } } }, 400: problem('No such state, or no such page'), 401: problem('No token') },
})

const showRoute = createRoute({
  method: 'get',
  path: '/api/v1/incidents/{id}',
  summary: 'One incident with its report, ticket and approval requests',
  request: { params: idParam },
  responses: { 200: { description: 'The incident', content: { 'application/json': { schema: incidentDetailSchema } } }, 401: problem('No token'), 404: problem('No such incident') },
})

const approvalsRoute = createRoute({
  method: 'get',
  path: '/api/v1/approvals',
  summary: 'Approval requests',
  request: { query: z.object({ state: z.enum(['pending', 'granted', 'denied', 'expired', 'invalidated', 'consumed']).optional() }) },
  responses: { 200: { description: 'The requests', content: { 'application/json': { schema: z.object({ approvals: z.array(approvalSchema) }) } } }, 400: problem('No such state'), 401: problem('No token') },
})

const approvalRoute = createRoute({
  method: 'get',
  path: '/api/v1/approvals/{id}',
  summary: 'One approval request, with what a person is shown',
  request: { params: idParam },
  responses: { 200: { description: 'The request', content: { 'application/json': { schema: approvalSchema } } }, 401: problem('No token'), 404: problem('No such request') },
})

const keysRoute = createRoute({
  method: 'get',
  path: '/api/v1/approval-keys',
  summary: 'The public keys that votes are signed with',
  responses: { 200: { description: 'By id, in PEM', content: { 'application/json': { schema: z.record(z.string(), z.string()) } } }, 401: problem('No token') },
})

const proposalRoute = createRoute({
  method: 'get',
  path: '/api/v1/approvals/{id}/policy-proposal',
  summary: 'A policy that would refuse what was denied, as a diff for a person to review',
  request: { params: idParam },
  responses: {
    200: { description: 'Files of a layer, and the diff that adds them', content: { 'application/json': { schema: proposalSchema } } },
    400: problem('No rule can be made of it'),
    401: problem('No token'),
    403: problem('Not for this role, or not for this token'),
    404: problem('No such request'),
    409: problem('Nobody denied it'),
  },
})

const voteRoute = createRoute({
  method: 'post',
  path: '/api/v1/approvals/{id}/votes',
  summary: 'Approve or deny a plan',
  request: { params: idParam, body: { required: true, content: { 'application/json': { schema: voteSchema } } } },
  responses: {
    200: { description: 'The request as it stands', content: { 'application/json': { schema: approvalSchema } } },
    400: problem('The hash is of another plan'),
    401: problem('No token'),
    403: problem('Not for this role, or not for this token'),
    404: problem('No such request'),
    409: problem('The request takes no more votes'),
  },
})

export function addIncidentRoutes(server: BoydHono, useCases: UseCases): void {
  server.openapi(listRoute, async (context) => {
    const { limit, after, state } = context.req.valid('query')
    const incidents = await useCases.incidents(context.var.principal, { limit, ...(after === undefined ? {} : { after }), ...(state === undefined ? {} : { states: [state] }) })
    const next = incidents.length === limit ? incidents.at(-1)?.id : undefined
    return context.json({ incidents: incidents.map(incidentToWire), ...(next === undefined ? {} : { next }) }, 200)
  })
  server.openapi(showRoute, async (context) => context.json(detailToWire(await useCases.incident(context.var.principal, context.req.valid('param').id)), 200))
  server.openapi(approvalsRoute, async (context) => {
    const { state } = context.req.valid('query')
    const approvals = await useCases.approvals(context.var.principal, state === undefined ? {} : { state })
    return context.json({ approvals: approvals.map(approvalToWire) }, 200)
  })
  server.openapi(approvalRoute, async (context) => context.json(approvalToWire(await useCases.approval(context.var.principal, context.req.valid('param').id)), 200))
  server.openapi(keysRoute, async (context) => context.json({ ...(await useCases.approvalKeys(context.var.principal)) }, 200))
  server.openapi(proposalRoute, async (context) => {
    const { approvalId, policies, files, diff } = await useCases.proposePolicy(context.var.principal, context.req.valid('param').id)
    return context.json({ approvalId, policies: [...policies], files: files.map((file) => ({ ...file })), diff }, 200)
  })
  server.openapi(voteRoute, async (context) => {
    const approval = await useCases.vote(context.var.principal, { approvalId: context.req.valid('param').id, ...context.req.valid('json') })
    return context.json(approvalToWire(approval), 200)
  })
}
