import { afterEach, describe, expect, test } from 'vitest'
import { fault } from '../../src/kernel/fault.ts'
import { scaledClock, systemClock } from '../../src/kernel/clock.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { processRedactor } from '../../src/kernel/redact/process-redactor.ts'
import type { KubeObject, ObjectRef } from '../../src/model/kube-object.ts'
import { nodeNamed, startServedTwin, webDeployment, type ServedBed } from '../../src/twin/http/served-twin-bed.ts'
import { testTwin } from '../../src/twin/test-twin.ts'
import type { ClusterBase, KindReading } from '../../src/ports/cluster-base.ts'
import type { Cluster, ListQuery, ServedKind } from '../../src/ports/cluster.ts'
import { connectKubernetes } from '../../src/adapters/kubernetes/cluster.ts'
import { createLiveBase } from '../../src/adapters/kubernetes/live-base.ts'

/*
 * Over the embedded API server by HTTP: that it costs no lists to look again, that changes are seen, and that what
 * cannot be vouched for is read anew or refused.
 */

const KINDS = ['Namespace', 'Node', 'Pod', 'Secret', 'Deployment', 'CustomResourceDefinition']
const CRD = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'crons.example.com' }, spec: { group: 'example.com', scope: 'Namespaced', names: { plural: 'crons', kind: 'Cron' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } }] } }

const ending: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

interface Bed {
  readonly base: ClusterBase
  readonly cluster: Cluster
  readonly counts: Record<string, number>
  objects(kind: string): Promise<readonly KubeObject[]>
}

async function serve(objects: readonly KubeObject[] = []): Promise<ServedBed> {
  const bed = await startServedTwin(objects)
  ending.push(bed.stop)
  return bed
}

async function over(bed: ServedBed, options: { readonly change?: (cluster: Cluster) => Partial<Cluster>; readonly staleAfterMs?: number; readonly factor?: number } = {}): Promise<Bed> {
  const clock = scaledClock({ factor: options.factor ?? 1 })
  const real = await connectKubernetes({ kubeconfigFile: `${bed.folder}/kubeconfig`, clock, log: silentLog() })
  const { cluster, counts } = counted({ ...real, ...options.change?.(real) })
  const kindsToRead = (served: readonly ServedKind[]): readonly ListQuery[] => served.filter(({ kind, apiVersion }) => (KINDS.includes(kind) && !apiVersion.includes('events')) || kind === 'Cron')
  const base = createLiveBase({ cluster, clock, log: silentLog(), redactor: processRedactor.fresh(), staleAfterMs: options.staleAfterMs ?? 60_000, kindsToRead })
  ending.push(base.stop)
  return { base, cluster: real, counts, objects: async (kind) => known(await readingOf(base, kind)).objects }
}

function counted(cluster: Cluster): { readonly cluster: Cluster; readonly counts: Record<string, number> } {
  const counts: Record<string, number> = { get: 0, list: 0, watch: 0, kinds: 0 }
  const count = (name: string): void => void (counts[name] = (counts[name] ?? 0) + 1)
  return {
    counts,
    cluster: {
      ...cluster,
      get: (ref) => (count('get'), cluster.get(ref)),
      list: (query) => (count('list'), count(`all ${query.kind}`), cluster.list(query)),
      watch: (query, given) => (count(given.resourceVersion === undefined ? `all ${query.kind}` : 'resumed'), count('watch'), cluster.watch(query, given)),
      kinds: () => (count('kinds'), cluster.kinds()),
    },
  }
}

async function readingOf(base: ClusterBase, kind: string): Promise<KindReading | undefined> {
  return (await base.read()).kinds.find(({ query }) => query.kind === kind)
}

function known(reading: KindReading | undefined): Extract<KindReading, { readonly objects: unknown }> {
  if (reading === undefined || 'fault' in reading) throw new Error('not read')
  return reading
}

const soon = { timeout: 20_000, interval: 50 }
const names = (objects: readonly KubeObject[]): string[] => objects.map(({ metadata }) => metadata.name ?? '').sort()

describe('looking again', () => {
  test('each kind is brought in by one stream; twenty more looks cost nothing, and see what is changed by others', async () => {
    const bed = await over(await serve([webDeployment('web:1', 2)]))
    await bed.base.read()
    const { list, watch, kinds } = bed.counts
    expect([list, watch]).toEqual([0, KINDS.length])
    for (let look = 0; look < 20; look += 1) await bed.base.read()
    expect(bed.counts).toMatchObject({ list, watch, kinds })
    await bed.cluster.create(nodeNamed('late'))
    await expect.poll(async () => names(await bed.objects('Node')), soon).toEqual(['late', 'n1', 'n2', 'n3'])
    await bed.cluster.remove({ apiVersion: 'v1', kind: 'Node', name: 'late' })
    await expect.poll(async () => names(await bed.objects('Node')), soon).toEqual(['n1', 'n2', 'n3'])
    expect(bed.counts).toMatchObject({ list, watch, kinds })
  })

  test('a change of our own is in the very next look', async () => {
    const bed = await over(await serve())
    await bed.base.read()
    const ours = bed.base.noting(bed.cluster)
    for (let round = 0; round < 5; round += 1) {
      await ours.create(nodeNamed(`new-${round}`))
      expect(names(await bed.objects('Node'))).toContain(`new-${round}`)
      await ours.patch({ apiVersion: 'v1', kind: 'Node', name: `new-${round}` }, { type: 'merge', body: { spec: { unschedulable: true } } })
      expect((await bed.objects('Node')).find(({ metadata }) => metadata.name === `new-${round}`)?.['spec']).toMatchObject({ unschedulable: true })
      await ours.remove({ apiVersion: 'v1', kind: 'Node', name: `new-${round}` })
      expect(names(await bed.objects('Node'))).not.toContain(`new-${round}`)
    }
    expect(bed.counts).toMatchObject({ get: 15, list: 0, watch: KINDS.length })
  })

  test('a definition that comes later brings its kind', async () => {
    const bed = await over(await serve())
    await bed.base.read()
    await bed.cluster.create(CRD)
    await expect.poll(async () => (await readingOf(bed.base, 'Cron')) !== undefined, soon).toBe(true)
  })

  test('says up to where each kind is known, and how old that is', async () => {
    const bed = await over(await serve())
    const first = known(await readingOf(bed.base, 'Node'))
    expect(Number(first.resourceVersion)).toBeGreaterThan(0)
    await systemClock().sleep(30)
    expect(known(await readingOf(bed.base, 'Secret')).ageMs).toBeGreaterThanOrEqual(20)
  })
})

test('no value of a Secret is held, neither of the list nor of the watch', async () => {
  const secret = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'default' }, type: 'Opaque', data: { password: Buffer.from('hunter2').toString('base64') } })
  const bed = await over(await serve([secret('early')]))
  await bed.base.read()
  await bed.cluster.create(secret('late'))
  await expect.poll(async () => names(await bed.objects('Secret')), soon).toEqual(['early', 'late'])
  const reading = known(await readingOf(bed.base, 'Secret'))
  expect(JSON.stringify(reading.objects)).not.toContain(Buffer.from('hunter2').toString('base64'))
  expect(reading.withheld).toEqual({ 'secret:data': 2 })
})

describe('what cannot be vouched for', () => {
  const broken = (code: 'expired' | 'forbidden') => (cluster: Cluster) => ({
    watch: async function* (query: ListQuery, options: Parameters<Cluster['watch']>[1]) {
      if (query.kind === 'Node') throw fault({ code, operation: 'kubernetes watch', message: 'too old resource version' })
      yield* cluster.watch(query, options)
    },
  })

  test.each(['expired', 'forbidden'] as const)('a watch that is %s: its kind is listed for each look, the others are not', async (code) => {
    const bed = await over(await serve(), { change: broken(code) })
    await bed.base.read()
    await bed.cluster.create(nodeNamed('late'))
    expect(names(await bed.objects('Node'))).toContain('late')
    expect(bed.counts['all Node']).toBeGreaterThan(1)
    expect(bed.counts['all Secret']).toBe(1)
  })

  test('a watch that was silent for too long is not believed', async () => {
    const bed = await over(await serve(), { staleAfterMs: 1 })
    await bed.base.read()
    await systemClock().sleep(10)
    await bed.base.read()
    expect(bed.counts['all Secret']).toBe(2)
  })

  test('after a change of our own, a server that does not answer is a fault and not yesterday’s objects', async () => {
    let isDown = false
    const noAnswer = (): Promise<never> => Promise.reject(fault({ code: 'unavailable', operation: 'kubernetes list', message: 'no answer' }))
    const down = (cluster: Cluster) => ({
      get: (ref: ObjectRef) => (isDown ? noAnswer() : cluster.get(ref)),
      list: (query: ListQuery) => (isDown ? noAnswer() : cluster.list(query)),
      watch: async function* (query: ListQuery, options: Parameters<Cluster['watch']>[1]) {
        if (isDown) await noAnswer()
        yield* cluster.watch(query, options)
      },
    })
    const bed = await over(await serve(), { change: down })
    await bed.base.read()
    await bed.base.noting(bed.cluster).create(nodeNamed('new'))
    isDown = true
    expect(await readingOf(bed.base, 'Node')).toMatchObject({ fault: { code: 'unavailable' } })
    isDown = false
    expect(names(await bed.objects('Node'))).toContain('new')
  })

  test('a change that was refused, or whose answer got lost, counts as a change', async () => {
    const bed = await over(await serve())
    await bed.base.read()
    await expect(bed.base.noting(bed.cluster).create(nodeNamed('n1'))).rejects.toMatchObject({ code: 'already-exists' })
    await bed.base.read()
    expect(bed.counts['get']).toBe(1)
  })

  test('a watch that does not come to show our own change: the kind is brought in anew', async () => {
    const deaf = (cluster: Cluster) => ({
      watch: async function* (query: ListQuery, options: Parameters<Cluster['watch']>[1]) {
        for await (const event of cluster.watch(query, options)) if (event.type === 'bookmark' || event.object.metadata.name !== 'late') yield event
      },
    })
    const bed = await over(await serve(), { change: deaf, factor: 10, staleAfterMs: 600_000 })
    await bed.base.read()
    await bed.base.noting(bed.cluster).create(nodeNamed('late'))
    await bed.base.read()
    expect(bed.counts['all Node']).toBe(2)
    expect(bed.counts['all Secret']).toBe(1)
  })
})

describe('a server that does not stream what there is', () => {
  test.each<[string, (cluster: Cluster) => Partial<Cluster>]>([
    ['refuses it', (cluster) => ({
      watch: async function* (query, options) {
        if (options.resourceVersion === undefined) throw fault({ code: 'invalid', operation: 'kubernetes watch', message: 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled' })
        yield* cluster.watch(query, options)
      },
    })],
    ['ignores the wish', (cluster) => ({
      watch: async function* (query, options) {
        for await (const event of cluster.watch(query, options)) if (event.type !== 'bookmark' || event.listed !== true) yield event
      },
    })],
  ])('%s: it is listed, then followed, and not asked for a stream again', async (_, change) => {
    const bed = await over(await serve(), { change, staleAfterMs: 100, factor: 10 })
    expect(names(await bed.objects('Node'))).toEqual(['n1', 'n2', 'n3'])
    const streamed = (bed.counts['watch'] ?? 0) - (bed.counts['resumed'] ?? 0)
    await systemClock().sleep(50)
    await bed.base.read()
    expect((bed.counts['watch'] ?? 0) - (bed.counts['resumed'] ?? 0)).toBe(streamed)
    expect(bed.counts['list']).toBe(2 * KINDS.length)
    await bed.cluster.create(nodeNamed('late'))
    await expect.poll(async () => names(await bed.objects('Node')), soon).toContain('late')
  }, 40_000)
})

test('looks at one moment share their lists', async () => {
  const bed = await over(await serve())
  await Promise.all(Array.from({ length: 10 }, () => bed.base.read()))
  expect(bed.counts['all Node']).toBeLessThanOrEqual(2)
  expect(bed.counts['kinds']).toBe(1)
})

test('it is the cluster as the twin has it', async () => {
  const twin = testTwin({ nodes: 2 })
  const cluster = twin.cluster()
  const clock = systemClock()
  const base = createLiveBase({ cluster, clock, log: silentLog(), redactor: processRedactor.fresh(), staleAfterMs: 60_000, kindsToRead: (served) => served.filter(({ kind, apiVersion }) => kind === 'Node' && apiVersion === 'v1') })
  ending.push(base.stop)
  const [reading] = (await base.read()).kinds
  expect(known(reading).objects).toEqual((await cluster.list({ apiVersion: 'v1', kind: 'Node' })).items)
})
