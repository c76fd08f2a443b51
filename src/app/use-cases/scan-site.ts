/** What the settings file says of the site, as rules ask for it. */

import { matchesTarget } from '../../gate/target-facts.ts'
import { NO_SITE, type ScanSite } from '../../model/audit.ts'
import { readSettings } from '../settings/settings.ts'

/** Faults of the settings file are passed on: a misspelt guard guards nothing. */
export function scanSite(settingsFile: string | undefined): ScanSite {
  if (settingsFile === undefined) return NO_SITE
  const { scan, policy } = readSettings(settingsFile)
  return {
    ...scan,
    factsOf: (object, view) => {
      const rules = policy.targets.filter((rule) => matchesTarget(rule, object, view))
      const [tier, dataClass] = [rules.find((rule) => rule.tier !== undefined)?.tier, rules.find((rule) => rule.dataClass !== undefined)?.dataClass]
      return { ...(tier === undefined ? {} : { tier }), ...(dataClass === undefined ? {} : { dataClass }) }
    },
  }
}
