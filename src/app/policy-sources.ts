/** Where the policies of this site come from, and how they are loaded: at the start, by the watch, by the doctor, by `boyd policy`. */

import { loadPolicies, type LoadOptions } from '../gate/load-policies.ts'
import type { PolicyBundle } from '../gate/policy-bundle.ts'
import type { Config } from './config.ts'
import { coveredHooks, hookPrograms } from './site-hooks.ts'
import type { Settings } from './settings/settings.ts'

export interface PolicySources {
  /** Throws fault `invalid`. */
  load(): PolicyBundle
  readonly folder: string
  options(): LoadOptions
  /** What to look at for changes. */
  readonly watched: readonly string[]
}

export function policySources(parts: { readonly config: Pick<Config, 'policiesFolder'>; readonly settings: Settings; pathOf(path: string): string }): PolicySources {
  const { config, settings, pathOf } = parts
  const layers = settings.policy.layers.map(({ name, folder }) => ({ name, folder: pathOf(folder) }))
  const options = (): LoadOptions => ({ layers, covered: coveredHooks(settings.hooks, pathOf) })
  const folder = config.policiesFolder
  const watched = [folder, ...layers.map((layer) => layer.folder), ...hookPrograms(settings.hooks, pathOf)]
  return { load: () => loadPolicies(folder, options()), folder, options, watched }
}
