/**
 * Which pods their nodes lose, and when: those that do not tolerate a taint, or no longer; and those that nobody will finish,
 * because their node is gone or declared dead, because they never had one, or because too many have ended.
 */

import * as fc from 'fast-check'
import type { PodStatus, Taint, Toleration } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { PodObject } from '../../../src/model/kube/workload.ts'
import { createPodGc } from '../../../src/twin/controllers/pod-gc.ts'
import { taintEviction as evictingController } from '../../../src/twin/controllers/taint-eviction.ts'
import type { Controller } from '../../../src/twin/controller.ts'
import { area } from '../area.ts'
import { inWords } from '../sync-bed.ts'
import { secondOf, timedBed, type TimedBed } from '../timed-bed.ts'

interface Step {
  readonly afterMs: number
  readonly nodes: readonly KubeObject[]
  readonly lost: readonly string[]
  readonly pods: readonly KubeObject[]
  readonly tolerations: Readonly<Record<string, readonly Toleration[]>>
  readonly deleted: readonly string[]
  readonly stopped: readonly string[]
}

interface NodePods {
  readonly threshold: number
  readonly steps: readonly Step[]
}

const NODES = ['node-a', 'node-b']

const taint: fc.Arbitrary<Taint> = fc.record({ key: fc.constantFrom('node.kubernetes.io/unreachable', 'node.kubernetes.io/not-ready', 'team'), effect: fc.constantFrom('NoExecute', 'NoExecute', 'NoSchedule') })
const outOfService: Taint = { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' }
const toleration: fc.Arbitrary<Toleration> = fc.record(
  { key: fc.constantFrom('node.kubernetes.io/unreachable', 'node.kubernetes.io/not-ready', 'team'), operator: fc.constant('Exists'), effect: fc.constant('NoExecute'), tolerationSeconds: fc.constantFrom(0, 3, 10, 25, 300, -1) },
  { requiredKeys: ['key', 'operator'] },
)

const nodeOf = (taints: fc.Arbitrary<Taint[]>): fc.Arbitrary<KubeObject> =>
  fc.record({ name: fc.constantFrom(...NODES), taints, ready: fc.constantFrom('True', 'Unknown') }).map(({ name, taints: drawn, ready }) => ({
    apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: { taints: drawn }, status: { conditions: [{ type: 'Ready', status: ready }] },
  }))

const pod = fc.record({
  node: fc.constantFrom('node-a', 'node-a', 'node-b', 'node-x', ''),
  tolerations: fc.array(toleration, { maxLength: 3 }),
  phase: fc.constantFrom('Running', 'Running', 'Pending', 'Succeeded', 'Failed', 'Failed'),
  reason: fc.constantFrom('', 'Evicted'),
  finalizers: fc.constantFrom<string[]>([], [], ['example.com/hold']),
})

const drawnStep = fc.record({
  nodes: fc.constantFrom(0, 1, 1, 2),
  lost: fc.oneof({ weight: 4, arbitrary: fc.constant<string[]>([]) }, { weight: 1, arbitrary: fc.constantFrom(['node-a'], ['node-b']) }),
  pods: fc.array(pod, { maxLength: 3 }),
  tolerations: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.tuple(fc.nat(5), fc.array(toleration, { minLength: 1, maxLength: 2 })) }),
  deleted: fc.array(fc.nat(9), { maxLength: 1 }),
  stopped: fc.array(fc.nat(9), { maxLength: 1 }),
})

/** Taints come and go with their keys and effects told apart: no node has the same twice. */
const taintsOf = (one: fc.Arbitrary<Taint>): fc.Arbitrary<Taint[]> => fc.uniqueArray(one, { maxLength: 2, selector: ({ key, effect }) => `${key} ${effect}` })

function questions(options: { readonly taints: fc.Arbitrary<Taint[]>; readonly waits: readonly number[]; readonly tenantsOf: readonly string[] }): fc.Arbitrary<NodePods> {
  const step = fc.record({ drawn: drawnStep, nodes: fc.uniqueArray(nodeOf(options.taints), { maxLength: 2, selector: ({ metadata }) => metadata.name }), wait: fc.constantFrom(...options.waits) })
  return fc.record({ threshold: fc.constantFrom(0, 1, 3), steps: fc.array(step, { minLength: 2, maxLength: 7 }) }).map(({ threshold, steps }) => {
    let made = 0
    return {
      threshold,
      steps: steps.map(({ drawn, nodes, wait }, index): Step => {
        const first: KubeObject[] = NODES.map((name) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name }, status: { conditions: [{ type: 'Ready', status: 'True' }] } }))
        const pods = drawn.pods.filter(({ node }) => options.tenantsOf.includes(node)).map((one) => podNamed(`pod-${made++}`, one))
        const known = (pick: number): string => `pod-${pick % Math.max(1, made)}`
        return {
          // No two things are due at one instant.
          afterMs: wait * 1000 + 100,
          nodes: index === 0 ? first : nodes.slice(0, drawn.nodes),
          lost: index === 0 ? [] : drawn.lost,
          pods,
          tolerations: drawn.tolerations === undefined ? {} : { [known(drawn.tolerations[0])]: drawn.tolerations[1] },
          deleted: drawn.deleted.map(known),
          stopped: drawn.stopped.map(known),
        }
      }),
    }
  })
}

function podNamed(name: string, { node, tolerations, phase, reason, finalizers }: { readonly node: string; readonly tolerations: Toleration[]; readonly phase: string; readonly reason: string; readonly finalizers: string[] }): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', ...(finalizers.length === 0 ? {} : { finalizers }) },
    spec: { containers: [{ name: 'main', image: 'x' }], tolerations, ...(node === '' ? {} : { nodeName: node }) },
    status: { phase, ...(reason !== '' && phase === 'Failed' ? { reason } : {}) },
  }
}

function play({ steps }: NodePods, bed: TimedBed): unknown {
  return steps.map((step) => {
    changeNodes(bed, step)
    bed.advance(BETWEEN_CHANGES_MS)
    changePods(bed, step)
    bed.advance(step.afterMs)
    const events = bed.heard()
    return { pods: Array.from(bed.store.list('/Pod', 'shop'), (one) => lineOf(one as PodObject)).sort(), ...(events.length === 0 ? {} : { events }) }
  })
}

/** What is heard at one instant is heard in any order. */
const BETWEEN_CHANGES_MS = 20

function changeNodes({ store, put }: TimedBed, step: Step): void {
  for (const node of step.nodes) put(node)
  for (const name of step.lost) store.drop({ apiVersion: 'v1', kind: 'Node', name })
}

function changePods({ store, api, put }: TimedBed, step: Step): void {
  const refOfPod = (name: string): { apiVersion: string; kind: string; namespace: string; name: string } => ({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name })
  for (const one of step.pods) put(one)
  for (const [name, more] of Object.entries(step.tolerations)) {
    const found = store.get(refOfPod(name)) as PodObject | undefined
    if (found !== undefined) store.put({ ...found, spec: { ...found.spec, tolerations: [...(found.spec?.tolerations ?? []), ...more] } } as KubeObject)
  }
  for (const name of step.deleted) if (store.get(refOfPod(name)) !== undefined) api.remove(refOfPod(name))
  for (const name of step.stopped) if (store.get(refOfPod(name))?.metadata.deletionTimestamp !== undefined) api.remove(refOfPod(name), { gracePeriodSeconds: 0 })
}

function lineOf({ metadata, status }: PodObject): string {
  const disrupted = (status as PodStatus | undefined)?.conditions?.find(({ type }) => type === 'DisruptionTarget')
  const why = disrupted === undefined ? '' : `${disrupted.status} ${disrupted.reason ?? ''} ${secondOf(disrupted.lastTransitionTime)}`
  return inWords([metadata.name, status?.phase, secondOf(metadata.deletionTimestamp), why])
}

export const taintEviction = area<NodePods>({
  name: 'taint-eviction',
  questions: questions({ taints: taintsOf(taint), waits: [0, 1, 2, 4, 9, 20, 60, 320], tenantsOf: NODES }),
  count: 800,
  answer: (asked, minor) => play(asked, timedBed(minor, [evictingController as unknown as Controller])),
})

export const podGc = area<NodePods>({
  name: 'pod-gc',
  questions: questions({ taints: fc.constantFrom<Taint[]>([], [outOfService]), waits: [5, 25, 45, 65, 125], tenantsOf: [...NODES, 'node-x', ''] }),
  count: 500,
  answer: (asked, minor) => play(asked, timedBed(minor, [createPodGc({ endedPodsMax: asked.threshold }) as unknown as Controller])),
})
