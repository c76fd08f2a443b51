/** Where the policies of this site come from, and how they are loaded: at the start, by the watch, by the doctor, by `boyd policy`. */

import { loadPolicies, type LoadOptions } from '../gate/load-policies.ts'
import type { PolicyBundle } from '../gate/policy-bundle.ts'
import type { Config } from './config.ts'
import type { Settings } from './settings/settings.ts'

export interface PolicySources {
  /** Throws fault `invalid`. */
  load(): PolicyBundle
  readonly folder: string
  readonly options: LoadOptions
  /** What to look at for changes. */
  readonly watched: readonly string[]
}

export function policySources(parts: { readonly config: Pick<Config, 'policiesFolder'>; readonly settings: Settings; pathOf(path: string): string }): PolicySources {
  const { config, settings, pathOf } = parts
  const layers = settings.policy.layers.map(({ name, folder }) => ({ name, folder: pathOf(folder) }))
  const options: LoadOptions = { layers }
  const folder = config.policiesFolder
  return { load: () => loadPolicies(folder, options), folder, options, watched: [folder, ...layers.map((layer) => layer.folder)] }
}
