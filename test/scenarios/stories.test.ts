/**
 * Every story on the embedded cluster, through the program as a newcomer runs it. The told story is compared with the
 * folder's `expect.txt`; `BOYD_UPDATE=1` writes it anew, to be read in the diff.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { STORIES_FOLDER } from '../../src/app/config.ts'
import { loadStory, storyNames } from '../../src/app/story/story.ts'
import type { LedgerEntry } from '../../src/model/ledger-entry.ts'
import { proves } from '../requirements.ts'
import { runBoyd } from '../support/boyd-process.ts'
import { storyText } from '../support/story-text.ts'

const STORY_TIMEOUT_MS = 180_000

/** Told by test/crash, which kills the process; the rest of it is the story it is like. */
const KILLED = 'killed-in-the-middle'

describe('stories on the embedded cluster', () => {
  test.each(storyNames(STORIES_FOLDER).filter((name) => name !== KILLED))(
    '%s',
    async (name) => {
      const home = mkdtempSync(join(tmpdir(), 'boyd-story-'))
      try {
        const { exitCode, stdout, stderr } = await runBoyd(['start', '--story', name, '--once', '--yes', '--json', '--speed', '20', '--home', home])
        const events = stdout.trim().split('\n').map((line) => JSON.parse(line) as { event: string; problems?: string[] } & Partial<LedgerEntry>)
        const end = events.find((event) => event.event === 'story-ended')
        expect({ problems: end?.problems, exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ problems: [], exitCode: 0, stderr: '' })
        const entries = events.filter((event): event is { event: string } & LedgerEntry => event.seq !== undefined)
        compareWithFolder(name, storyText(entries))
        proves('nothing-unrehearsed.same-plan')
        expectWholeRecord(entries)
      } finally {
        rmSync(home, { recursive: true, force: true })
      }
    },
    STORY_TIMEOUT_MS,
  )
})

function compareWithFolder(name: string, told: string): void {
  const file = join(STORIES_FOLDER, name, 'expect.txt')
  if (process.env['BOYD_UPDATE'] === '1') writeFileSync(file, told)
  expect(existsSync(file), `${file} is missing; run once with BOYD_UPDATE=1 and read it`).toBe(true)
  expect(told).toBe(readFileSync(file, 'utf8'))
}

/** Each effect has a start before it, a verdict before that, and a rehearsal of the same plan before that. */
function expectWholeRecord(entries: readonly LedgerEntry[]): void {
  const hashOf = (entry: LedgerEntry): unknown => (entry.data as { readonly planHash?: string }).planHash
  for (const [index, entry] of entries.entries()) {
    if (entry.type !== 'step-started') continue
    const before = entries.slice(0, index).filter((earlier) => hashOf(earlier) === hashOf(entry))
    expect(before.map((earlier) => earlier.type)).toEqual(expect.arrayContaining(['plan-rehearsed', 'verdict-issued']))
  }
}

test('every story folder is complete', () => {
  for (const name of storyNames(STORIES_FOLDER)) expect(loadStory(STORIES_FOLDER, name).title).not.toBe('')
})

