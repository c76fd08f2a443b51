/**
 * The ledger against the audit log of a real API server: Boyd works a story under an account of its own, and somebody else uses
 * that account once.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { connectKubernetes } from '../../src/adapters/kubernetes/cluster.ts'
import { STORIES_FOLDER } from '../../src/app/config.ts'
import { playStory } from '../../src/app/story/play-story.ts'
import { loadStory } from '../../src/app/story/story.ts'
import { readAuditLog } from '../../src/audit/reconcile/cluster-act.ts'
import { accountsIn, reconcile, type Reconciled } from '../../src/audit/reconcile/reconcile.ts'
import { evaluateCondition } from '../../src/audit/conditions.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { detectHazard } from '../../src/loop/detect-hazard.ts'
import { takeSnapshot } from '../../src/loop/take-snapshot.ts'
import type { LedgerEntry } from '../../src/model/ledger-entry.ts'
import type { Cluster } from '../../src/ports/cluster.ts'
import { startOracle, type Oracle } from '../oracle/start-oracle.ts'
import { serveUntilDone } from '../support/supervised-boyd.ts'

const ACCOUNT = 'system:serviceaccount:boyd:boyd'
const TIMEOUT_MS = 300_000

test('what Boyd did under its account is in both; what somebody else did under it is in one', { timeout: TIMEOUT_MS }, async () => {
  const home = mkdtempSync(join(tmpdir(), 'boyd-reconcile-'))
  const oracle = await startOracle({})
  const clock = systemClock()
  const connect = (kubeconfigFile: string): Promise<Cluster> => connectKubernetes({ kubeconfigFile, clock, log: silentLog() })
  const admin = await connect(oracle.kubeconfigFile)
  const kubeconfigFile = join(home, 'boyd.kubeconfig')
  writeFileSync(kubeconfigFile, kubeconfigWith(oracle, await tokenOf(admin)))
  const boyd = await serveUntilDone({ home, cluster: { kubeconfigFile }, environment: {} })
  try {
    const result = await playStory(
      {
        stage: { cluster: admin, control: oracle.world, clock, takeSnapshot: () => takeSnapshot({ cluster: admin, clock }), holds: (condition, view) => evaluateCondition(condition, { view, detect: detectHazard }).held },
        sendAlert: (payload) => boyd.sendAlert(payload),
        follow: ({ signal }) => boyd.followLedger(signal),
        onApprovalAsked: (entry) => boyd.approve(entry),
      },
      loadStory(STORIES_FOLDER, 'bad-image'),
    )
    expect(result.problems).toEqual([])
    const agreed = reconciled(oracle, await boyd.ledgerText())
    expect({ unknown: agreed.unknown, unseen: agreed.unseen, surplus: agreed.surplus }).toEqual({ unknown: [], unseen: [], surplus: [] })
    expect(agreed.acts).toBeGreaterThan(0)

    const thief = await connect(kubeconfigFile)
    await thief.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'by-hand', namespace: 'default' } })
    await expect.poll(async () => reconciled(oracle, await boyd.ledgerText()).unknown, { timeout: 10_000 }).toMatchObject([{ verb: 'create', resource: 'configmaps', namespace: 'default' }])
  } finally {
    await boyd.stop()
    await oracle.stop()
    rmSync(home, { recursive: true, force: true })
  }
})

/** The account under which Boyd works here may do everything; what it did is what counts. */
async function tokenOf(admin: Cluster): Promise<string> {
  const named = { name: 'boyd', namespace: 'boyd' }
  await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'boyd' } })
  await admin.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: named })
  await admin.create({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'boyd' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' }, subjects: [{ kind: 'ServiceAccount', ...named }] })
  await admin.create({ apiVersion: 'v1', kind: 'Secret', metadata: { ...named, annotations: { 'kubernetes.io/service-account.name': 'boyd' } }, type: 'kubernetes.io/service-account-token' })
  const read = async (): Promise<string> => (((await admin.get({ apiVersion: 'v1', kind: 'Secret', ...named })) as { data?: { token?: string } } | undefined)?.data?.token ?? '')
  await expect.poll(read, { timeout: 60_000 }).not.toBe('')
  return Buffer.from(await read(), 'base64').toString('utf8')
}

function kubeconfigWith({ kubeconfigFile }: Oracle, token: string): string {
  const given = parse(readFileSync(kubeconfigFile, 'utf8')) as { users: object[] }
  const [user] = given.users as { name: string }[]
  return stringify({ ...given, users: [{ name: user?.name, user: { token } }] })
}

/** The API server writes its log beside the kubeconfig of its administrator. */
function reconciled(oracle: Oracle, ledgerText: string): Reconciled {
  const log = readAuditLog(readFileSync(join(dirname(oracle.kubeconfigFile), 'audit.log'), 'utf8'))
  if (!log.ok) throw new Error(`line ${log.line} of the audit log: ${log.reason}`)
  expect(accountsIn(log, 'boyd')).toContain(ACCOUNT)
  const entries = ledgerText.split('\n').slice(0, -1).map((line) => JSON.parse(line) as LedgerEntry)
  return reconcile({ entries, log, accounts: [ACCOUNT], skewMs: 5_000 })
}
