/** The shapes of the HTTP API, as schemas: validation, OpenAPI and the page's types come from here. */

import { z } from '@hono/zod-openapi'
import { ROLES, SCOPES } from '../model/principal.ts'

export const subjectSchema = z.object({ kind: z.string(), namespace: z.string().optional(), name: z.string() }).openapi('Subject')

export const incidentSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    severity: z.number().int().min(1).max(5),
    state: z.enum(['open', 'working', 'awaiting-approval', 'resolved', 'handed-over', 'no-action']),
    subjects: z.array(subjectSchema),
    openedAt: z.string(),
    updatedAt: z.string(),
    endedAt: z.string().optional(),
    summary: z.string(),
    signals: z.number().int(),
  })
  .openapi('Incident')

export const reportSchema = z
  .object({
    outcome: z.string(),
    summary: z.string(),
    lines: z.array(z.object({ offsetMs: z.number(), text: z.string(), ledgerSeq: z.number().int() })),
  })
  .openapi('Report')

export const approvalSchema = z
  .object({
    id: z.string(),
    incidentId: z.string(),
    planHash: z.string(),
    state: z.string(),
    approvalsNeeded: z.number().int(),
    votes: z.array(z.object({ by: z.string(), name: z.string(), decision: z.string(), reason: z.string(), at: z.string() })),
    requestedAt: z.string(),
    expiresAt: z.string(),
    shown: z.string(),
    shownDigest: z.string(),
    voidReason: z.string().optional(),
  })
  .openapi('Approval')

export const ticketSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    priority: z.string(),
    status: z.string(),
    body: z.string(),
    comments: z.array(z.object({ at: z.string(), author: z.string(), text: z.string() })),
  })
  .openapi('Ticket')

export const incidentDetailSchema = z
  .object({ incident: incidentSchema, report: reportSchema, approvals: z.array(approvalSchema), ticket: ticketSchema.optional() })
  .openapi('IncidentDetail')

/** Who votes is whom the credential belongs to. A client that names somebody is refused, not ignored. */
export const voteSchema = z
  .strictObject({
    decision: z.enum(['approve', 'deny']),
    reason: z.string().max(2000).default(''),
    planHash: z.string().min(6).max(80).openapi({ description: 'The plan hash that was shown, or at least its last six characters.' }),
    door: z.enum(['cli', 'http']).default('http'),
  })
  .openapi('Vote')

export const principalSchema = z
  .object({
    subject: z.string(),
    name: z.string(),
    kind: z.enum(['person', 'service', 'agent']),
    roles: z.array(z.enum(ROLES)),
    teams: z.array(z.string()),
    scopes: z.array(z.enum(SCOPES)),
  })
  .openapi('Principal')

export const tokenSchema = z
  .object({
    id: z.string(),
    label: z.string(),
    kind: z.enum(['person', 'service']),
    subject: z.string(),
    name: z.string(),
    roles: z.array(z.enum(ROLES)),
    teams: z.array(z.string()),
    scopes: z.array(z.enum(SCOPES)),
    createdBy: z.string(),
    createdAt: z.string(),
    expiresAt: z.string(),
    lastUsedAt: z.string().optional(),
    revokedAt: z.string().optional(),
  })
  .openapi('Token')

export const deviceSchema = z
  .object({ handle: z.string(), userCode: z.string(), verificationUrl: z.string(), expiresInSec: z.number(), intervalSec: z.number() })
  .openapi('DeviceSignIn')

export const deviceTokenSchema = z.object({ token: tokenSchema.optional(), secret: z.string().optional() }).openapi('DeviceToken')

export const personSchema = z
  .object({ subject: z.string(), name: z.string(), roles: z.array(z.enum(ROLES)), teams: z.array(z.string()), disabled: z.boolean(), seenAt: z.string() })
  .openapi('Person')

export const changesSchema = z
  .object({ stopped: z.boolean(), by: z.string().optional(), name: z.string().optional(), reason: z.string().optional(), at: z.string().optional() })
  .openapi('Changes')

export const proposalSchema = z
  .object({ approvalId: z.string(), policies: z.array(z.string()), files: z.array(z.object({ name: z.string(), text: z.string() })), diff: z.string() })
  .openapi('PolicyProposal')

const problemSchema = z
  .object({ type: z.string(), title: z.string(), status: z.number().int(), detail: z.string().optional() })
  .openapi('Problem')

/** A response that says what was wrong. */
export const problem = (description: string) => ({ description, content: { 'application/problem+json': { schema: problemSchema } } })

export type IncidentWire = z.infer<typeof incidentSchema>
export type IncidentDetailWire = z.infer<typeof incidentDetailSchema>
export type ApprovalWire = z.infer<typeof approvalSchema>
export type PrincipalWire = z.infer<typeof principalSchema>
export type ChangesWire = z.infer<typeof changesSchema>
export type ProposalWire = z.infer<typeof proposalSchema>
export type DeviceWire = z.infer<typeof deviceSchema>
export type DeviceTokenWire = z.infer<typeof deviceTokenSchema>
export type TokenWire = z.infer<typeof tokenSchema>
export type PersonWire = z.infer<typeof personSchema>
export type TicketWire = z.infer<typeof ticketSchema>
