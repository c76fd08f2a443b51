/** The gate's facts over the real sources: the error budget that the settings name, and the record of playbooks in the store. */

import { createErrorBudget, type ErrorBudgetSource } from '../adapters/error-budget/error-budget.ts'
import { standingOf, type AutonomyRules } from '../gate/autonomy.ts'
import type { Clock } from '../kernel/clock.ts'
import type { GateFacts } from '../ports/gate-facts.ts'
import type { Store } from '../ports/store.ts'
import type { Settings } from './settings/settings.ts'

export interface GateFactsOptions {
  readonly settings: Settings['policy']
  readonly store: Pick<Store, 'playbookOutcomes'>
  readonly clock: Clock
  pathOf(path: string): string
}

export function gateFacts(options: GateFactsOptions): GateFacts {
  const { settings, store, clock } = options
  const source = errorBudgetSource(settings, options.pathOf)
  const rules = autonomyRules(settings.autonomy)
  return {
    errorBudget: source === undefined ? () => Promise.resolve({ type: 'untracked' }) : createErrorBudget(source, clock),
    playbook: async (playbook) => standingOf(playbook, await store.playbookOutcomes(playbook), { rules, nowMs: clock.now() }),
  }
}

function autonomyRules({ recentHours, ...rules }: Settings['policy']['autonomy']): AutonomyRules {
  return { ...rules, recentMs: recentHours * 3_600_000 }
}

/** Undefined where the operator named none. */
export function errorBudgetSource({ errorBudget }: Settings['policy'], pathOf: (path: string) => string): ErrorBudgetSource | undefined {
  if (errorBudget === undefined) return undefined
  if (errorBudget.type === 'file') return { type: 'file', file: pathOf(errorBudget.file), maxAgeMs: errorBudget.maxAgeSec * 1_000 }
  const { bearerTokenFile, ...prometheus } = errorBudget
  return { ...prometheus, ...(bearerTokenFile === undefined ? {} : { bearerTokenFile: pathOf(bearerTokenFile) }) }
}
