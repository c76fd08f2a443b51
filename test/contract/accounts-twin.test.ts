/**
 * Boyd's own accounts on the embedded cluster, as `test/cluster/credentials.test.ts` has them on a real API server: what
 * `boyd rbac` prints applies, is enough to look, changes nothing, and its backstop holds where somebody was too generous.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, parseAllDocuments, stringify } from 'yaml'
import { connectKubernetes } from '../../src/adapters/kubernetes/cluster.ts'
import { ACCOUNTS, DEFAULT_HOME } from '../../src/app/rbac/manifests.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { isFault } from '../../src/kernel/fault.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { takeSnapshot } from '../../src/loop/take-snapshot.ts'
import type { KubeObject } from '../../src/model/kube-object.ts'
import type { Cluster } from '../../src/ports/cluster.ts'
import { startServedTwin, type ServedBed } from '../../src/twin/http/served-twin-bed.ts'
import { BACKSTOP_CASES, BACKSTOP_OBJECTS, backstopConfig, TOUCH } from '../support/backstop-cases.ts'
import { runBoyd } from '../support/boyd-process.ts'
import { openDoor } from './api-arena.ts'

const clock = systemClock()
let bed: ServedBed
let admin: Cluster
beforeAll(async () => {
  bed = await startServedTwin()
  admin = await connectKubernetes({ kubeconfigFile: join(bed.folder, 'kubeconfig'), clock, log: silentLog() })
  const printed = await runBoyd(['rbac'], { BOYD_HOME: bed.folder })
  for (const document of parseAllDocuments(printed.stdout)) await admin.create(document.toJS() as KubeObject)
})
afterAll(() => bed.stop())

/** The cluster as the account sees it, with a token of its own in the path. */
async function clusterOf(account: string): Promise<Cluster> {
  const path = `/api/v1/namespaces/${DEFAULT_HOME}/serviceaccounts/${account}/token`
  const { body } = await openDoor(join(bed.folder, 'kubeconfig')).call({ method: 'POST', path, body: { spec: {} } })
  const given = parse(readFileSync(join(bed.folder, 'kubeconfig'), 'utf8')) as { clusters: { name: string; cluster: object }[] }
  const file = join(bed.folder, `${account}.kubeconfig`)
  const server = `${bed.served.url}/token/${body.status.token as string}`
  writeFileSync(file, stringify({ ...given, clusters: given.clusters.map(({ name }) => ({ name, cluster: { server } })) }))
  return connectKubernetes({ kubeconfigFile: file, clock, log: silentLog() })
}

async function answerTo(request: Promise<unknown>): Promise<string> {
  try {
    await request
    return 'done'
  } catch (error) {
    if (!isFault(error)) throw error
    return `${error.statusCode} ${error.message}`
  }
}

test('the reader sees what it needs and changes nothing', async () => {
  const reader = await clusterOf(ACCOUNTS.reader)
  const snapshot = await takeSnapshot({ cluster: reader, clock })
  expect(snapshot.objects.filter(({ kind }) => kind === 'Node')).toHaveLength(3)
  expect(snapshot.objects.some(({ kind }) => kind === 'Secret')).toBe(false)
  expect(await answerTo(reader.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'default' } }))).toMatch(/^403 configmaps is forbidden: User "system:serviceaccount:/)
})

test('the backstop holds for an actor that somebody made a cluster admin', async () => {
  await admin.create({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'too-generous' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: ACCOUNTS.actor, namespace: DEFAULT_HOME }],
  })
  for (const object of BACKSTOP_OBJECTS) await admin.create(object)
  const actor = await clusterOf(ACCOUNTS.actor)
  const answers: string[] = []
  for (const { name, send, says } of BACKSTOP_CASES) {
    const answer = await answerTo(send(actor))
    answers.push(/^(403|422) /.test(answer) && answer.includes(says) ? `${name}: refused` : `${name}: ${answer}`)
  }
  expect(answers).toEqual(BACKSTOP_CASES.map(({ name }) => `${name}: refused`))
  const kubeconfigFile = join(bed.folder, `${ACCOUNTS.actor}.kubeconfig`)
  await admin.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'lone', namespace: 'default' }, spec: { containers: [{ name: 'a', image: 'a:1' }] } })
  const connected = await openDoor(kubeconfigFile).call({ method: 'POST', path: '/api/v1/namespaces/default/pods/lone/exec?command=ls&stdout=true' })
  expect(connected.body.message).toContain('no exec, attach, port-forward or proxy')
  expect(await answerTo(actor.patch(backstopConfig('ours', 'default'), TOUCH))).toBe('done')
})
