/**
 * `boyd whatif` and `boyd rehearse` as a person runs them, over a folder in which something of everything was seen: that what
 * is assumed of containers, and what does not fit together, is in what they print.
 */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { WhatIf } from '../../src/model/what-if.ts'
import { runBoyd, type Finished } from '../support/boyd-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'boyd-whatif-'))
const cluster = join(folder, 'cluster')
const small = join(folder, 'small')
const empty = join(folder, 'empty')
const manifest = join(folder, 'new.yaml')
const broken = join(folder, 'broken.yaml')
const NOON = Date.parse('2026-03-01T12:00:00Z')
const at = (seconds: number): string => new Date(NOON + seconds * 1_000).toISOString()

const node = (name: string, zone = 'z1'): object => ({ apiVersion: 'v1', kind: 'Node', metadata: { name, uid: name, labels: { 'topology.kubernetes.io/zone': zone, 'kubernetes.io/hostname': name } }, spec: {}, status: { allocatable: { cpu: '4', memory: '8Gi', pods: '50' }, capacity: { cpu: '4', memory: '8Gi', pods: '50' }, conditions: [{ type: 'Ready', status: 'True' }], images: name === 'a' ? [{ names: ['shop/gone:1'] }] : [], nodeInfo: { kubeletVersion: 'v1.36.2' } } })
const space = (name: string): object => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, uid: `ns-${name}` } })

interface App {
  readonly name: string
  readonly image: string
  readonly replicas: number
  readonly container?: object
  readonly status: (index: number) => { readonly pod: object; readonly container: object }
  readonly metadata?: (index: number) => object
}

/** A Deployment, its ReplicaSet, and pods as a cluster would have them. */
function app({ name, image, replicas, container = {}, status, metadata = () => ({}) }: App): object[] {
  const labels = { app: name }
  const spec = { containers: [{ name: 'main', image, ...container }] }
  const owner = (kind: string, of: string): object => ({ ownerReferences: [{ apiVersion: 'apps/v1', kind, name: of, uid: of, controller: true }] })
  const hashed = { ...labels, 'pod-template-hash': 'h' }
  return [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'shop', uid: name, annotations: { 'deployment.kubernetes.io/revision': '1' } }, spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } }, status: { replicas, availableReplicas: replicas, readyReplicas: replicas } },
    { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: `${name}-h`, namespace: 'shop', uid: `${name}-h`, labels: hashed, annotations: { 'deployment.kubernetes.io/revision': '1' }, ...owner('Deployment', name) }, spec: { replicas, selector: { matchLabels: hashed }, template: { metadata: { labels: hashed }, spec } }, status: { replicas } },
    ...Array.from({ length: replicas }, (_, index) => {
      const { pod, container: own } = status(index)
      return { apiVersion: 'v1', kind: 'Pod', metadata: { name: `${name}-h-${index}`, namespace: 'shop', uid: `${name}-${index}`, labels: hashed, creationTimestamp: at(-3_600), ...owner('ReplicaSet', `${name}-h`), ...metadata(index) }, spec: { ...spec, nodeName: index % 2 === 0 ? 'a' : 'b' }, status: { phase: 'Running', startTime: at(-3_600), ...pod, containerStatuses: [{ name: 'main', image, imageID: 'sha', restartCount: 0, ...own }] } }
    }),
  ]
}

const isUp = (readyAfter: number) => () => ({ pod: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: at(readyAfter - 3_000) }, { type: 'ContainersReady', status: 'True', lastTransitionTime: at(readyAfter - 3_000) }] }, container: { ready: true, started: true, state: { running: { startedAt: at(-3_000) } } } })
const isDown = (state: object, lastState: object = {}) => () => ({ pod: { conditions: [{ type: 'Ready', status: 'False' }] }, container: { ready: false, restartCount: 4, state, lastState } })

const OBJECTS: readonly object[] = [
  node('a'), node('b', 'z2'), space('shop'),
  // Ready 25 s after the start, by a probe each 5 s; one is being deleted and took 8 s to end.
  ...app({ name: 'slow', image: 'shop/slow:1', replicas: 2, container: { readinessProbe: { httpGet: { port: 80 }, periodSeconds: 5 } }, status: isUp(25) }),
  ...app({ name: 'leaving', image: 'shop/leaving:1', replicas: 1, status: isDown({ terminated: { exitCode: 143, finishedAt: at(-2), startedAt: at(-900) } }), metadata: () => ({ deletionTimestamp: at(20), deletionGracePeriodSeconds: 30 }) }),
  ...app({ name: 'gone', image: 'shop/gone:1', replicas: 1, status: isDown({ waiting: { reason: 'ImagePullBackOff', message: 'not found' } }) }),
  ...app({ name: 'crash', image: 'shop/crash:1', replicas: 1, status: isDown({ waiting: { reason: 'CrashLoopBackOff' } }, { terminated: { exitCode: 1, reason: 'Error', startedAt: at(-60), finishedAt: at(-58) } }) }),
  ...app({ name: 'greedy', image: 'shop/greedy:1', replicas: 1, container: { resources: { limits: { memory: '100Mi' } } }, status: isDown({ waiting: { reason: 'CrashLoopBackOff' } }, { terminated: { exitCode: 137, reason: 'OOMKilled', startedAt: at(-60), finishedAt: at(-50) } }) }),
  { apiVersion: 'metrics.k8s.io/v1beta1', kind: 'PodMetrics', metadata: { name: 'slow-h-0', namespace: 'shop' }, containers: [{ name: 'main', usage: { cpu: '10m', memory: '300Mi' } }] },
  // What does not fit together.
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'stray', namespace: 'shop', uid: 'stray' }, spec: { nodeName: 'ghost', containers: [{ name: 'main', image: 'shop/stray:1' }] }, status: { phase: 'Running' } },
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'orphan', namespace: 'shop', uid: 'orphan', ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'lost', uid: 'lost', controller: true }] }, spec: { nodeName: 'a', containers: [{ name: 'main', image: 'shop/stray:1' }] }, status: { phase: 'Running' } },
  ...['fast', 'cheap'].map((name) => ({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }, provisioner: 'example.com/disk' })),
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'headless', namespace: 'shop' }, spec: { replicas: 2 } },
  { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'gear', namespace: 'shop' }, spec: {} },
]

/** What the answer must state of the folder above. */
const SAID: readonly (readonly [what: string, said: RegExp])[] = [
  ['how long pods took to become ready', /Image shop\/slow:1 takes about 23 s to start, the median of 2 running pods/],
  ['how long processes took to end', /Image shop\/leaving:1 takes about 8 s to end after SIGTERM, the median of 1 end seen/],
  ['which image cannot be pulled, and who has it', /shop\/gone:1 cannot be pulled, .* assumed to stay so \(1 node has it/],
  ['which container keeps ending', /container main of Pod shop\/crash-h-0 exits with 1 after 2 s: it is assumed to do so until its image, command, environment or configuration changes/],
  ['memory at a kill', /shop\/greedy:1 .*100Mi/],
  ['memory that was measured', /Image shop\/slow:1 is assumed to take 300Mi of memory, the most that PodMetrics show/],
  ['pods on a node that is not there', /Node ghost is not there, and Pod shop\/stray is on it/],
  ['an owner that is gone', /The owner of Pod shop\/orphan is not there/],
  ['two default classes', /StorageClass cheap, StorageClass fast are all the default/],
  ['a malformed object', /Deployment shop\/headless is malformed .* is left out of the twin/],
  ['a document that is no object', /Of odd\.yaml it is not known what it says: document 1, line 1: field kind is missing/],
  ['kinds that nobody knows', /1 example\.com\/Widget/],
]

beforeAll(() => {
  for (const made of [cluster, small, empty]) mkdirSync(made)
  writeFileSync(join(cluster, 'all.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: OBJECTS }))
  writeFileSync(join(cluster, 'odd.yaml'), 'apiVersion: v1\n')
  writeFileSync(join(small, 'all.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [node('a'), node('b', 'z2'), space('shop'), space('dev'), ...['shop', 'dev'].map((namespace) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace }, spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'web:1' }] } } } }))] }))
  writeFileSync(manifest, 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: new, namespace: shop}\nspec:\n  replicas: 40\n  selector: {matchLabels: {app: new}}\n  template:\n    metadata: {labels: {app: new}}\n    spec:\n      containers: [{name: c, image: "new:1", resources: {requests: {cpu: "1"}}}]\n')
  writeFileSync(broken, 'kind: [\n  Deployment\n')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const boyd = (...args: string[]): Promise<Finished> => runBoyd(args, { BOYD_HOME: join(folder, 'home'), NO_COLOR: '1' })
/** As one line: the terminal's width is no part of a sentence. */
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ')

describe('what is assumed is part of the answer', () => {
  test('as text and as JSON, each sentence', async () => {
    const [text, json] = [await boyd('whatif', '--from', cluster, 'nothing', '--runs', '1', '--for', '5'), await boyd('whatif', '--from', cluster, 'nothing', '--runs', '1', '--for', '5', '--json')]
    const { assumptions } = JSON.parse(json.stdout) as WhatIf
    const missing = SAID.filter(([, said]) => !said.test(flat(text.stdout)) || !assumptions.some((sentence) => said.test(sentence))).map(([what]) => what)
    expect({ missing, stderr: text.stderr }).toEqual({ missing: [], stderr: '' })
  })

  test('and part of a rehearsal', async () => {
    const { stdout } = await boyd('rehearse', '--from', cluster, '--json')
    const missing = SAID.filter(([, said]) => !said.test(stdout)).map(([what]) => what)
    expect(missing).toEqual([])
  })
})

interface Case {
  readonly name: string
  readonly args: readonly string[]
  readonly exitCode: number
  /** On stdout where there is an answer, else the one line on stderr. */
  readonly says: RegExp
}

describe('as people type it', () => {
  test.each<Case>([
    { name: 'without quotes, with flags of the question', args: ['--from', small, 'scale', 'deploy/web', '-n', 'shop', '--replicas=3'], exitCode: 0, says: /ends well.*Deployment shop\/web now wants 3 replicas, before 2/ },
    { name: 'a line of kubectl', args: ['--from', small, 'kubectl drain a --ignore-daemonsets'], exitCode: 0, says: /Node a is now cordoned.*2 pods are told to leave.*The worst moment is \+00:0\d/ },
    { name: 'several, one after the other', args: ['--from', small, 'lose zone/z1; wait 6m', 'recover node/a'], exitCode: 0, says: /Node a stops.*1 node stops reporting: a.*Node a runs again.*1 node is Ready: a/ },
    { name: 'a namespace, with all that is in it', args: ['--from', small, 'delete', 'ns/shop'], exitCode: 1, says: /takes away what served: .*Deployment shop\/web is gone, which had 2 available pods/ },
    { name: 'a verb with a slip', args: ['--from', small, 'drian', 'a'], exitCode: 2, says: /Did you mean drain\? Write it as: drain node\/a/ },
    { name: 'a manifest that there is no room for', args: ['--from', small, 'apply', '-f', manifest], exitCode: 1, says: /does not end well.*pods of Deployment shop\/new: 0\/2 nodes are available: 2 Insufficient cpu.*NodeResourcesFit: Insufficient cpu \(2 nodes: a, b\).*Confidence/ },
    { name: 'a node that is not there', args: ['--from', small, 'drain c'], exitCode: 2, says: /node\/c.*there is no such object\. There are Node a, Node b\./ },
    { name: 'a name that several have', args: ['--from', small, 'restart deploy/web'], exitCode: 2, says: /Deployment dev\/web, Deployment shop\/web\. Say which with -n NAMESPACE/ },
    { name: 'a manifest that is no YAML', args: ['--from', small, 'apply', '-f', broken], exitCode: 2, says: /broken\.yaml\): document 1, line 3, field kind/ },
    { name: 'a manifest that is not there', args: ['--from', small, 'apply', '-f', join(folder, 'none.yaml')], exitCode: 2, says: /none\.yaml/ },
    { name: 'a folder without objects', args: ['--from', empty, 'nothing'], exitCode: 2, says: /no Kubernetes object was found there/ },
    { name: 'a kubeconfig that is none', args: ['--kubeconfig', broken, 'nothing'], exitCode: 2, says: /the kubeconfig does not work/ },
    { name: 'a flag that nobody knows', args: ['--from', small, 'drain', 'a', '--jsno'], exitCode: 2, says: /--jsno is not known here/ },
  ])('$name', async ({ args, exitCode, says }) => {
    const done = await boyd('whatif', ...args)
    expect(done.exitCode).toBe(exitCode)
    expect(flat(exitCode === 2 ? done.stderr : done.stdout)).toMatch(says)
    expect(done.stderr.trim().split('\n').length).toBeLessThanOrEqual(1)
  })
})

describe('boyd snapshot diff', () => {
  const later = join(folder, 'later')
  beforeAll(() => {
    mkdirSync(later)
    const changed = readFileSync(join(small, 'all.json'), 'utf8').replace('web:1', 'web:2').replace('"name":"dev"', '"name":"test"')
    writeFileSync(join(later, 'all.json'), changed)
  })

  test.each<Case>([
    { name: 'nothing', args: [small, small], exitCode: 0, says: /^Nothing changed\. $/ },
    { name: 'an image, a namespace', args: [small, later], exitCode: 1, says: /1 added, 1 removed, 1 changed: - Namespace dev \+ Namespace test ~ Deployment shop\/web spec\.template\.spec\.containers\[name=c\]\.image: "web:1" → "web:2"/ },
    { name: 'of one namespace', args: [small, later, '-n', 'dev'], exitCode: 0, says: /^Nothing changed/ },
    { name: 'as JSON', args: [small, later, '--json'], exitCode: 1, says: /"path":"spec\.template\.spec\.containers\[name=c\]\.image","before":"web:1","after":"web:2"/ },
    { name: 'a folder without objects', args: [small, empty], exitCode: 2, says: /no Kubernetes object was found there/ },
    { name: 'one path', args: [small], exitCode: 2, says: /missing required argument/ },
  ])('$name', async ({ args, exitCode, says }) => {
    const done = await boyd('snapshot', 'diff', ...args)
    expect({ exitCode: done.exitCode, stderr: done.stderr }).toMatchObject({ exitCode })
    expect(flat(exitCode === 2 ? done.stderr : done.stdout)).toMatch(says)
  })

  test.each<Case>([
    { name: 'a name by which nobody would know it', args: ['-o', join(folder, 'x.json')], exitCode: 2, says: /does not end in \.jsonl or \.jsonl\.gz/ },
    { name: 'a folder that is not there', args: ['-o', join(folder, 'none', 'x.jsonl')], exitCode: 2, says: /there is no such folder/ },
    { name: 'a file', args: ['-o', join(folder, 'x.jsonl.gz')], exitCode: 0, says: /^6 objects and 0 logs of Kubernetes v1\.36\.2 are in / },
    { name: 'a file, as JSON', args: ['-o', join(folder, 'x.jsonl.gz'), '--json'], exitCode: 0, says: /"objects":6,"logs":0/ },
  ])('a snapshot into $name', async ({ args, exitCode, says }) => {
    const done = await boyd('snapshot', '--from', small, ...args)
    expect({ exitCode: done.exitCode, lines: done.stderr.split('\n').length - 1 }).toEqual({ exitCode, lines: exitCode === 2 ? 1 : 0 })
    expect(flat(exitCode === 2 ? done.stderr : done.stdout)).toMatch(says)
  })

  test('a snapshot that goes nowhere is refused, and the hint has the comparison', async () => {
    const done = await boyd('snapshot', '--from', small)
    expect(done.exitCode).toBe(2)
    expect(flat(done.stderr)).toMatch(/--output.*it is not said where to write\. Give -o FILE\.jsonl\.gz\. Two files are compared with boyd snapshot diff A B/)
  })
})
