/** The doctor on what policies ask for and the cluster cannot tell: calendars, the error budget, the switches. What cannot be read is closed. */

import { createCalendar } from '../../adapters/calendar/calendar.ts'
import { createErrorBudget } from '../../adapters/error-budget/error-budget.ts'
import { systemClock } from '../../kernel/clock.ts'
import type { Config } from '../config.ts'
import { errorBudgetSource } from '../gate-facts.ts'
import { readSettings, type Settings } from '../settings/settings.ts'
import { settingsPath } from '../settings/settings-path.ts'
import { siteReader } from '../site-reader.ts'
import type { Check } from './doctor.ts'

/** Nothing for a site that names no sources. */
export async function examineFacts(config: Config): Promise<readonly Check[]> {
  const settings = settingsOf(config)
  if (settings === undefined) return []
  const pathOf = (path: string): string => settingsPath(config, path)
  const { policy, site } = settings
  return [
    ...(await Promise.all(policy.freezeCalendars.map((source) => checkCalendar('freeze calendar', pathOf(source), site.timeZone, 'changes are frozen until it can be')))),
    ...(await Promise.all(site.holidayCalendars.map((source) => checkCalendar('holiday calendar', pathOf(source), site.timeZone, 'every day is a holiday until it can be')))),
    ...(await checkBudget(policy, pathOf)),
    ...(await checkSwitches(config, settings, pathOf)),
  ]
}

/** Broken settings are the complaint of another check. */
function settingsOf(config: Config): Settings | undefined {
  try {
    return readSettings(config.settingsFile)
  } catch {
    return undefined
  }
}

async function checkCalendar(name: string, source: string, timeZone: string, otherwise: string): Promise<Check> {
  const clock = systemClock()
  const reading = await createCalendar({ source, timeZone, clock }).at(clock.now())
  if (reading.type === 'unreadable') return { name, status: 'failed', detail: `${reading.detail}; it cannot be read, and ${otherwise}` }
  return { name, status: 'ok', detail: `${source}, ${reading.events.length} events now` }
}

async function checkBudget(policy: Settings['policy'], pathOf: (path: string) => string): Promise<Check[]> {
  const source = errorBudgetSource(policy, pathOf)
  if (source === undefined) return []
  const reading = await createErrorBudget(source, systemClock())({})
  if (reading.type === 'known') return [{ name: 'error budget', status: 'ok', detail: reading.detail }]
  return [{ name: 'error budget', status: 'failed', detail: `${reading.type === 'unknown' ? reading.detail : 'not tracked'}; an unknown budget is a spent one, and each change asks a person` }]
}

/** What holds changes back at this moment is worth a word. The switch of `boyd stop` lies in the database, and is not looked at here. */
async function checkSwitches(config: Config, settings: Settings, pathOf: (path: string) => string): Promise<Check[]> {
  const site = await siteReader({ home: config.home, clusterId: '', environment: config.environment, settings, clock: systemClock(), killSwitch: { stopped: () => Promise.resolve(undefined) }, pathOf })()
  const held = [site.killSwitch ? 'the kill switch is on: nothing is changed' : undefined, site.freeze ? `changes are frozen: ${site.freezeDetail ?? ''}` : undefined].filter((text) => text !== undefined)
  return held.map((detail) => ({ name: 'held back', status: 'warning', detail }))
}
