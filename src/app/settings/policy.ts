/**
 * Section `policy`: which policies are in force beside the shipped ones, and where the facts come from that policies ask
 * for. Paths are read from the folder of the settings file.
 */

import { z } from 'zod'
import { flawOfExpression } from '../../audit/expression.ts'
import { DEFAULT_NON_PRODUCTION } from '../../gate/site.ts'
import { AUTONOMY_LEVELS } from '../../model/playbook.ts'
import { actionSchema, type Verb } from '../../model/plan.ts'

const word = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'is no word in lower case')
const layerName = word.refine((name) => name !== 'sealed' && name !== 'platform', 'is the name of a layer of ours')
const namespacePattern = z.string().regex(/^[a-z0-9][-a-z0-9]{0,62}\*?$/, 'is no name of a namespace, and no beginning of one with a *')
const selector = { namespaces: z.array(namespacePattern).min(1).exactOptional(), matchLabels: z.record(z.string(), z.string()).exactOptional() }

const VERBS = actionSchema.options.map((option) => option.shape.verb.value).filter((verb) => verb !== 'wait') as [Verb, ...Verb[]]

const target = z
  .strictObject({ ...selector, environment: word.exactOptional(), tier: word.exactOptional(), dataClass: word.exactOptional() })
  .refine((rule) => rule.environment !== undefined || rule.tier !== undefined || rule.dataClass !== undefined, 'states neither environment nor tier nor dataClass')

const precondition = z.strictObject({
  name: word,
  expression: z.string().max(2_048).superRefine((text, context) => {
    const flaw = flawOfExpression(text)
    if (flaw !== undefined) context.addIssue({ code: 'custom', message: flaw })
  }),
  otherwise: z.enum(['stop', 'skip']).default('stop'),
  verbs: z.array(z.enum(VERBS)).min(1),
  targets: z.strictObject(selector).exactOptional(),
})

const errorBudget = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('prometheus'),
    url: z.url({ protocol: /^https?$/ }),
    query: z.string().min(1),
    bearerTokenFile: z.string().min(1).exactOptional(),
    timeoutMs: z.int().min(100).max(30_000).default(5_000),
  }),
  z.strictObject({ type: z.literal('file'), file: z.string().min(1), maxAgeSec: z.int().positive().default(900) }),
])

const autonomy = z.strictObject({
  start: z.enum(AUTONOMY_LEVELS).default('auto'),
  earnedAfter: z.int().min(1).max(1_000).default(5),
  recentHours: z.number().positive().default(24),
  ceilings: z.array(z.strictObject({ playbook: z.string().min(1), level: z.enum(AUTONOMY_LEVELS) })).default([]),
})

export const policySettings = z.strictObject({
  /** From the broadest to the narrowest: organisation, then team. Each can only tighten. */
  layers: z.array(z.strictObject({ name: layerName, folder: z.string().min(1) })).default([]),
  /** The first rule that matches a target and states a word gives it. */
  targets: z.array(target).default([]),
  nonProduction: z.array(word).default([...DEFAULT_NON_PRODUCTION]),
  /** Checks on each target just before its step. */
  preconditions: z.array(precondition).default([]),
  errorBudget: errorBudget.exactOptional(),
  /** iCalendar files or addresses; while an event of one of them lasts, changes are frozen. */
  freezeCalendars: z.array(z.string().min(1)).default([]),
  autonomy: autonomy.prefault({}),
})
