/** Which pods go first, which go at all, and where daemons belong. */

import * as fc from 'fast-check'
import { filterForDrain } from '../../../src/act/verbs/drain-filter.ts'
import type { NodeObject, PodObject } from '../../../src/model/kube/workload.ts'
import { placementOn, type DaemonSetObject } from '../../../src/twin/controllers/daemon-set/placement.ts'
import { rankVictims } from '../../../src/twin/controllers/rank-victims.ts'
import { area } from '../area.ts'
import { nodeSelectorTerm, taint, toleration } from '../arbitraries.ts'

const NOW = '2026-01-01T12:00:00Z'
/** Pods that came together share their seconds. */
const moment = fc.oneof(fc.constantFrom(60, 90, 5_000), fc.integer({ min: 0, max: 100_000 })).map((secondsAgo) => new Date(Date.parse(NOW) - secondsAgo * 1000).toISOString().replace('.000Z', 'Z'))

const rankedPod = fc.record({
  node: fc.constantFrom('', 'node-a', 'node-b', 'node-c'),
  phase: fc.constantFrom('Pending', 'Unknown', 'Running', 'Running', 'Running'),
  ready: fc.boolean(),
  readyAt: moment,
  created: moment,
  cost: fc.constantFrom(undefined, undefined, '5', '-3', 'much'),
  restarts: fc.nat(3),
  sidecarRestarts: fc.nat(2),
})

interface Shrinking {
  readonly pods: readonly PodObject[]
  readonly related: readonly PodObject[]
  readonly now: string
}

const shrinkings = fc.array(rankedPod, { minLength: 2, maxLength: 7 }).map((drawn): Shrinking => {
  const pods = drawn.map((parts, index) => ({
    metadata: { name: `pod-${index}`, uid: `uid-${index}`, creationTimestamp: parts.created, annotations: parts.cost === undefined ? {} : { 'controller.kubernetes.io/pod-deletion-cost': parts.cost } },
    spec: { nodeName: parts.node, containers: [{ name: 'c' }], initContainers: [{ name: 's', restartPolicy: 'Always' }] },
    status: {
      phase: parts.phase,
      conditions: [{ type: 'Ready', status: parts.ready ? 'True' : 'False', lastTransitionTime: parts.readyAt }],
      containerStatuses: [{ name: 'c', restartCount: parts.restarts }],
      initContainerStatuses: [{ name: 's', restartCount: parts.sidecarRestarts }],
    },
  })) as unknown as PodObject[]
  return { pods, related: pods, now: NOW }
})

export const victims = area<Shrinking>({
  name: 'victims',
  questions: shrinkings,
  count: 800,
  answer: ({ pods, related, now }) => rankVictims({ pods, related, nowMs: Date.parse(now) }).map((pod) => pod.metadata.name),
})

const daemonSets = fc.record(
  { nodeName: fc.constantFrom('node-a', 'node-b'), hostNetwork: fc.boolean(), nodeSelector: fc.constantFrom({ zone: 'a' }, { disk: 'ssd' }), tolerations: fc.array(toleration, { maxLength: 2 }), terms: fc.array(nodeSelectorTerm, { minLength: 1, maxLength: 2 }) },
  { requiredKeys: [] },
).map(({ terms, ...spec }) => ({
  metadata: { name: 'agent', namespace: 'ops' },
  spec: { template: { metadata: {}, spec: { containers: [{ name: 'c' }], ...spec, ...(terms === undefined ? {} : { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } } }) } } },
}))

const daemonNodes = fc.record({ name: fc.constantFrom('node-a', 'node-b'), labels: fc.constantFrom({}, { zone: 'a' }, { zone: 'b', disk: 'ssd' }, { cores: '4' }), taints: fc.array(taint, { maxLength: 2 }) })
  .map(({ name, labels, taints }) => ({ metadata: { name, labels }, spec: { taints } }))

export const daemon = area<{ readonly set: object; readonly node: object }>({
  name: 'daemon',
  questions: fc.record({ set: daemonSets, node: daemonNodes }),
  count: 500,
  answer({ set, node }) {
    const { shouldRun, mayStay } = placementOn(set as DaemonSetObject, node as NodeObject)
    return { shouldRun, shouldContinue: mayStay }
  },
})

const OWNERS = [
  { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'u1', controller: true },
  { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', uid: 'u2', controller: true },
  { apiVersion: 'batch/v1', kind: 'Job', name: 'once', uid: 'u3', controller: true },
]

const drainedPod = fc.record({
  owner: fc.constantFrom(undefined, OWNERS[0], OWNERS[0], OWNERS[1], OWNERS[2]),
  mirror: fc.constantFrom(false, false, false, true),
  emptyDir: fc.constantFrom(false, false, true),
  phase: fc.constantFrom('Running', 'Running', 'Pending', 'Succeeded', 'Failed'),
  deleting: fc.constantFrom(false, false, true),
})

interface Draining {
  readonly pods: readonly PodObject[]
  readonly daemons: readonly object[]
  readonly flags: { readonly ignoreDaemonSets: true; readonly deleteEmptyDirData: boolean }
}

const drainings = fc.record({ drawn: fc.array(drainedPod, { minLength: 1, maxLength: 4 }), deleteEmptyDirData: fc.boolean() }).map(({ drawn, deleteEmptyDirData }): Draining => ({
  pods: drawn.map((parts, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `pod-${index}`,
      namespace: 'shop',
      annotations: parts.mirror ? { 'kubernetes.io/config.mirror': 'x' } : {},
      ...(parts.owner === undefined ? {} : { ownerReferences: [parts.owner] }),
      ...(parts.deleting ? { deletionTimestamp: NOW } : {}),
    },
    spec: { nodeName: 'node-a', containers: [{ name: 'c' }], volumes: parts.emptyDir ? [{ name: 'v', emptyDir: {} }] : [] },
    status: { phase: parts.phase },
  })) as unknown as PodObject[],
  daemons: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'agent', namespace: 'shop' } }],
  flags: { ignoreDaemonSets: true, deleteEmptyDirData },
}))

export const drain = area<Draining>({
  name: 'drain',
  questions: drainings,
  count: 500,
  answer({ pods, flags }) {
    const { evict, obstacles } = filterForDrain(pods, { ...flags, force: false })
    if (obstacles.length > 0) return { refused: true, pods: [] }
    return { refused: false, pods: evict.map((pod) => `${pod.metadata.namespace ?? ''}/${pod.metadata.name ?? ''}`).sort() }
  },
})

