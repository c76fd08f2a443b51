/**
 * A plan: a goal, typed steps, the proof that it worked, and what undoes it.
 *
 * Plans are data. A person approves a plan by its hash, the gate judges it step by step, the twin rehearses
 * exactly it, and `act` applies exactly it: the four never see four different things.
 */

import { z } from 'zod'
import { digestOfJson } from '../kernel/canonical-json.ts'
import { subjectText, type ObjectRef } from './kube-object.ts'

export const objectRefSchema = z.object({
  apiVersion: z.string().min(1),
  kind: z.string().min(1),
  namespace: z.string().min(1).exactOptional(),
  name: z.string().min(1),
})

/** The object as it must still be when the step runs; the API server is asked to enforce it where it can. */
const targetSchema = objectRefSchema.extend({ uid: z.string().exactOptional() })

export type Target = z.infer<typeof targetSchema>

const patchTypeSchema = z.enum(['json', 'merge', 'strategic'])

export type PatchType = z.infer<typeof patchTypeSchema>

/** What one step does. The name of the verb is the name of its file in `act/verbs/`. */
export const actionSchema = z.discriminatedUnion('verb', [
  z.object({ verb: z.literal('cordon'), target: targetSchema }),
  z.object({ verb: z.literal('uncordon'), target: targetSchema }),
  /** Evicts every pod that a drain evicts, honouring budgets; never deletes past one. */
  z.object({
    verb: z.literal('drain'),
    target: targetSchema,
    timeoutMs: z.int().positive(),
    /** As `kubectl drain --delete-emptydir-data`. Without it, a node with such pods is not drained. */
    deleteEmptyDirData: z.boolean().exactOptional(),
    /** As `kubectl drain --force`: pods that no controller makes again go too. Without it, a node with such pods is not drained. */
    force: z.boolean().exactOptional(),
  }),
  z.object({ verb: z.literal('evict'), target: targetSchema, timeoutMs: z.int().positive() }),
  z.object({ verb: z.literal('delete-pod'), target: targetSchema }),
  z.object({ verb: z.literal('delete-node'), target: targetSchema }),
  z.object({ verb: z.literal('scale'), target: targetSchema, fromReplicas: z.int().nonnegative(), toReplicas: z.int().nonnegative() }),
  /** Copies the pod template of the named revision forward, as `kubectl rollout undo --to-revision` does. */
  z.object({
    verb: z.literal('roll-back'),
    target: targetSchema,
    toRevision: z.string(),
    fromRevision: z.string(),
    /** Digest of the pod template that the revision holds; the step refuses to copy another. */
    templateDigest: z.string(),
  }),
  z.object({ verb: z.literal('restart'), target: targetSchema, restartedAt: z.string() }),
  z.object({
    verb: z.literal('patch'),
    target: targetSchema,
    patchType: patchTypeSchema,
    patch: z.json(),
    /** The patch that puts the old values back. */
    undo: z.json(),
  }),
  /** Changes nothing: waits until the condition holds. */
  z.object({ verb: z.literal('wait'), until: z.lazy(() => conditionSchema), timeoutMs: z.int().positive() }),
])

export type Action = z.infer<typeof actionSchema>
export type Verb = Action['verb']

/**
 * A claim about the cluster that can be checked by looking: the unit of proof, of waiting and of preconditions.
 * `audit/conditions.ts` evaluates them.
 */
export const conditionSchema = z.discriminatedUnion('type', [
  /** Every replica the workload wants is of the current template and available. */
  z.object({ type: z.literal('workload-available'), target: objectRefSchema, replicas: z.int().exactOptional() }),
  z.object({ type: z.literal('object-gone'), target: targetSchema }),
  z.object({ type: z.literal('object-exists'), target: targetSchema }),
  z.object({ type: z.literal('node-ready'), target: objectRefSchema }),
  z.object({ type: z.literal('node-empty'), target: objectRefSchema }),
  /** At least this many nodes that match the labels are Ready and schedulable. */
  z.object({ type: z.literal('nodes-ready'), matchLabels: z.record(z.string(), z.string()), atLeast: z.int().positive() }),
  /** No pod of the owner restarts, waits or fails for `forMs`. */
  z.object({ type: z.literal('pods-stable'), target: objectRefSchema, forMs: z.int().nonnegative() }),
  /** The hazard that was diagnosed is no longer found on its subject. */
  z.object({
    type: z.literal('hazard-absent'),
    hazard: z.string(),
    subject: z.object({ kind: z.string(), namespace: z.string().exactOptional(), name: z.string() }),
  }),
  z.object({ type: z.literal('field-equals'), target: objectRefSchema, path: z.string(), value: z.json() }),
  /**
   * A CEL expression over `object`, its `pods` and the `nodes` they run on holds: "only nodes with zero users". As a
   * precondition it says what happens to a target that fails it: the plan stops, or this step is left out.
   */
  z.object({
    type: z.literal('expression'),
    target: targetSchema,
    /** What it is called by the operator, or by the author of the plan. */
    name: z.string(),
    expression: z.string().min(1).max(2_048),
    otherwise: z.enum(['stop', 'skip']),
  }),
])

export type Condition = z.infer<typeof conditionSchema>

export const stepSchema = z.object({
  /** Unique in the plan: `1-cordon`. */
  id: z.string().regex(/^[a-z0-9-]+$/),
  action: actionSchema,
  /** What a person reads: `cordon node worker-3 so that nothing new lands on it`. */
  reason: z.string(),
  /** Checked against the live cluster just before the step; a step whose precondition fails does not run. */
  preconditions: z.array(conditionSchema),
  /** Undone in reverse order when a later step fails; absent where nothing can undo it. */
  undo: z.lazy(() => actionSchema).exactOptional(),
})

export type Step = z.infer<typeof stepSchema>

/** A value that the cluster cannot tell us. Boyd asks; it never invents one. */
export const neededInputSchema = z.object({ name: z.string(), question: z.string(), target: objectRefSchema.exactOptional() })

export type NeededInput = z.infer<typeof neededInputSchema>

/**
 * How bad it can get: `reversible` has a complete undo; `disruptive` moves or restarts running pods;
 * `destructive` removes something that does not come back by itself.
 */
export const riskSchema = z.enum(['none', 'reversible', 'disruptive', 'destructive'])

export type Risk = z.infer<typeof riskSchema>

/**
 * What the source of an object must say for the change to last, where Argo CD, Flux or Helm bring the object about.
 * It is written down for a person; Boyd does not write to repositories.
 */
export const sourceChangeSchema = z.object({
  target: objectRefSchema,
  manager: z.enum(['argo-cd', 'flux', 'helm']),
  /** `Application argocd/shop`, `Helm release web in shop`. */
  owner: z.string(),
  repository: z.string().exactOptional(),
  revision: z.string().exactOptional(),
  path: z.string().exactOptional(),
  chart: z.string().exactOptional(),
  /** A manifest in part (strategic merge), patches of a kustomization, or values of a chart. */
  form: z.enum(['manifest', 'kustomize', 'helm-values']),
  /** YAML. */
  patch: z.string(),
  /** When a change that is made on the cluster is put back. */
  reverts: z.enum(['at once', 'next sync', 'next upgrade', 'unknown']),
  notes: z.array(z.string()),
})

export type SourceChange = z.infer<typeof sourceChangeSchema>

export const planSchema = z.object({
  kind: z.literal('plan'),
  /** Stable for the same diagnosis and approach: `roll-back-deployment-shop-cart`. */
  id: z.string(),
  goal: z.string(),
  hazard: z.string(),
  subject: z.object({ kind: z.string(), namespace: z.string().exactOptional(), name: z.string() }),
  steps: z.array(stepSchema),
  proof: z.array(conditionSchema),
  risk: riskSchema,
  /** What the author expects, in one sentence; the rehearsal says what happens. */
  expectedEffect: z.string(),
  /** Not empty: the plan cannot run until a person answers. */
  needsInput: z.array(neededInputSchema),
  /** Why this approach and not another, for the person who reads the ranking. */
  rationale: z.string(),
  /** `observed` values come from the cluster; `assumed` ones are ours, and then the gate asks. */
  values: z.enum(['observed', 'assumed']),
  /** It keeps the damage from growing and cures nothing: taken only where no cure may run, and a hand-over follows. */
  contains: z.literal(true).exactOptional(),
  /** Of each object that the plan changes and that a tool brings about from elsewhere; filled in when plans are collected. */
  sourceChanges: z.array(sourceChangeSchema).exactOptional(),
})

export type Plan = z.infer<typeof planSchema>

/** Stands for the hazard in a plan that a proposer made. */
export const PROPOSAL = 'proposal'

/** The hash a verdict, a rehearsal and an approval are bound to. Any change to the plan changes it. */
export function planHash(plan: Plan): string {
  return digestOfJson(plan)
}

/** The object a step changes; undefined for a step that changes nothing. */
export function targetOf(action: Action): Target | undefined {
  return action.verb === 'wait' ? undefined : action.target
}

export function isMutation(action: Action): boolean {
  return action.verb !== 'wait'
}

/** One line: `drain Node worker-3`, `scale Deployment shop/cart 2 → 3`. */
export function actionText(action: Action): string {
  switch (action.verb) {
    case 'wait':
      return `wait until ${conditionText(action.until)}`
    case 'scale':
      return `scale ${subjectText(action.target)} ${action.fromReplicas} → ${action.toReplicas}`
    case 'roll-back':
      return `roll back ${subjectText(action.target)} from revision ${action.fromRevision} to ${action.toRevision}`
    default:
      return `${action.verb} ${subjectText(action.target)}`
  }
}

/** Where a change belongs: `Application argocd/shop: https://git.example/shop.git at main, path apps/web`. */
export function sourceText({ owner, repository, revision, path, chart }: SourceChange): string {
  const at = revision === undefined ? '' : ` at ${revision}`
  const places = [repository === undefined ? (revision === undefined ? undefined : `revision ${revision}`) : `${repository}${at}`, chart === undefined ? undefined : `chart ${chart}`, path === undefined ? undefined : `path ${path}`]
  const known = places.filter((place) => place !== undefined).join(', ')
  return known === '' ? owner : `${owner}: ${known}`
}

const FORMS: Readonly<Record<SourceChange['form'], string>> = { manifest: 'in the manifest', kustomize: 'in the kustomization', 'helm-values': 'in the values' }
const REVERTS: Readonly<Record<SourceChange['reverts'], string>> = {
  'at once': 'A change on the cluster is put back at once.',
  'next sync': 'A change on the cluster lasts until the next sync.',
  'next upgrade': 'A change on the cluster lasts until the next upgrade of the release.',
  unknown: 'Whether a change on the cluster lasts is not known.',
}

/** As a person reads it, the patch included. */
export function sourceLines(change: SourceChange): string[] {
  return [`${sourceText(change)} (${subjectText(change.target)}, ${FORMS[change.form]}):`, ...change.patch.trimEnd().split('\n').map((line) => `  ${line}`), ...[REVERTS[change.reverts], ...change.notes].map((note) => `note: ${note}`)]
}

export function conditionText(condition: Condition): string {
  switch (condition.type) {
    case 'workload-available':
      return `${named(condition.target)} is available${condition.replicas === undefined ? '' : ` with ${condition.replicas} replicas`}`
    case 'object-gone':
      return `${named(condition.target)} is gone`
    case 'object-exists':
      return `${named(condition.target)} exists`
    case 'node-ready':
      return `${named(condition.target)} is Ready`
    case 'node-empty':
      return `${named(condition.target)} has no pods but those of DaemonSets`
    case 'nodes-ready':
      return `${condition.atLeast} nodes with ${labelsText(condition.matchLabels)} are Ready`
    case 'pods-stable':
      return `pods of ${named(condition.target)} are stable for ${condition.forMs / 1000} s`
    case 'hazard-absent':
      return `${condition.hazard} is no longer found on ${subjectText(condition.subject)}`
    case 'field-equals':
      return `${condition.path} of ${named(condition.target)} is ${JSON.stringify(condition.value)}`
    case 'expression':
      return `${condition.name} holds for ${named(condition.target)}: ${condition.expression}`
  }
}

function named(target: ObjectRef): string {
  return subjectText(target)
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
}
