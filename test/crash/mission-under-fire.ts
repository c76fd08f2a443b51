/**
 * A story whose worker is shot at. The embedded cluster lives in the test's process and survives; `boyd serve` is a child
 * that a supervisor starts again. What is counted in the end is what the cluster's API server received, not what Boyd
 * says of itself.
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { STORIES_FOLDER } from '../../src/app/config.ts'
import { startEmbeddedCluster, type EmbeddedCluster } from '../../src/app/embedded-cluster.ts'
import { playStory, type StoryResult } from '../../src/app/story/play-story.ts'
import { loadStory, type Story } from '../../src/app/story/story.ts'
import { evaluateCondition } from '../../src/audit/conditions.ts'
import { readAuditLog } from '../../src/audit/reconcile/cluster-act.ts'
import { reconcile } from '../../src/audit/reconcile/reconcile.ts'
import { verifyLedger } from '../../src/audit/verify/verify-ledger.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { detectHazard } from '../../src/loop/detect-hazard.ts'
import { takeSnapshot } from '../../src/loop/take-snapshot.ts'
import type { LedgerEntry } from '../../src/model/ledger-entry.ts'
import type { Plan } from '../../src/model/plan.ts'
import type { AuditRecord } from '../../src/twin/twin.ts'
import { serveUntilDone, type Supervised } from '../support/supervised-boyd.ts'

export interface UnderFire {
  readonly story: string
  /** How many times as fast as the wall clock the cluster runs. */
  readonly speed: number
  /** A harder variant of the story. */
  readonly change?: (story: Story) => Story
  readonly environment?: (home: string) => Readonly<Record<string, string>>
  /** Begins once the alert was taken; `over` is aborted when the mission has ended. */
  readonly shoot?: (target: { readonly boyd: Supervised; readonly home: string; readonly over: AbortSignal }) => Promise<void>
  /** While the mission waits for an answer: nothing that is done here can come after its end. */
  readonly beforeApproval?: (target: { readonly boyd: Supervised; readonly home: string }) => Promise<void>
  /** Called for each entry of the mission. */
  readonly onEntry?: (entry: LedgerEntry) => void
}

export interface Survived {
  readonly home: string
  readonly boyd: Supervised
  readonly result: StoryResult
}

/** Plays the story, checks what must hold of each, and hands what is left of it to `check`. */
export async function playUnderFire(options: UnderFire, check: (survived: Survived) => void): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'boyd-kill-'))
  const cluster = await startEmbeddedCluster({ home, factor: options.speed, seed: 7, log: silentLog() })
  const boyd = await serveUntilDone({ home, cluster, environment: options.environment?.(home) ?? {} })
  const over = new AbortController()
  let shooting = Promise.resolve()
  try {
    const hands = handsOf({ cluster, boyd, onAlert: () => void (shooting = options.shoot?.({ boyd, home, over: over.signal }) ?? shooting), ...options, beforeApproval: () => options.beforeApproval?.({ boyd, home }) })
    const result = await playStory(hands, (options.change ?? unchanged)(loadStory(STORIES_FOLDER, options.story)))
    over.abort()
    await shooting
    expect(result.problems).toEqual([])
    expectEachRequestOnce(cluster.audit())
    expectEachStepOnce(result.entries)
    const text = await boyd.ledgerText()
    expect(verifyLedger(text)).toMatchObject({ ok: true })
    expectEachRequestRecorded(text, readFileSync(join(home, 'audit.log'), 'utf8'))
    check({ home, boyd, result })
  } finally {
    over.abort()
    await boyd.stop()
    await cluster.stop()
    rmSync(home, { recursive: true, force: true })
  }
}

const unchanged = (story: Story): Story => story

function handsOf(parts: { readonly cluster: EmbeddedCluster; readonly boyd: Supervised; onAlert(): void; beforeApproval(): Promise<void> | undefined; readonly onEntry?: (entry: LedgerEntry) => void }): Parameters<typeof playStory>[0] {
  const { cluster, boyd, onAlert, beforeApproval, onEntry } = parts
  return {
    stage: {
      cluster: cluster.cluster,
      control: cluster.control,
      clock: cluster.clock,
      takeSnapshot: () => takeSnapshot({ cluster: cluster.cluster, clock: cluster.clock }),
      holds: (condition, view) => evaluateCondition(condition, { view, detect: detectHazard }).held,
    },
    async sendAlert(payload) {
      onAlert()
      return boyd.sendAlert(payload)
    },
    follow: ({ signal }) => boyd.followLedger(signal),
    async onApprovalAsked(entry) {
      await beforeApproval()
      await boyd.approve(entry)
    },
    ...(onEntry === undefined ? {} : { onEntry }),
  }
}

/** Whoever asked, by verb and object. What was refused (a budget's 429) may be asked again; a dry run changes nothing. */
function expectEachRequestOnce(records: readonly AuditRecord[]): void {
  const made = records
    .filter((record) => record.code < 400 && record.dryRun !== true && record.user !== 'story')
    .map(({ user, verb, ref, subresource }) => `${user}: ${verb} ${ref.kind} ${ref.namespace ?? ''}/${ref.name} ${subresource ?? ''}`)
  expect(made.length).toBeGreaterThan(0)
  expect(made).toEqual([...new Set(made)])
}

/** How far the twin may be behind the clock that it runs on, in cluster time: half a minute of a machine that is busy. */
const SKEW_MS = 600_000

/** Whatever reached the cluster came while a step was under way that the ledger had said starts. */
function expectEachRequestRecorded(ledgerText: string, auditLog: string): void {
  const log = readAuditLog(auditLog)
  const entries = ledgerText.split('\n').slice(0, -1).map((line) => JSON.parse(line) as LedgerEntry)
  const result = log.ok ? reconcile({ entries, log, accounts: ['admin'], skewMs: SKEW_MS }) : undefined
  expect({ unknown: result?.unknown, unseen: result?.unseen }).toEqual({ unknown: [], unseen: [] })
  expect(result?.acts).toBeGreaterThan(0)
}

/** Every step of the plan that was carried out has one effect, which says that it was Boyd who applied it. */
function expectEachStepOnce(entries: readonly LedgerEntry[]): void {
  const started = dataOf<{ planHash: string }>(entries, 'step-started')
  const hashes = new Set(started.map(({ planHash }) => planHash))
  expect(hashes.size, 'one plan was carried out').toBe(1)
  const proposed = dataOf<{ hash: string; plan: Plan }>(entries, 'plan-proposed').find(({ hash }) => hashes.has(hash))
  const steps = proposed?.plan.steps.map((step) => step.id)
  const effects = dataOf<{ stepId: string; outcome: string }>(entries, 'effect-applied')
  expect(effects.map(({ stepId }) => stepId)).toEqual(steps)
  expect(effects.map(({ outcome }) => outcome)).toEqual(steps?.map(() => 'applied'))
}

function dataOf<T>(entries: readonly LedgerEntry[], type: LedgerEntry['type']): readonly T[] {
  return entries.filter((entry) => entry.type === type).map((entry) => entry.data as T)
}

