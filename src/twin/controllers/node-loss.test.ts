import { describe, expect, test } from 'vitest'
import { toKubeTime } from '../../kernel/clock.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { conditionOf, type NodeObject, type PodObject } from '../../model/kube/workload.ts'
import type { NodeHealth } from '../kubelet/liveness.ts'
import { aNode, aPod, createTestBed, START_MS, type TestBed } from '../scheduler/test-bed.ts'
import { createNodeLifecycle } from './node-lifecycle.ts'
import { podGc } from './pod-gc.ts'
import { taintEviction } from './taint-eviction.ts'

const TOLERATIONS = ['not-ready', 'unreachable'].map((key) => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }))

/** Kubelets by hand: what is not in the map reports. */
function cluster(objects: readonly KubeObject[]): { readonly bed: TestBed; readonly health: Map<string, NodeHealth>; silence(...names: string[]): void; recover(name: string): void } {
  const health = new Map<string, NodeHealth>()
  const lifecycle = createNodeLifecycle({ healthOf: (_context, name) => health.get(name) ?? { type: 'healthy' }, silentNodes: () => [...health].flatMap(([name, { type }]) => (type === 'silent' ? [name] : [])) })
  const bed = createTestBed({ controllers: [lifecycle, taintEviction, podGc], objects })
  bed.advance(1_000)
  return {
    bed,
    health,
    silence: (...names) => {
      for (const name of names) health.set(name, { type: 'silent', sinceMs: bed.simulation.nowMs() })
    },
    recover(name) {
      health.delete(name)
      const node = nodeIn(bed, name)
      bed.store.put({ ...node, status: { ...node.status, conditions: [{ type: 'Ready', status: 'True' }] } } as KubeObject)
    },
  }
}

const zoned = (name: string, zone: string): NodeObject => aNode(name, { labels: { 'topology.kubernetes.io/zone': zone } })
const several = (zone: string, count: number): NodeObject[] => Array.from({ length: count }, (_, index) => zoned(`${zone}-${index}`, zone))

function running(name: string, nodeName: string, spec: object = { tolerations: TOLERATIONS }): PodObject {
  return aPod(name, { spec: { nodeName, ...spec }, status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } })
}

const nodeIn = (bed: TestBed, name: string): NodeObject => bed.store.get({ apiVersion: 'v1', kind: 'Node', name }) as NodeObject
const taintsOf = (bed: TestBed, name: string): string[] => (nodeIn(bed, name).spec?.taints ?? []).map(({ key, effect }) => `${key.replace('node.kubernetes.io/', '')}:${effect}`).sort()
const readyOf = (object: KubeObject | undefined): string | undefined => (object === undefined ? undefined : conditionOf(object, 'Ready')?.status)
const tainted = (bed: TestBed, names: readonly string[]): number => names.filter((name) => taintsOf(bed, name).includes('unreachable:NoExecute')).length

describe('a node falls silent', () => {
  test('minute by minute', () => {
    const { bed, silence } = cluster([zoned('a', 'z1'), zoned('b', 'z1'), running('web', 'a')])
    silence('a')
    bed.advance(49_000)
    expect([readyOf(nodeIn(bed, 'a')), readyOf(bed.pod('web'))]).toEqual(['True', 'True'])
    bed.advance(7_000)
    expect([readyOf(nodeIn(bed, 'a')), readyOf(bed.pod('web'))]).toEqual(['Unknown', 'False'])
    expect(conditionOf(nodeIn(bed, 'a'), 'Ready')).toMatchObject({ reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' })
    expect(taintsOf(bed, 'a')).toEqual(['unreachable:NoExecute', 'unreachable:NoSchedule'])
    bed.advance(290_000)
    expect(bed.pod('web')?.metadata.deletionTimestamp).toBeUndefined()
    bed.advance(15_000)
    expect(bed.pod('web')?.metadata.deletionTimestamp).toBeDefined()
    expect(conditionOf(bed.pod('web') as KubeObject, 'DisruptionTarget')?.reason).toBe('DeletionByTaintManager')
    bed.advance(600_000)
    expect(bed.pod('web')).toBeDefined()
  })

  test('a pod without toleration goes with the taint, one that tolerates without limit stays', () => {
    const forever = [{ operator: 'Exists' }]
    const { bed, silence } = cluster([zoned('a', 'z1'), zoned('b', 'z1'), running('plain', 'a', {}), running('daemon', 'a', { tolerations: forever })])
    silence('a')
    bed.advance(57_000)
    expect(bed.pod('plain')?.metadata.deletionTimestamp).toBeDefined()
    bed.advance(3_600_000)
    expect(bed.pod('daemon')?.metadata.deletionTimestamp).toBeUndefined()
  })

  test('and comes back in time: taints go, the countdown is cancelled', () => {
    const { bed, silence, recover } = cluster([zoned('a', 'z1'), zoned('b', 'z1'), running('web', 'a')])
    silence('a')
    bed.advance(120_000)
    recover('a')
    bed.advance(10_000)
    expect(taintsOf(bed, 'a')).toEqual([])
    bed.advance(600_000)
    expect(bed.pod('web')?.metadata.deletionTimestamp).toBeUndefined()
    expect([...bed.store.list('/Event')].map((event) => event['message'])).toContain('Cancelling deletion of Pod shop/web')
  })

  test('falls silent, comes back and falls silent again: the countdown begins anew, and ends', () => {
    const { bed, silence, recover } = cluster([zoned('a', 'z1'), zoned('b', 'z1'), running('web', 'a')])
    silence('a')
    bed.advance(120_000)
    recover('a')
    bed.advance(10_000)
    silence('a')
    bed.advance(345_000)
    expect(bed.pod('web')?.metadata.deletionTimestamp).toBeUndefined()
    bed.advance(20_000)
    expect(bed.pod('web')?.metadata.deletionTimestamp).toBeDefined()
  })

  test('reports NotReady instead: the other taint, and its pods stay as the kubelet says', () => {
    const { bed } = cluster([zoned('a', 'z1'), zoned('b', 'z1'), running('web', 'a')])
    bed.store.put({ ...zoned('a', 'z1'), status: { conditions: [{ type: 'Ready', status: 'False' }, { type: 'DiskPressure', status: 'True' }] } } as KubeObject)
    bed.advance(6_000)
    expect(taintsOf(bed, 'a')).toEqual(['disk-pressure:NoSchedule', 'not-ready:NoExecute', 'not-ready:NoSchedule'])
    expect(readyOf(bed.pod('web'))).toBe('True')
    bed.store.put(running('late', 'a'))
    bed.advance(1_000)
    expect(readyOf(bed.pod('late'))).toBe('False')
  })

  test('first NotReady, then silent: the taint is exchanged at once and the clock goes on', () => {
    const { bed, silence } = cluster([zoned('a', 'z1'), zoned('b', 'z1'), running('web', 'a')])
    bed.store.put({ ...zoned('a', 'z1'), status: { conditions: [{ type: 'Ready', status: 'False' }] } } as KubeObject)
    bed.advance(6_000)
    silence('a')
    bed.advance(60_000)
    expect(taintsOf(bed, 'a')).toEqual(['unreachable:NoExecute', 'unreachable:NoSchedule'])
    bed.advance(240_000)
    expect(bed.pod('web')?.metadata.deletionTimestamp).toBeDefined()
  })
})

describe('how fast a zone is tainted', () => {
  const names = (zone: string, count: number): string[] => several(zone, count).map((node) => node.metadata.name ?? '')

  test('a healthy zone: one node every ten seconds', () => {
    const { bed, silence } = cluster(several('z1', 10))
    silence(...names('z1', 2))
    bed.advance(56_000)
    expect(tainted(bed, names('z1', 10))).toBe(1)
    bed.advance(10_000)
    expect(tainted(bed, names('z1', 10))).toBe(2)
  })

  test('a whole zone while another is well: the normal rate', () => {
    const { bed, silence } = cluster([...several('z1', 8), ...several('z2', 8)])
    silence(...names('z1', 8))
    bed.advance(56_000 + 35_000)
    expect(tainted(bed, names('z1', 8))).toBe(4)
  })

  test('a small zone mostly down: none', () => {
    const { bed, silence } = cluster([...several('z1', 8), ...several('z2', 8)])
    silence(...names('z1', 6))
    bed.advance(56_000 + 600_000)
    expect(tainted(bed, names('z1', 8))).toBe(0)
  })

  test('a large zone mostly down: a tenth of the rate', () => {
    const { bed, silence } = cluster([...several('z1', 60), ...several('z2', 2)])
    silence(...names('z1', 40))
    bed.advance(56_000 + 300_000)
    expect(tainted(bed, names('z1', 60))).toBe(4)
  })

  test('every zone down: no node is tainted, and taints that were set are taken back', () => {
    const { bed, silence } = cluster([...several('z1', 3), ...several('z2', 3)])
    silence('z1-0')
    bed.advance(60_000)
    expect(tainted(bed, names('z1', 3))).toBe(1)
    silence(...names('z1', 3), ...names('z2', 3))
    bed.advance(600_000)
    expect(tainted(bed, [...names('z1', 3), ...names('z2', 3)])).toBe(0)
    expect(taintsOf(bed, 'z1-0')).toEqual(['unreachable:NoSchedule'])
  })
})

describe('taints by condition', () => {
  test('a cordon is mirrored and taken back; taints of others stay', () => {
    const own = { key: 'dedicated', value: 'db', effect: 'NoSchedule' }
    const { bed } = cluster([aNode('a', { spec: { unschedulable: true, taints: [own] } })])
    expect(taintsOf(bed, 'a')).toEqual(['dedicated:NoSchedule', 'unschedulable:NoSchedule'])
    const node = nodeIn(bed, 'a')
    bed.store.put({ ...node, spec: { taints: node.spec?.taints } } as KubeObject)
    bed.advance(100)
    expect(taintsOf(bed, 'a')).toEqual(['dedicated:NoSchedule'])
  })
})

describe('pods that nobody will finish', () => {
  test('a deleted node: its pods go by force after quarantine, marked as failed by the collector', () => {
    const { bed } = cluster([zoned('a', 'z1'), zoned('b', 'z1'), running('web', 'a')])
    bed.store.drop({ apiVersion: 'v1', kind: 'Node', name: 'a' })
    bed.advance(39_000)
    expect(bed.pod('web')).toBeDefined()
    bed.advance(25_000)
    expect(bed.pod('web')).toBeUndefined()
    const last = bed.store.changesAfter(1) ?? []
    const statuses = last.flatMap((change) => (change.after?.metadata.name === 'web' ? [(change.after as PodObject).status?.phase] : []))
    expect(statuses.at(-1)).toBe('Failed')
  })

  test('the pods of a deleted node go one after the other: at once while the burst lasts, then ten a second', () => {
    const names = Array.from({ length: 25 }, (_, index) => `web-${index}`)
    const { bed } = cluster([zoned('a', 'z1'), zoned('b', 'z1'), ...names.map((name) => running(name, 'a'))])
    bed.store.drop({ apiVersion: 'v1', kind: 'Node', name: 'a' })
    const left = (): number => names.filter((name) => bed.pod(name) !== undefined).length
    while (left() === names.length) bed.advance(10)
    const counts = [300, 500, 500].map((afterMs) => {
      bed.advance(afterMs)
      return left()
    })
    expect(counts).toEqual([9, 2, 0])
  })

  test('a terminating pod that never got a node goes at the next round', () => {
    const { bed } = cluster([zoned('a', 'z1'), aPod('web', { metadata: { deletionTimestamp: toKubeTime(START_MS), name: 'web', namespace: 'shop' } })])
    bed.advance(21_000)
    expect(bed.pod('web')).toBeUndefined()
  })

  test('terminating pods on a node declared out of service go at the next round, the others stay', () => {
    const taint = { key: 'node.kubernetes.io/out-of-service', effect: 'NoSchedule' }
    const gone = { ...running('gone', 'a'), metadata: { name: 'gone', namespace: 'shop', deletionTimestamp: toKubeTime(START_MS) } } as PodObject
    const { bed } = cluster([aNode('a', { spec: { taints: [taint] }, status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } }), gone, running('here', 'a')])
    bed.advance(21_000)
    expect([bed.pod('gone'), bed.pod('here')].map((pod) => pod !== undefined)).toEqual([false, true])
  })
})
