/** A node that runs out of memory: who goes first, what it says, and what is not invented. */

import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { conditionOf, isPod, type NodeObject, type PodObject } from '../../model/kube/workload.ts'
import { parseWorld } from '../../model/world.ts'
import { stateOf, testNode, TEST_START_MS, TEST_VERSION } from '../test-twin.ts'
import { createTwin, type Twin } from '../twin.ts'

interface Eater {
  readonly memory?: string
  readonly request?: string
  readonly limit?: string
  readonly priority?: string
  readonly image?: string
}

const eater = (name: string, { request, limit, priority, image = `${name}:1` }: Eater): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop' },
  spec: {
    ...(priority === undefined ? {} : { priorityClassName: priority }),
    containers: [{ name: 'main', image, resources: { ...(request === undefined ? {} : { requests: { memory: request } }), ...(limit === undefined ? {} : { limits: { memory: limit } }) } }],
  },
}) as KubeObject

function nodeWith(eaters: Readonly<Record<string, Eater>>, memoryAfterSeconds = 20): Twin {
  const images = Object.entries(eaters).flatMap(([name, { memory }]) => (memory === undefined ? [] : [{ image: `${name}:1`, memory, memoryAfterSeconds }]))
  const classes = [['high', 1000], ['low', -5]].map(([name, value]) => ({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value }) as KubeObject)
  const node = { ...testNode('node-1'), status: { capacity: { cpu: '4', memory: '1Gi', pods: '110' }, allocatable: { cpu: '4', memory: '1Gi', pods: '110' } } } as KubeObject
  const twin = createTwin({ seed: 1, startMs: TEST_START_MS, version: TEST_VERSION, world: parseWorld({ images }), objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, node, ...classes, ...Object.entries(eaters).map(([name, one]) => eater(name, one))] })
  twin.advance(60_000)
  return twin
}

const pods = (twin: Twin): PodObject[] => [...twin.store.list('/Pod', 'shop')].filter(isPod)
const named = (twin: Twin, name: string): PodObject => pods(twin).find(({ metadata }) => metadata.name === name) as PodObject
const evicted = (twin: Twin): string[] => pods(twin).filter(({ status }) => status?.reason === 'Evicted').map(({ metadata }) => metadata.name ?? '')
const pressure = (twin: Twin): string | undefined => conditionOf(twin.store.get({ apiVersion: 'v1', kind: 'Node', name: 'node-1' }) as NodeObject, 'MemoryPressure')?.status

describe('below the threshold', () => {
  test.each<[string, Record<string, Eater>, string[]]>([
    ['who exceeds its request goes first', { fat: { memory: '500Mi', request: '100Mi' }, fair: { memory: '450Mi', request: '500Mi' } }, ['fat']],
    ['then lower priority', { high: { memory: '500Mi', priority: 'high' }, low: { memory: '450Mi', priority: 'low' } }, ['low']],
    ['then who exceeds it by more', { more: { memory: '500Mi', request: '100Mi' }, less: { memory: '450Mi', request: '100Mi' } }, ['more']],
    ['never a critical pod', { vital: { memory: '900Mi', priority: 'system-node-critical' }, small: { memory: '50Mi', request: '60Mi' } }, ['small']],
    ['a limit ends growth before the node suffers', { tame: { memory: '2Gi', limit: '100Mi' } }, []],
    ['nothing is made up of what nobody measured', { dark: {}, known: { memory: '600Mi' } }, []],
  ])('%s', (_, eaters, gone) => {
    const twin = nodeWith(eaters)
    expect(evicted(twin)).toEqual(gone)
    expect(pressure(twin)).toBe(gone.length > 0 ? 'True' : 'False')
  })

  test('what it says, and how long the condition stays', () => {
    const twin = nodeWith({ fat: { memory: '500Mi', request: '100Mi' }, fair: { memory: '450Mi', request: '500Mi' } })
    expect(named(twin, 'fat').status).toMatchObject({ phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory. Threshold quantity: 100Mi, available: 74Mi. Container main was using 500Mi, request is 100Mi, has larger consumption of memory. ' })
    expect(conditionOf(named(twin, 'fat'), 'DisruptionTarget')).toMatchObject({ status: 'True', reason: 'TerminationByKubelet' })
    expect((twin.store.get({ apiVersion: 'v1', kind: 'Node', name: 'node-1' }) as NodeObject).spec?.taints?.map(({ key }) => key)).toContain('node.kubernetes.io/memory-pressure')
    twin.advance(240_000)
    expect(pressure(twin)).toBe('True')
    twin.advance(120_000)
    expect(pressure(twin)).toBe('False')
  })
})

test('beyond its memory the kernel kills by score, and the container starts again', () => {
  const twin = nodeWith({ effort: { memory: '700Mi' }, burst: { memory: '400Mi', request: '400Mi' } })
  expect(evicted(twin)).toEqual([])
  expect([stateOf(named(twin, 'effort')).lastReason, stateOf(named(twin, 'burst')).restarts]).toEqual(['OOMKilled', 0])
  expect([...twin.store.list('/Event')].map((event) => event['reason'])).toContain('SystemOOM')
})
