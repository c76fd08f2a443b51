/**
 * The story of a lost node, with the process that works it killed at each recorded point, once each, and started again.
 *
 * The cluster lives in this process and survives. What is counted is what the cluster's API server received, not what
 * Boyd says of itself: each action arrives once, and the end is the end of the undisturbed story.
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { STORIES_FOLDER } from '../../src/app/config.ts'
import { startEmbeddedCluster, type EmbeddedCluster } from '../../src/app/embedded-cluster.ts'
import { playStory } from '../../src/app/story/play-story.ts'
import { loadStory } from '../../src/app/story/story.ts'
import { operatorToken } from '../../src/app/token.ts'
import { evaluateCondition } from '../../src/audit/conditions.ts'
import { verifyLedger } from '../../src/audit/verify-ledger.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { detectHazard } from '../../src/loop/detect-hazard.ts'
import { takeSnapshot } from '../../src/loop/take-snapshot.ts'
import { proves } from '../requirements.ts'
import { serveUntilDone, type Supervised } from '../support/supervised-boyd.ts'

const SPEED = 8
const TIMEOUT_MS = 600_000

test('killed at each recorded point, the mission ends the same and acts once', { timeout: TIMEOUT_MS }, async () => {
  const home = mkdtempSync(join(tmpdir(), 'boyd-kill-'))
  const cluster = await startEmbeddedCluster({ home, factor: SPEED, seed: 7, log: silentLog() })
  const eachFile = join(home, 'died-at')
  const boyd = await serveUntilDone({ home, cluster, environment: { BOYD_CRASH_EACH: eachFile } })
  try {
    const result = await playStory(handsOf({ home, cluster, boyd }), loadStory(STORIES_FOLDER, 'killed-in-the-middle'))
    const deaths = readFileSync(eachFile, 'utf8').trim().split('\n')
    expect(result.problems).toEqual([])
    expect(boyd.deaths()).toBe(deaths.length)
    expect(deaths.length).toBeGreaterThan(30)
    expectEachActionOnce(cluster)
    expect(verifyLedger(await boyd.ledgerText()).ok).toBe(true)
    proves('nothing-twice.killed-anywhere-acts-once', 'nothing-unrecorded.ledger-verifies')
  } finally {
    await boyd.stop()
    await cluster.stop()
    rmSync(home, { recursive: true, force: true })
  }
})

function handsOf(parts: { readonly home: string; readonly cluster: EmbeddedCluster; readonly boyd: Supervised }): Parameters<typeof playStory>[0] {
  const { cluster, boyd, home } = parts
  operatorToken(home)
  return {
    stage: {
      cluster: cluster.cluster,
      control: cluster.control,
      clock: cluster.clock,
      takeSnapshot: () => takeSnapshot({ cluster: cluster.cluster, clock: cluster.clock }),
      holds: (condition, view) => evaluateCondition(condition, { view, detect: detectHazard }).held,
    },
    sendAlert: (payload) => boyd.sendAlert(payload),
    follow: () => boyd.followLedger(),
    onApprovalAsked: (entry) => boyd.approve(entry),
  }
}

/** By verb, object and subresource; evictions that a budget refused (429) may be repeated. */
function expectEachActionOnce(cluster: EmbeddedCluster): void {
  const counts = new Map<string, number>()
  for (const record of cluster.audit()) {
    if (record.code >= 400) continue
    const key = `${record.verb} ${record.ref.kind} ${record.ref.namespace ?? ''}/${record.ref.name} ${record.subresource ?? ''}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  expect([...counts].filter(([, count]) => count > 1)).toEqual([])
  expect([...counts.keys()].filter((key) => key.startsWith('delete Node'))).toHaveLength(1)
}
