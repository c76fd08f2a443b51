/**
 * Nothing is done twice or forgotten: the process that works an incident is killed, as `kill -9` does it, and started
 * again, until its mission has ended. `BOYD_CRASH_SEED` runs another draw of the random kills; a failure names its seed.
 */

import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { STORIES_FOLDER } from '../../src/app/config.ts'
import type { Story } from '../../src/app/story/story.ts'
import { isRecord } from '../../src/kernel/json.ts'
import { createRng } from '../../src/kernel/rng.ts'
import type { LedgerEntry } from '../../src/model/ledger-entry.ts'
import { proves } from '../requirements.ts'
import { storyText } from '../support/story-text.ts'
import { playUnderFire } from './mission-under-fire.ts'

const SEED = Number(process.env['BOYD_CRASH_SEED'] ?? 20_261_121)

/** Slow enough that the dozen starts between a rehearsal and the use of its approval stay within its fifteen minutes. */
const EACH_POINT_SPEED = 8
/** Some sixty lives of two to five seconds, by how busy the machine is. */
const EACH_POINT_TIMEOUT_MS = 600_000

const SPEED = 20
const TIMEOUT_MS = 240_000

test('killed at each recorded point, the mission ends the same and acts once', { timeout: EACH_POINT_TIMEOUT_MS }, async () => {
  const eachFile = (home: string): string => join(home, 'died-at')
  const fire = { story: 'killed-in-the-middle', speed: EACH_POINT_SPEED, change: withPatientPods, environment: (home: string) => ({ BOYD_CRASH_EACH: eachFile(home) }) }
  await playUnderFire(fire, ({ home, boyd, result }) => {
    const points = readFileSync(eachFile(home), 'utf8').trim().split('\n')
    expect({ deaths: boyd.deaths(), ownEnds: boyd.ownEnds() }).toEqual({ deaths: points.length, ownEnds: [] })
    // Cordon, evictions and deletion: each was killed on its way out and after it had arrived.
    for (const request of ['patch Node', 'evict Pod', 'delete Node']) {
      expect(points).toContainEqual(expect.stringContaining(`before ${request}`))
      expect(points).toContainEqual(expect.stringContaining(`after ${request}`))
    }
    expect(outline(storyText(result.entries))).toEqual(outline(readFileSync(join(STORIES_FOLDER, 'node-lost', 'expect.txt'), 'utf8')))
    proves('nothing-twice.killed-anywhere-acts-once', 'nothing-unrecorded.ledger-verifies')
  })
})

test('killed at random instants, the mission ends the same and acts once', { timeout: TIMEOUT_MS }, async () => {
  const rng = createRng(SEED)
  let kills = 0
  await playUnderFire(
    {
      story: 'memory-rollout',
      speed: SPEED,
      environment: (home) => ({ BOYD_CRASH_RECORD: join(home, 'passed') }),
      async shoot({ boyd, home, over }) {
        while (!over.aborted) {
          // Undisturbed, the mission takes a second: one life in three ends while it starts, the others as they work;
          // later ones work longer, because a step that is cut short has to be done again.
          if (rng.below(3) === 0) await pause(300 + rng.below(1_200))
          else await growthOf(join(home, 'passed'), over).then(() => pause(rng.below(100 + 60 * kills)))
          if (over.aborted) return
          boyd.kill()
          kills += 1
        }
      },
    },
    ({ boyd, result }) => {
      expect(kills, `seed ${SEED}`).toBeGreaterThanOrEqual(5)
      expect({ deaths: boyd.deaths(), ownEnds: boyd.ownEnds() }, `seed ${SEED}`).toEqual({ deaths: kills, ownEnds: [] })
      expect(outline(storyText(result.entries)), `seed ${SEED}`).toEqual(outline(readFileSync(join(STORIES_FOLDER, 'memory-rollout', 'expect.txt'), 'utf8')))
    },
  )
})

test('when the database server is killed, serve says so and ends, and the next start goes on', { timeout: TIMEOUT_MS }, async () => {
  let kill: () => void = () => undefined
  await playUnderFire(
    {
      story: 'memory-no-revision',
      speed: SPEED,
      async shoot({ home }) {
        kill = () => killDatabase(home)
      },
      onEntry: (entry: LedgerEntry) => {
        if (entry.type === 'diagnosis-made') kill()
      },
      // The ledger is read in pieces, so the question may be read before the first death was noticed.
      async beforeApproval({ boyd, home }) {
        await vi.waitFor(() => expect(boyd.ownEnds()).toHaveLength(1), { timeout: TIMEOUT_MS })
        await boyd.up()
        killDatabase(home)
        await vi.waitFor(() => expect(boyd.ownEnds()).toHaveLength(2), { timeout: TIMEOUT_MS })
      },
    },
    ({ boyd }) => {
      expect(boyd.deaths()).toBe(0)
      expect(boyd.ownEnds().map(({ exitCode }) => exitCode)).toEqual([2, 2])
      // Connections that broke say so in the log, around the one line that is for a person.
      for (const { stderr } of boyd.ownEnds()) {
        expect(stderr.split('\n').filter((line) => line.startsWith('boyd:'))).toEqual([expect.stringMatching(/the database server has died\. Start boyd again/)])
        expect(stderr).not.toContain('bug of ours')
      }
    },
  )
})

function killDatabase(home: string): void {
  process.kill(Number(readFileSync(join(home, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL')
}

/**
 * The first words of each line: what happened, in order. A step that a life after the one that did it wrote down says
 * that it found its work done, in other words than one that nobody disturbed.
 */
function outline(text: string): readonly string[] {
  return text.trim().split('\n').map((line) => (line.startsWith('Done:') ? 'Done:' : line.split(' ').slice(0, 2).join(' ')))
}

/**
 * The workloads' pods stay bound to a lost node for an hour, as some are configured to. By default the cluster itself
 * would empty the node while the process dies again and again, and no eviction would be left to be killed at.
 */
function withPatientPods(story: Story): Story {
  const tolerations = ['not-ready', 'unreachable'].map((reason) => ({ key: `node.kubernetes.io/${reason}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 3_600 }))
  const given = story.given.map((object) => {
    const spec = object['spec']
    if (object.kind !== 'Deployment' || !isRecord(spec) || !isRecord(spec['template']) || !isRecord(spec['template']['spec'])) return object
    return { ...object, spec: { ...spec, template: { ...spec['template'], spec: { ...spec['template']['spec'], tolerations } } } }
  })
  return { ...story, given }
}

/** Resolves when the file has grown: the process has passed a point, so each life gets something done. */
async function growthOf(file: string, signal: AbortSignal): Promise<void> {
  const size = (): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0
  const before = size()
  while (size() === before && !signal.aborted) await pause(5)
}
