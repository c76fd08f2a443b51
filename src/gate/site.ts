/**
 * What the gate must know of the place it guards and cannot read from the cluster: the operator's own settings.
 * Read afresh at every judgement, so that a freeze or the kill switch acts on the next step and not on the next start.
 */

import type { Verb } from '../model/plan.ts'
import type { BusinessHours } from './local-time.ts'
import type { TargetRule } from './target-facts.ts'

export interface Site {
  /** The agent as policies name it. */
  readonly agent: { readonly id: string; readonly role: 'viewer' | 'operator' }
  readonly clusterId: string
  /** `production`, `staging`, …: a word of the site's, in lower case, as policies compare it. */
  readonly environment: string
  /** IANA name; the hour and the day that policies see are told in it. */
  readonly timeZone: string
  readonly businessHours: BusinessHours
  /** Environments in which a loss is no loss; every other one, also one that nobody knows, is production. */
  readonly nonProduction: readonly string[]
  /** What the operator says of targets; the first rule that matches and states a word gives it. */
  readonly targets: readonly TargetRule[]
  /** Namespaces in which nothing is changed. Names of the API, exact. */
  readonly systemNamespaces: readonly string[]
  /** Checks that are made on each target just before its step, by the names that policies may demand. */
  readonly preconditions: readonly SitePrecondition[]
  /** A change freeze: only a broken glass gets through. */
  readonly freeze: boolean
  /** Which freeze, until when, or why it must be assumed: what a person reads beside the reason. */
  readonly freezeDetail?: string
  readonly holiday: boolean
  readonly holidayDetail?: string
  /** Everything stops: no change is allowed, approved or not. */
  readonly killSwitch: boolean
}

/** A check of the operator's own, attached to each step that it is about. */
export interface SitePrecondition {
  readonly name: string
  /** CEL over `object`, `pods` and `nodes`; `audit/expression.ts` evaluates it. */
  readonly expression: string
  /** The plan stops at a target that fails it, or goes on without that target. */
  readonly otherwise: 'stop' | 'skip'
  readonly verbs: readonly Verb[]
  /** Absent: every target of those verbs. */
  readonly targets?: Pick<TargetRule, 'namespaces' | 'matchLabels'>
}

/** What every cluster keeps for itself (kubernetes.io: "Initial namespaces", without `default`). */
export const DEFAULT_SYSTEM_NAMESPACES: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease']

export const DEFAULT_BUSINESS_HOURS: BusinessHours = { weekdays: [1, 2, 3, 4, 5], fromHour: 9, toHour: 18 }

export const DEFAULT_NON_PRODUCTION: readonly string[] = ['development', 'dev', 'test', 'testing', 'staging', 'sandbox']

/** Settings with the defaults for what is not said. */
export function createSite(parts: Partial<Site> & Pick<Site, 'clusterId'>): Site {
  const { environment = 'production' } = parts
  return {
    agent: { id: 'boyd', role: 'operator' },
    timeZone: 'UTC',
    businessHours: DEFAULT_BUSINESS_HOURS,
    nonProduction: DEFAULT_NON_PRODUCTION,
    targets: [],
    systemNamespaces: DEFAULT_SYSTEM_NAMESPACES,
    preconditions: [],
    freeze: false,
    holiday: false,
    killSwitch: false,
    ...parts,
    environment: environment.toLowerCase(),
  }
}
