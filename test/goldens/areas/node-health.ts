/**
 * What becomes of nodes whose kubelets report, complain, fall silent and come back, minute after minute: their conditions,
 * both kinds of taints at the pace of their zones, and the readiness of their pods.
 */

import * as fc from 'fast-check'
import type { NodeCondition } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { conditionOf, type NodeObject, type PodObject } from '../../../src/model/kube/workload.ts'
import { createNodeLifecycle } from '../../../src/twin/controllers/node-lifecycle.ts'
import type { Controller } from '../../../src/twin/controller.ts'
import type { NodeHealth } from '../../../src/twin/kubelet/liveness.ts'
import { area } from '../area.ts'
import { BUBBLE_MS, bubbleTime, inWords } from '../sync-bed.ts'
import { secondOf, timedBed, type TimedBed } from '../timed-bed.ts'

interface Step {
  readonly afterSeconds: number
  readonly nodes: readonly KubeObject[]
  readonly silent: readonly string[]
  readonly reporting: readonly string[]
  readonly lost: readonly string[]
  readonly pods: readonly KubeObject[]
}

const ZONES = ['z1', 'z2', 'z3'] as const
const NODE_COUNT_MAX = 9

const status = fc.record({
  ready: fc.constantFrom('True', 'True', 'True', 'False'),
  pressure: fc.constantFrom(undefined, undefined, undefined, 'MemoryPressure', 'DiskPressure', 'NetworkUnavailable'),
  cordoned: fc.constantFrom(false, false, false, true),
})

type Drawn = { readonly ready: string; readonly pressure: string | undefined; readonly cordoned: boolean }

const drawnStep = fc.record({
  afterSeconds: fc.constantFrom(5, 10, 20, 55, 60, 65, 120),
  what: fc.constantFrom('silence', 'silence', 'outage', 'return', 'report', 'report', 'lose'),
  nodes: fc.uniqueArray(fc.nat(NODE_COUNT_MAX - 1), { minLength: 1, maxLength: 5 }),
  status,
  zone: fc.constantFrom(...ZONES),
  everybody: fc.constantFrom(false, false, false, true),
  pods: fc.array(fc.record({ node: fc.nat(NODE_COUNT_MAX - 1), ready: fc.constantFrom('True', 'True', 'False', 'Unknown') }), { maxLength: 2 }),
})

const questions = fc
  .record({
    zones: fc.array(fc.constantFrom(...ZONES, 'z1' as const), { minLength: 3, maxLength: NODE_COUNT_MAX }),
    excluded: fc.constantFrom(-1, -1, 2, 3),
    first: status,
    steps: fc.array(drawnStep, { minLength: 1, maxLength: 7 }),
  })
  .map(({ zones, excluded, first, steps }): { readonly steps: readonly Step[] } => {
    // A zone that nobody counts in any more is forgotten, or not, by chance; so each keeps its first node.
    const isFirst = (index: number): boolean => zones.indexOf(zones[index] ?? 'z1') === index
    const nameOf = (index: number): string => `node-${index % zones.length}`
    const node = (index: number, drawn: Drawn): KubeObject => nodeNamed(nameOf(index), { zone: zones[index % zones.length] ?? 'z1', isExcluded: index % zones.length === excluded && !isFirst(excluded), ...drawn })
    const well: Drawn = { ready: 'True', pressure: undefined, cordoned: false }
    let made = 0
    // Who comes back is listed in another order, which upstream's cache does not have.
    const gone = new Set<string>()
    const begin: Step = { afterSeconds: 5, nodes: zones.map((_, index) => node(index, index === 0 ? first : well)), silent: [], reporting: [], lost: [], pods: [] }
    const rest = steps.map(({ afterSeconds, what, nodes, status: drawn, zone, everybody, pods }): Step => {
      const picked = [...new Set(everybody ? zones.map((_, index) => index) : what === 'outage' ? zones.flatMap((one, index) => (one === zone ? [index] : [])) : nodes.map((index) => index % zones.length))].filter((index) => !gone.has(nameOf(index)))
      const names = picked.map(nameOf)
      const lost = what === 'lose' ? picked.filter((index) => !isFirst(index)).map(nameOf).slice(0, 1) : []
      const isReport = what === 'return' || what === 'report'
      for (const name of lost) gone.add(name)
      return {
        afterSeconds,
        nodes: isReport ? picked.map((index) => node(index, what === 'report' ? drawn : well)) : [],
        silent: what === 'silence' || what === 'outage' ? names : [],
        reporting: isReport ? names : [],
        lost,
        pods: pods.filter(({ node: on }) => !gone.has(nameOf(on))).map(({ node: on, ready }) => podNamed(`pod-${made++}`, nameOf(on), ready)),
      }
    })
    return { steps: [begin, ...rest] }
  })

function nodeNamed(name: string, { zone, isExcluded, ready, pressure, cordoned }: Drawn & { readonly zone: string; readonly isExcluded: boolean }): KubeObject {
  const labels = { 'topology.kubernetes.io/zone': zone, ...(isExcluded ? { 'node.kubernetes.io/exclude-disruption': '' } : {}) }
  const conditions = [{ type: 'Ready', status: ready }, ...(pressure === undefined ? [] : [{ type: pressure, status: 'True' }])]
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, ...(cordoned ? { spec: { unschedulable: true } } : {}), status: { conditions } }
}

function podNamed(name: string, nodeName: string, ready: string): KubeObject {
  return {
    apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop' },
    spec: { nodeName, containers: [{ name: 'main', image: 'x' }] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready, lastTransitionTime: bubbleTime(-60_000) }] },
  }
}

/** From a look to what happens next. */
const AFTER_LOOK_MS = 1_020

export const nodeHealth = area<{ readonly steps: readonly Step[] }>({
  name: 'node-health',
  questions,
  count: 300,
  answer({ steps }, minor) {
    const health = new Map<string, NodeHealth>()
    const controller = createNodeLifecycle({ healthOf: (_context, name) => health.get(name) ?? { type: 'healthy' }, silentNodes: () => [...health.keys()] })
    const bed = timedBed(minor, [controller as unknown as Controller])
    return steps.map((step, index) => {
      change(bed, step, health)
      bed.advance(step.afterSeconds * 1000 + (index === 0 ? AFTER_LOOK_MS : 0))
      return {
        nodes: Array.from(bed.store.list('/Node'), (one) => nodeLine(one as NodeObject)).sort(),
        pods: Array.from(bed.store.list('/Pod', 'shop'), (one) => podLine(one as PodObject)).sort(),
      }
    })
  },
})

/** Who falls silent was last heard at the look before: upstream knows leases by its looks only. */
function change(bed: TimedBed, step: Step, health: Map<string, NodeHealth>): void {
  const { store } = bed
  for (const name of step.silent) if (!health.has(name)) health.set(name, { type: 'silent', sinceMs: BUBBLE_MS + bed.elapsedMs() - AFTER_LOOK_MS + LOOK_MS })
  for (const name of step.reporting) health.delete(name)
  for (const node of step.nodes) report(bed, node as NodeObject)
  for (const name of step.lost) store.drop({ apiVersion: 'v1', kind: 'Node', name })
  for (const pod of step.pods) bed.put(pod)
}

const LOOK_MS = 20

/** A kubelet writes its conditions with their times, and leaves taints as they are. */
function report({ store, put, elapsedMs }: TimedBed, node: NodeObject): void {
  const known = store.get({ apiVersion: 'v1', kind: 'Node', name: node.metadata.name ?? '' }) as NodeObject | undefined
  const now = bubbleTime(Math.floor(elapsedMs() / 1000) * 1000)
  const conditions = (node.status?.conditions ?? []).map((condition): NodeCondition => {
    const before = known === undefined ? undefined : conditionOf(known, condition.type)
    const since = before?.status === condition.status ? before.lastTransitionTime : now
    return { ...condition, lastHeartbeatTime: now, ...(since === undefined ? {} : { lastTransitionTime: since }) }
  })
  const taints = known?.spec?.taints
  put({ ...node, spec: { ...node.spec, ...(taints === undefined ? {} : { taints }) }, status: { conditions } } as KubeObject)
}

function nodeLine({ metadata, spec, status: { conditions = [] } = {} }: NodeObject): string {
  const said = conditions.map(({ type, status: value, reason = '', lastTransitionTime }) => `${type} ${value} ${reason} ${secondOf(lastTransitionTime)}`)
  const taints = (spec?.taints ?? []).map(({ key, effect, timeAdded }) => `${key.replace('node.kubernetes.io/', '')} ${effect} ${secondOf(timeAdded)}`)
  return inWords([metadata.name, said.join('; '), taints.sort().join('; ')])
}

function podLine({ metadata, status: { conditions = [] } = {} }: PodObject): string {
  return inWords([metadata.name, conditions[0]?.status, secondOf(conditions[0]?.lastTransitionTime)])
}
