/** Reads the example files of the policies: a base request, and what each example changes of it. */

import { z } from 'zod'
import { isRecord } from '../kernel/json.ts'
import { AUTONOMY_LEVELS } from '../model/playbook.ts'
import { cedarRequest, type CedarRequest, type RequestFacts } from './cedar-request.ts'

const MANAGERS = ['none', 'helm', 'argo-cd', 'flux', 'operator'] as const

const requestSchema = z.strictObject({
  action: z.string(),
  role: z.string(),
  environment: z.string(),
  resource: z.strictObject({
    type: z.enum(['Workload', 'Object', 'Namespace', 'Node', 'ClusterObject', 'Cluster']),
    kind: z.string().default(''),
    namespace: z.string().exactOptional(),
    name: z.string().default('example'),
    stateful: z.boolean().exactOptional(),
    controlPlane: z.boolean().exactOptional(),
    /** The site lists the resource's namespace as a system namespace. */
    system: z.boolean().exactOptional(),
  }),
  planHash: z.string(),
  rehearsal: z.strictObject({ passed: z.boolean(), planHash: z.string(), ageSec: z.int(), confidencePct: z.int() }),
  approvals: z.strictObject({ count: z.int(), teams: z.int(), requesterIncluded: z.boolean() }),
  blast: z.strictObject({ pods: z.int(), podPct: z.int(), namespaces: z.int(), nodes: z.int(), nodePct: z.int() }),
  errorBudget: z.strictObject({ tracked: z.boolean(), known: z.boolean(), leftPct: z.int() }),
  playbook: z.strictObject({ level: z.enum(AUTONOMY_LEVELS), recentFailures: z.int() }),
  target: z.strictObject({ environment: z.string(), production: z.boolean(), tier: z.string(), dataClass: z.string(), managedBy: z.enum(MANAGERS), gitOps: z.boolean() }),
  preconditions: z.array(z.string()),
  /** Requests that were recorded before there were taints have none. */
  taint: z.array(z.string()).default([]),
  dataLoss: z.boolean(),
  reversible: z.boolean(),
  assumedValues: z.boolean(),
  freeze: z.boolean(),
  breakGlass: z.boolean(),
  killSwitch: z.boolean(),
  localHour: z.int(),
  weekday: z.int(),
  businessHours: z.boolean(),
  holiday: z.boolean(),
})

export const exampleSchema = z.strictObject({
  name: z.string(),
  given: z.record(z.string(), z.unknown()).default({}),
  verdict: z.string().regex(/^(allow|deny|ask [1-3]( of [1-3] teams)?|ask break-glass)$/),
})

export const exampleFileSchema = z.array(
  z.strictObject({ policy: z.string(), decides: z.array(exampleSchema).min(1), nearMisses: z.array(exampleSchema).min(1) }),
)

export const baseFileSchema = z.strictObject({ base: requestSchema })

export type BaseRequest = z.infer<typeof requestSchema>
export type Example = z.infer<typeof exampleSchema>

/** The base with the example's differences, or what is wrong with them. */
export function requestOfExample(base: BaseRequest, example: Pick<Example, 'given'>): CedarRequest | string {
  const parsed = requestSchema.safeParse(overlaid(base, example.given))
  if (!parsed.success) return parsed.error.issues.map((issue) => [...issue.path, issue.message].join(' ')).join('; ')
  return requestOf(parsed.data)
}

/** A request written out, as the ledger keeps those that were judged: `policy explain` and `policy diff` ask it again. */
export function requestOf(written: BaseRequest): CedarRequest {
  const { action, role, environment, resource, ...context } = written
  const { system, ...facts } = resource
  return cedarRequest({
    agent: { id: 'boyd', role },
    action,
    // A node is a Node; nobody writes that twice.
    resource: { ...facts, kind: facts.kind === '' ? facts.type : facts.kind },
    cluster: { id: 'example', environment },
    systemNamespaces: system === true ? [facts.type === 'Namespace' ? facts.name : (facts.namespace ?? '')] : [],
    context,
  })
}

/** The other way: what was judged, in the shape of an example. */
export function writtenRequest(facts: RequestFacts): BaseRequest {
  const { agent, action, resource, cluster, systemNamespaces, context } = facts
  const namespace = resource.type === 'Namespace' ? resource.name : resource.namespace
  const system = namespace !== undefined && systemNamespaces.includes(namespace) ? { system: true } : {}
  return { action, role: agent.role, environment: cluster.environment, resource: { ...resource, ...system }, ...context, preconditions: [...context.preconditions], taint: [...context.taint] }
}

/** Records are merged, except the resource: half of another resource is no resource. */
function overlaid(base: unknown, given: Readonly<Record<string, unknown>>): unknown {
  if (!isRecord(base)) return given
  const merged: Record<string, unknown> = { ...base }
  for (const [key, value] of Object.entries(given)) {
    const before = base[key]
    merged[key] = key !== 'resource' && isRecord(value) && isRecord(before) ? { ...before, ...value } : value
  }
  return merged
}
