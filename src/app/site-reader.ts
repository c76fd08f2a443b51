/**
 * What the operator says of the site, read anew for each judgement: a file is the simplest thing that stops an agent at
 * 3 AM, from any shell, also when its API does not answer.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createSite, type Site } from '../gate/site.ts'
import type { Settings } from './settings/settings.ts'

/** `touch $BOYD_HOME/kill-switch` stops every change; `touch $BOYD_HOME/freeze` lets only a broken glass through. */
export function siteReader(options: { readonly home: string; readonly clusterId: string; readonly environment: string; readonly settings: Settings['site'] }): () => Site {
  const { home, clusterId, environment, settings } = options
  return () => createSite({ ...settings, clusterId, environment, killSwitch: existsSync(join(home, 'kill-switch')), freeze: existsSync(join(home, 'freeze')) })
}
