/**
 * Every story on a real control plane: real API server, controllers and scheduler, fake nodes. The same folders, the
 * same program; time is real time.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { connectKubernetes } from '../../src/adapters/kubernetes/cluster.ts'
import { STORIES_FOLDER } from '../../src/app/config.ts'
import { playStory } from '../../src/app/story/play-story.ts'
import { loadStory, storyNames } from '../../src/app/story/story.ts'
import { evaluateCondition } from '../../src/audit/conditions.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { detectHazard } from '../../src/loop/detect-hazard.ts'
import { takeSnapshot } from '../../src/loop/take-snapshot.ts'
import { startOracle } from '../oracle/start-oracle.ts'
import { storyText } from '../support/story-text.ts'
import { serveUntilDone } from '../support/supervised-boyd.ts'

const STORY_TIMEOUT_MS = 300_000

describe('stories on a real control plane', () => {
  test.each(storyNames(STORIES_FOLDER).filter((name) => name !== 'killed-in-the-middle'))(
    '%s',
    async (name) => {
      const home = mkdtempSync(join(tmpdir(), 'boyd-real-'))
      const oracle = await startOracle({})
      const boyd = await serveUntilDone({ home, cluster: { kubeconfigFile: oracle.kubeconfigFile }, environment: {} })
      try {
        const clock = systemClock()
        const cluster = await connectKubernetes({ kubeconfigFile: oracle.kubeconfigFile, clock, log: silentLog() })
        const result = await playStory(
          {
            stage: {
              cluster,
              control: oracle.world,
              clock,
              takeSnapshot: () => takeSnapshot({ cluster, clock }),
              holds: (condition, view) => evaluateCondition(condition, { view, detect: detectHazard }).held,
            },
            sendAlert: (payload) => boyd.sendAlert(payload),
            follow: ({ signal }) => boyd.followLedger(signal),
            onApprovalAsked: (entry) => boyd.approve(entry),
          },
          loadStory(STORIES_FOLDER, name),
        )
        expect(result.problems).toEqual([])
        const file = join(STORIES_FOLDER, name, 'expect.txt')
        expect(existsSync(file)).toBe(true)
        expect(storyText(result.entries)).toBe(readFileSync(file, 'utf8'))
      } finally {
        await boyd.stop()
        await oracle.stop()
        rmSync(home, { recursive: true, force: true })
      }
    },
    STORY_TIMEOUT_MS,
  )
})
