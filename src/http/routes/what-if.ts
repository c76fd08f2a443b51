/** Questions about the future, answered on a twin of the cluster as it is now. */

import { createRoute, z } from '@hono/zod-openapi'
import type { UseCases } from '../../app/use-cases/use-cases.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { problem } from '../contract.ts'
import type { BoydHono } from '../identify.ts'

const subject = z.object({ kind: z.string(), namespace: z.string().optional(), name: z.string() })
const worst = z.object({ workload: subject, availableMin: z.number(), desired: z.number(), belowDesiredMs: z.number() })
const autoscaled = z.object({ autoscaler: subject, target: z.string(), from: z.number().optional(), to: z.number().optional(), held: z.boolean() })
const job = z.object({ job: subject, failedPods: z.number(), backoffLimit: z.number(), gaveUp: z.string().optional() })
const silenced = z.object({ service: subject, forMs: z.number() })
const stopped = z.object({ workload: subject, hadAvailable: z.number(), isGone: z.boolean() })
const stuck = z.object({ pod: subject, owner: subject, reason: z.string() })

const answerSchema = z
  .object({
    question: z.string(),
    summary: z.string(),
    settles: z.boolean(),
    hasOutage: z.boolean(),
    safe: z.boolean(),
    horizonMs: z.number(),
    runs: z.array(z.object({ seed: z.number(), problems: z.array(z.string()), pendingAtEnd: z.number(), pendingMost: z.number(), stuck: z.array(stuck), evicted: z.number(), evictionsBlocked: z.number(), worst: z.array(worst), downAtEnd: z.array(subject), stopped: z.array(stopped), lost: z.array(subject), jobs: z.array(job), silenced: z.array(silenced), silentAtEnd: z.array(subject), autoscaled: z.array(autoscaled) })),
    timeline: z.array(z.object({ atMs: z.number(), text: z.string() })),
    worst: z.array(worst),
    worstMoment: z.object({ atMs: z.number(), missing: z.number(), workloads: z.array(z.object({ workload: subject, available: z.number(), desired: z.number() })) }).optional(),
    silenced: z.array(silenced),
    stopped: z.array(stopped),
    jobs: z.array(job),
    unplaced: z.array(z.object({ pod: subject, owner: subject, reason: z.string(), nodes: z.array(z.object({ node: z.string(), plugin: z.string(), reasons: z.array(z.string()) })) })),
    stuck: z.array(stuck),
    versionProfile: z.string(),
    assumptions: z.array(z.string()),
    notModelled: z.array(z.string()),
    notModelledElsewhere: z.array(z.string()),
    confidence: z.number(),
  })
  .openapi('WhatIf')

const questionSchema = z.object({
  questions: z.array(z.string().min(1).max(4_096)).min(1).max(16).openapi({ example: ['drain node/a node/b'] }),
  runs: z.int().min(1).max(32).default(5),
  minutes: z.int().min(1).max(240).default(30),
  objects: z.array(z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata: z.looseObject({ name: z.string() }) })).max(500).default([]).openapi({ description: 'What "apply -f -" applies.' }),
})

const askRoute = createRoute({
  method: 'post',
  path: '/api/v1/what-if',
  summary: 'What would happen: played on a twin, nothing is changed',
  request: { body: { required: true, content: { 'application/json': { schema: questionSchema } } } },
  responses: {
    200: { description: 'What holds over all runs', content: { 'application/json': { schema: answerSchema } } },
    400: problem('The question cannot be read'),
    401: problem('No token'),
    403: problem('Not for this role, or not for this token'),
    404: problem('It names what is not there'),
    429: problem('One question is played and others wait'),
    503: problem('The cluster does not answer, or the question needs more memory than it may have'),
    504: problem('It was not answered in time'),
  },
})

export function addWhatIfRoutes(server: BoydHono, useCases: UseCases): void {
  server.openapi(askRoute, async (context) => {
    const { questions, runs, minutes, objects } = context.req.valid('json')
    const answer = await useCases.whatIf(context.var.principal, { questions, runs, minutes, objects: objects as unknown as readonly KubeObject[] })
    return context.json(structuredClone(answer) as z.infer<typeof answerSchema>, 200)
  })
}
