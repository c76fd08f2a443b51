/**
 * Boyd's own accounts on a real API server: that what `boyd rbac` prints applies and is enough for a story, that the
 * reader can change nothing, and that the backstop holds where somebody was too generous with roles.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, parseAllDocuments, stringify } from 'yaml'
import { createApiClient, type ApiClient, type ApiRequest } from '../../src/adapters/kubernetes/api-client.ts'
import { openKubernetes } from '../../src/adapters/kubernetes/cluster.ts'
import { openKubeconfig } from '../../src/adapters/kubernetes/kubeconfig.ts'
import { STORIES_FOLDER } from '../../src/app/config.ts'
import { ACCOUNTS, DEFAULT_HOME } from '../../src/app/rbac/manifests.ts'
import { playStory } from '../../src/app/story/play-story.ts'
import { loadStory } from '../../src/app/story/story.ts'
import { evaluateCondition } from '../../src/audit/conditions.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { isFault } from '../../src/kernel/fault.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { mapLimited } from '../../src/kernel/map-limited.ts'
import { detectHazard } from '../../src/loop/detect-hazard.ts'
import { takeSnapshot } from '../../src/loop/take-snapshot.ts'
import type { KubeObject } from '../../src/model/kube-object.ts'
import type { Cluster } from '../../src/ports/cluster.ts'
import { eventually } from '../contract/cluster-arena.ts'
import { proves } from '../requirements.ts'
import { startOracle, type Oracle } from '../oracle/start-oracle.ts'
import { BACKSTOP_CASES, BACKSTOP_OBJECTS, backstopConfig, backstopSecret, TOUCH } from '../support/backstop-cases.ts'
import { runBoyd } from '../support/boyd-process.ts'
import { storyText } from '../support/story-text.ts'
import { serveUntilDone } from '../support/supervised-boyd.ts'

const STORY = 'bad-image'
const clock = systemClock()
const log = silentLog()
const home = mkdtempSync(join(tmpdir(), 'boyd-credentials-'))
const SETTINGS = { credentials: { reader: { serviceAccount: `${DEFAULT_HOME}/${ACCOUNTS.reader}` }, actor: { serviceAccount: `${DEFAULT_HOME}/${ACCOUNTS.actor}` } } }

let oracle: Oracle
let admin: Cluster
let issuerKubeconfig: string
beforeAll(async () => {
  oracle = await startOracle({})
  admin = (await openKubernetes({ kubeconfigFile: oracle.kubeconfigFile, clock, log })).cluster
  const printed = await runBoyd(['rbac'], { BOYD_HOME: home })
  for (const document of parseAllDocuments(printed.stdout)) await admin.create(document.toJS() as KubeObject)
  issuerKubeconfig = await kubeconfigOf(ACCOUNTS.issuer)
  writeFileSync(join(home, 'boyd.yaml'), stringify(SETTINGS))
})
afterAll(async () => {
  await oracle.stop()
  rmSync(home, { recursive: true, force: true })
})

/** A kubeconfig with a token of the account and nothing else. */
async function kubeconfigOf(account: string): Promise<string> {
  const api = createApiClient({ config: openKubeconfig({ kubeconfigFile: oracle.kubeconfigFile }), clock })
  const request: ApiRequest = { method: 'POST', path: `/api/v1/namespaces/${DEFAULT_HOME}/serviceaccounts/${account}/token`, body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }, operation: 'token' }
  const { status } = await api.json<{ status: { token: string } }>(request)
  const given = parse(readFileSync(oracle.kubeconfigFile, 'utf8')) as { users: { name: string; user: object }[] }
  const file = join(home, `${account}.kubeconfig`)
  writeFileSync(file, stringify({ ...given, users: given.users.map(({ name }) => ({ name, user: { token: status.token } })) }))
  return file
}

const clientOf = async (account: string): Promise<ApiClient> => createApiClient({ config: openKubeconfig({ kubeconfigFile: await kubeconfigOf(account) }), clock })
const clusterOf = async (account: string): Promise<Cluster> => (await openKubernetes({ kubeconfigFile: await kubeconfigOf(account), clock, log })).cluster

/** `403 …` of what the server refuses; `done` where it does not. */
async function answerTo(request: Promise<unknown>): Promise<string> {
  try {
    await request
    return 'done'
  } catch (error) {
    if (!isFault(error)) throw error
    return `${error.statusCode} ${error.message}`
  }
}

test('a story is worked with those roles and no others, and the doctor agrees', async () => {
  const boyd = await serveUntilDone({ home, cluster: { kubeconfigFile: issuerKubeconfig }, environment: {} })
  try {
    const result = await playStory(
      {
        stage: { cluster: admin, control: oracle.world, clock, takeSnapshot: () => takeSnapshot({ cluster: admin, clock }), holds: (condition, view) => evaluateCondition(condition, { view, detect: detectHazard }).held },
        sendAlert: (payload) => boyd.sendAlert(payload),
        follow: ({ signal }) => boyd.followLedger(signal),
        onApprovalAsked: (entry) => boyd.approve(entry),
      },
      loadStory(STORIES_FOLDER, STORY),
    )
    expect(result.problems).toEqual([])
    expect(storyText(result.entries)).toBe(readFileSync(join(STORIES_FOLDER, STORY, 'expect.txt'), 'utf8'))
    const doctor = await runBoyd(['doctor', '--json', '--kubeconfig', issuerKubeconfig], { BOYD_HOME: home })
    const { checks } = JSON.parse(doctor.stdout) as { checks: { name: string; status: string; detail: string }[] }
    expect(checks.filter(({ name }) => name.startsWith('rights'))).toEqual(['reader', 'actor'].map((name) => ({ name: `rights of the ${name}`, status: 'ok', detail: expect.stringContaining('nothing beyond') as string })))
  } finally {
    await boyd.stop()
  }
  const changes = (await oracle.audit()).filter(({ user, resource, dryRun }) => user.startsWith('system:serviceaccount:boyd-') && !dryRun && !resource.startsWith('selfsubject'))
  expect(new Set(changes.map(({ user, verb, resource, subresource }) => `${user} ${verb} ${resource}${subresource === '' ? '' : `/${subresource}`}`))).toEqual(
    new Set([`system:serviceaccount:${DEFAULT_HOME}:${ACCOUNTS.issuer} create serviceaccounts/token`, `system:serviceaccount:${DEFAULT_HOME}:${ACCOUNTS.actor} patch deployments`]),
  )
}, 180_000)

test('the reader can change nothing: each writing verb on each kind', async () => {
  const [kinds, reader] = await Promise.all([admin.kinds(), clusterOf(ACCOUNTS.reader)])
  const objects = kinds.map(({ apiVersion, kind, namespaced }): KubeObject => ({ apiVersion, kind, metadata: { name: 'matrix', ...(namespaced ? { namespace: 'default' } : {}) } }))
  const attempts = objects.flatMap((object) => {
    const { apiVersion, kind, metadata } = object
    const ref = { apiVersion, kind, name: 'matrix', ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }) }
    const tries: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['create', () => reader.create(object)],
      ['update', () => reader.update(object)],
      ['patch', () => reader.patch(ref, { type: 'merge', body: {} })],
      ['delete', () => reader.remove(ref)],
    ]
    return tries.map(([verb, send]) => ({ what: `${verb} ${apiVersion} ${kind}`, send }))
  })
  const answers = await mapLimited(attempts, 8, async ({ what, send }) => `${what}: ${(await answerTo(send())).slice(0, 3)}`)
  // Questions about oneself are stored nowhere; a kind without a verb answers that it has none.
  const done = answers.filter((answer) => !/: (403|405)$/.test(answer) && !/ (SelfSubject\w+|TokenReview|Binding)/.test(answer))
  expect(answers.length).toBeGreaterThan(150)
  expect(done).toEqual([])
  proves('nothing-unauthorised.reader-cannot-write')
})

describe('the backstop, where somebody made the actor a cluster admin', () => {
  let actor: Cluster
  let raw: ApiClient
  beforeAll(async () => {
    await admin.create({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'too-generous' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [ACCOUNTS.actor, ACCOUNTS.reader].map((name) => ({ kind: 'ServiceAccount', name, namespace: DEFAULT_HOME })),
    })
    for (const object of BACKSTOP_OBJECTS) await admin.create(object)
    ;[actor, raw] = await Promise.all([clusterOf(ACCOUNTS.actor), clientOf(ACCOUNTS.actor)])
    // Roles and policies take a moment to reach every part of the server.
    await eventually({ clock }, () => answerTo(actor.create(backstopSecret('probe'), { dryRun: true })), (answer) => answer.includes('out of reach'))
  })

  test.each(BACKSTOP_CASES)('refuses $name', async ({ send, says }) => {
    const answer = await answerTo(send(actor))
    expect(answer).toMatch(/^(403|422) /)
    expect(answer).toContain(says)
  })

  test.each(['exec?command=ls&stdout=true', 'attach?stdout=true', 'portforward?ports=80'])('refuses pods/%s', async (path) => {
    const [pod] = (await admin.list({ apiVersion: 'v1', kind: 'Pod' })).items
    expect(pod).toBeDefined()
    const answer = await answerTo(raw.text({ method: 'POST', path: `/api/v1/namespaces/${pod?.metadata.namespace}/pods/${pod?.metadata.name}/${path}`, operation: 'connect' }))
    expect(answer).toContain('no exec, attach, port-forward or proxy')
  })

  test('the reader still changes nothing, and what the verbs need still passes', async () => {
    const reader = await clusterOf(ACCOUNTS.reader)
    expect(await answerTo(reader.patch(backstopConfig('ours', 'default'), TOUCH))).toContain('only the account that acts changes anything')
    expect(await answerTo(actor.patch(backstopConfig('ours', 'default'), TOUCH))).toBe('done')
  })

  test('the doctor sees that it is too much', async () => {
    const doctor = await runBoyd(['doctor', '--json', '--kubeconfig', issuerKubeconfig], { BOYD_HOME: home })
    const { checks } = JSON.parse(doctor.stdout) as { checks: { name: string; status: string; detail: string }[] }
    expect(doctor.exitCode).toBe(1)
    expect(checks.find(({ name }) => name === 'rights of the reader')).toMatchObject({ status: 'failed', detail: expect.stringContaining('beyond what is needed') as string })
    proves('nothing-unauthorised.backstop')
  })
})

test('the doctor sees what is missing', async () => {
  await admin.remove({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', name: ACCOUNTS.reader })
  await admin.remove({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', name: 'too-generous' })
  const rights = async (): Promise<string> => {
    const doctor = await runBoyd(['doctor', '--json', '--kubeconfig', issuerKubeconfig], { BOYD_HOME: home })
    return (JSON.parse(doctor.stdout) as { checks: { name: string; detail: string }[] }).checks.find(({ name }) => name === 'rights of the reader')?.detail ?? ''
  }
  await expect.poll(rights, { timeout: 30_000, interval: 500 }).toMatch(/^missing: get /)
})
