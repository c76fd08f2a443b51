import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import type { Clock } from '../kernel/clock.ts'
import { readConfig } from './config.ts'
import { gateFacts } from './gate-facts.ts'
import { readSettings } from './settings/settings.ts'
import { settingsPath } from './settings/settings-path.ts'
import { siteReader } from './site-reader.ts'
import { examineFacts } from './use-cases/examine-facts.ts'

let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'site-'))
  homes.push(home)
})
const homes: string[] = []
afterAll(() => homes.forEach((folder) => rmSync(folder, { recursive: true })))

const FREEZE = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', 'UID:1', 'SUMMARY:Sale', 'DTSTART:20261127T000000Z', 'DTEND:20261128T000000Z', 'END:VEVENT', 'END:VCALENDAR'].join('\r\n')
const DURING = Date.UTC(2026, 10, 27, 12)

function stage(settingsText: string, files: Readonly<Record<string, string>> = {}, nowMs = DURING, stopped: () => Promise<undefined> = () => Promise.resolve(undefined)) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text)
  const settingsFile = join(home, 'boyd.yaml')
  writeFileSync(settingsFile, settingsText)
  const config = readConfig({ home, settingsFile }, {})
  const settings = readSettings(settingsFile)
  const clock = { now: () => nowMs, sleep: () => Promise.resolve(), after: () => () => undefined } as Clock
  const pathOf = (path: string): string => settingsPath(config, path)
  return { config, settings, clock, pathOf, site: siteReader({ home, clusterId: 'c', environment: 'Production', settings, clock, killSwitch: { stopped }, pathOf }) }
}

const CALENDARS = 'policy: {freezeCalendars: [freeze.ics]}\nsite: {holidayCalendars: [holidays.ics], holidays: ["2026-12-25"], timeZone: Europe/Berlin}\n'

test.each([
  { name: 'an event lasts', settings: CALENDARS, files: { 'freeze.ics': FREEZE, 'holidays.ics': 'BEGIN:VCALENDAR\r\nEND:VCALENDAR' }, site: { freeze: true, freezeDetail: '"Sale" until 2026-11-28T00:00:00.000Z', holiday: false } },
  { name: 'the event is over', settings: CALENDARS, files: { 'freeze.ics': FREEZE, 'holidays.ics': 'BEGIN:VCALENDAR\r\nEND:VCALENDAR' }, nowMs: DURING + 86_400_000, site: { freeze: false, holiday: false } },
  { name: 'the calendar is gone', settings: CALENDARS, files: { 'holidays.ics': FREEZE }, site: { freeze: true, freezeDetail: expect.stringContaining('freeze.ics: ENOENT'), holiday: true } },
  { name: 'the calendar is broken', settings: CALENDARS, files: { 'freeze.ics': 'hello', 'holidays.ics': 'hello' }, site: { freeze: true, holiday: true } },
  { name: 'a day of the list, as it begins at the site', settings: 'site: {holidays: ["2026-12-25"], timeZone: Europe/Berlin}\n', nowMs: Date.UTC(2026, 11, 24, 23, 30), site: { holiday: true, holidayDetail: '2026-12-25', freeze: false } },
  { name: 'the files in the home folder', settings: '{}\n', files: { freeze: '', 'kill-switch': '' }, site: { freeze: true, killSwitch: true } },
  { name: 'nothing', settings: '{}\n', site: { freeze: false, killSwitch: false, holiday: false, environment: 'production' } },
])('$name', async ({ settings, files, nowMs, site }) => {
  expect(await stage(settings, files, nowMs).site()).toMatchObject(site)
})

test('a switch that cannot be read is no site', async () => {
  await expect(stage('{}\n', {}, DURING, () => Promise.reject(new Error('no database'))).site()).rejects.toThrow('no database')
})

test('the facts come from the sources that the settings name', async () => {
  const { settings, clock, pathOf } = stage('policy: {errorBudget: {type: file, file: budget.json}, autonomy: {start: suggest, ceilings: [{playbook: "b/*", level: observe}]}}\n', { 'budget.json': JSON.stringify({ leftPct: 12, at: '2026-11-27T12:00:00Z' }) })
  const facts = gateFacts({ settings: settings.policy, store: { playbookOutcomes: () => Promise.resolve([]) }, clock, pathOf })
  expect(await facts.errorBudget({})).toMatchObject({ type: 'known', leftPct: 12 })
  expect([(await facts.playbook('a/x')).level, (await facts.playbook('b/x')).level]).toEqual(['suggest', 'observe'])
})

test('the doctor says what is closed because it cannot be read, and what holds changes back', async () => {
  const { config } = stage('policy: {freezeCalendars: [none.ics], errorBudget: {type: file, file: none.json}}\n', { 'kill-switch': '' })
  expect(await examineFacts(config)).toEqual([
    { name: 'freeze calendar', status: 'failed', detail: expect.stringContaining('changes are frozen until it can be') },
    { name: 'error budget', status: 'failed', detail: expect.stringContaining('an unknown budget is a spent one') },
    { name: 'held back', status: 'warning', detail: 'the kill switch is on: nothing is changed' },
    { name: 'held back', status: 'warning', detail: expect.stringContaining('changes are frozen: calendar') },
  ])
  expect(await examineFacts(stage('{}\n').config)).toEqual([{ name: 'held back', status: 'warning', detail: 'the kill switch is on: nothing is changed' }])
})
