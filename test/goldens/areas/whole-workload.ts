/**
 * What Deployments with their ReplicaSets, StatefulSets and DaemonSets come to over several steps in which pods run, become
 * ready, fail and are deleted, people change the object, and nodes change: every status, revision and pod. Compared at rest.
 */

import * as fc from 'fast-check'
import { jsonEqual } from '../../../src/kernel/json.ts'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { PodObject } from '../../../src/model/kube/workload.ts'
import { daemonSet } from '../../../src/twin/controllers/daemon-set.ts'
import { deployment } from '../../../src/twin/controllers/deployment.ts'
import { replicaSet } from '../../../src/twin/controllers/replica-set.ts'
import { statefulSet } from '../../../src/twin/controllers/stateful-set.ts'
import { area } from '../area.ts'
import { changePod, nodeFor, podsInOrder, readyTime, type PodChange } from '../picked-pods.ts'
import { ageOf, bubbleTime, inWords, listIn, syncBed, type SyncBed } from '../sync-bed.ts'

interface Step {
  readonly afterSeconds: number
  readonly patch?: object
  readonly pods: readonly PodChange[]
  readonly nodes?: readonly KubeObject[]
}

interface WholeWorkload {
  readonly object: KubeObject
  readonly nodes: readonly KubeObject[]
  readonly steps: readonly Step[]
}

const PAUSE_MS = 20
const NODES = ['node-a', 'node-b', 'node-c']

const template = (image: string): object => ({ metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image, resources: {} }] } })
const images = fc.constantFrom('x:1', 'x:2', 'x:3')
const amount = (...more: readonly (string | number)[]): fc.Arbitrary<string | number> => fc.constantFrom<string | number>(0, 1, 2, '25%', '50%', ...more)
const imagePatch = images.map((image) => ({ template: { spec: { containers: [{ name: 'main', image, resources: {} }] } } }))
const replicas = fc.constantFrom(0, 1, 2, 3, 4, 6)

/** Both at nothing would let nothing move. */
const rolling = fc.record({ maxSurge: amount(), maxUnavailable: amount() }).map(({ maxSurge, maxUnavailable }) => (maxSurge === 0 && maxUnavailable === 0 ? { maxSurge: 1, maxUnavailable } : { maxSurge, maxUnavailable }))

const deployments = fc
  .record({ replicas, minReadySeconds: fc.constantFrom(0, 0, 10), progressDeadlineSeconds: fc.constantFrom(15, 60, 600), revisionHistoryLimit: fc.constantFrom(0, 1, 10), strategy: fc.oneof({ weight: 4, arbitrary: rolling.map((rollingUpdate) => ({ type: 'RollingUpdate', rollingUpdate })) }, { weight: 1, arbitrary: fc.constant({ type: 'Recreate' }) }) }, { requiredKeys: ['replicas', 'minReadySeconds'] })
  .map((spec) => workload('Deployment', spec))
const deploymentPatch = fc.oneof(imagePatch, imagePatch, replicas.map((count) => ({ replicas: count })), fc.boolean().map((paused) => ({ paused })))

const statefulSets = fc
  .record(
    {
      replicas,
      minReadySeconds: fc.constantFrom(0, 0, 10),
      podManagementPolicy: fc.constantFrom('OrderedReady', 'Parallel'),
      revisionHistoryLimit: fc.constantFrom(0, 1, 10),
      updateStrategy: fc.oneof(fc.constant({ type: 'OnDelete' }), fc.constantFrom(0, 1, 2).map((partition) => ({ type: 'RollingUpdate', rollingUpdate: { partition } }))),
      ordinals: fc.constantFrom({ start: 0 }, { start: 2 }),
    },
    { requiredKeys: ['replicas', 'minReadySeconds'] },
  )
  .map((spec) => workload('StatefulSet', { ...spec, serviceName: 'web' }))
const statefulPatch = fc.oneof(imagePatch, imagePatch, replicas.map((count) => ({ replicas: count })), fc.constantFrom(0, 1, 3).map((partition) => ({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition } } })))

const daemonSets = fc
  .record(
    {
      minReadySeconds: fc.constantFrom(0, 0, 10),
      revisionHistoryLimit: fc.constantFrom(0, 1, 10),
      updateStrategy: fc.oneof(fc.constant({ type: 'OnDelete' }), fc.constantFrom(1, 3, '100%').map((maxUnavailable) => ({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable, maxSurge: 0 } })), fc.constantFrom(1, 3, '100%').map((maxSurge) => ({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge } }))),
    },
    { requiredKeys: ['minReadySeconds'] },
  )
  .map((spec) => workload('DaemonSet', spec))

function workload(kind: string, spec: object): KubeObject {
  return { apiVersion: 'apps/v1', kind, metadata: { name: 'web', namespace: 'shop' }, spec: { ...spec, selector: { matchLabels: { app: 'web' } }, template: template('x:1') } }
}

const taints = fc.constantFrom<readonly object[]>([], [], [{ key: 'team', value: 'x', effect: 'NoSchedule' }], [{ key: 'team', value: 'x', effect: 'NoExecute' }], [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }])
/**
 * Of several nodes that are alike it is chance which is served first: where a limit is less than all of them, there is one.
 * A share is of those that want a pod, and may be less than those that have one; who says nothing gets one.
 */
const nodesOf = (object: KubeObject): readonly string[] => (/"max(Unavailable|Surge)":(1|"100%")[,}]/.test(JSON.stringify(object)) || !('updateStrategy' in (object['spec'] as object)) ? NODES.slice(0, 1) : NODES)
const nodesFor = (names: readonly string[]): fc.Arbitrary<KubeObject[]> => fc.tuple(...names.map((name) => taints.map((drawn): KubeObject => ({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/hostname': name } }, spec: { taints: drawn } }))))

interface DrawnChange {
  readonly pick: number
  readonly what: string
  readonly agoSeconds: number
  readonly node: string
}

const change: fc.Arbitrary<DrawnChange> = fc.record({ pick: fc.nat(9), what: fc.constantFrom('ready', 'ready', 'ready', 'ready', 'running', 'failed', 'delete', 'gone', 'gone'), agoSeconds: fc.constantFrom(0, 0, 3, 12), node: fc.constantFrom('node-a', 'node-b') })

function changeAt({ pick, what, agoSeconds, node }: DrawnChange, atMs: number): PodChange {
  if (what === 'delete') return { pick, delete: true }
  if (what === 'gone') return { pick, gone: true }
  const isReady = what === 'ready'
  const lastTransitionTime = bubbleTime(atMs - agoSeconds * 1000)
  return { pick, node, status: { phase: what === 'failed' ? 'Failed' : 'Running', conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False', lastTransitionTime }], containerStatuses: [{ name: 'main', image: 'x', imageID: '', ready: isReady, restartCount: 0, state: {} }] } }
}

const stepOf = (patch: fc.Arbitrary<object>, nodes: fc.Arbitrary<KubeObject[]> | undefined) =>
  fc.record({ afterSeconds: fc.constantFrom(0, 1, 5, 10, 20, 70), pods: fc.array(change, { maxLength: 7 }), patch: fc.option(patch, { nil: undefined, freq: 2 }), nodes: nodes === undefined ? fc.constant(undefined) : fc.option(nodes, { nil: undefined, freq: 2 }) })

const playOf = (objects: fc.Arbitrary<KubeObject>, patch: fc.Arbitrary<object>): fc.Arbitrary<WholeWorkload> =>
  objects.chain((drawn) => playWith(drawn, patch, drawn.kind === 'DaemonSet' ? nodesFor(nodesOf(drawn)) : undefined))

const playWith = (object: KubeObject, patch: fc.Arbitrary<object>, nodes: fc.Arbitrary<KubeObject[]> | undefined): fc.Arbitrary<WholeWorkload> =>
  fc.record({ object: fc.constant(object), nodes: nodes ?? fc.constant([]), steps: fc.array(stepOf(patch, nodes), { minLength: 2, maxLength: 8 }) }).map(({ object: asked, nodes: drawn, steps }) => {
    let atMs = 0
    return {
      object: asked,
      nodes: drawn,
      steps: steps.map(({ afterSeconds, pods, patch: spec, nodes: changed }, index) => {
        const seconds = index === 0 ? 0 : afterSeconds + 1
        atMs += seconds * 1000
        return { afterSeconds: seconds, pods: index === 0 ? [] : pods.map((one) => changeAt(isSurging(asked) && one.what === 'failed' ? { ...one, what: 'running' } : one, atMs)), ...(spec === undefined || index === 0 ? {} : { patch: { spec } }), ...(changed === undefined || index === 0 ? {} : { nodes: changed }) }
      }),
    }
  })

/** Two pods may stand on one node then, and of two that have failed it is chance which waits for the other's back-off. */
function isSurging(object: KubeObject): boolean {
  const surge = (object['spec'] as { updateStrategy?: { rollingUpdate?: { maxSurge?: unknown } } }).updateStrategy?.rollingUpdate?.maxSurge ?? 0
  return object.kind === 'DaemonSet' && surge !== 0
}

const questions = fc.oneof(
  { weight: 3, arbitrary: playOf(deployments, deploymentPatch) },
  { weight: 2, arbitrary: playOf(statefulSets, statefulPatch) },
  { weight: 2, arbitrary: playOf(daemonSets, imagePatch) },
)

export const wholeWorkload = area<WholeWorkload>({
  name: 'whole-workload',
  questions,
  count: 300,
  answer({ object, nodes: known, steps }, minor) {
    const bed = syncBed(minor)
    for (const node of known) bed.store.put(node)
    const force = FORCES[object.kind as keyof typeof FORCES](bed)
    bed.api.create(object)
    let at = bed.nowMs()
    return steps.map((step) => {
      at += step.afterSeconds * 1000
      bed.sleep(at - bed.nowMs())
      if (step.patch !== undefined) bed.api.patch({ apiVersion: 'apps/v1', kind: object.kind, namespace: 'shop', name: 'web' }, { type: 'merge', body: step.patch as never })
      for (const node of step.nodes ?? []) bed.store.put({ ...bed.store.byKey(`/Node||${node.metadata.name ?? ''}`), ...node })
      for (const one of step.pods) changePod(bed, one)
      bed.settle(force.syncs, PAUSE_MS)
      return force.seen()
    })
  },
  agrees(ours, upstream) {
    const [mine, theirs] = [ours as readonly Seen[], upstream as readonly Seen[]]
    const parting = theirs.findIndex((seen, index) => !jsonEqual(seen, mine[index]))
    return parting === -1 ? mine.length === theirs.length : isChance(mine[parting], theirs[parting])
  },
})

interface Seen {
  readonly status: unknown
  readonly revisions: unknown
  readonly pods: readonly string[]
}

/** Of pods that rank alike the uid decides which goes. From there on each side has others to change, and nothing more is compared. */
function isChance(mine: Seen | undefined, theirs: Seen | undefined): boolean {
  if (mine === undefined || theirs === undefined) return false
  const alike = ({ status, revisions, pods }: Seen): unknown => ({ status, revisions, pods: pods.map(withoutPlaceAndAge).sort() })
  return jsonEqual(alike(mine), alike(theirs))
}

function withoutPlaceAndAge(pod: string): string {
  const [, phase, revision, ordinal, , ...rest] = pod.split(',')
  return [phase, revision, ordinal, ...rest].join(',')
}

interface Workforce {
  readonly syncs: readonly (() => void)[]
  seen(): object
}

const FORCES = {
  Deployment(bed: SyncBed): Workforce {
    const [rollouts, replicas] = [bed.hire(deployment as never), bed.hire(replicaSet as never)]
    const syncSets = (): void => {
      for (const set of setsInOrder(bed)) replicas.sync(`shop/${set.metadata.name ?? ''}`)
    }
    return {
      syncs: [() => rollouts.sync('shop/web'), syncSets],
      seen() {
        const sets = setsInOrder(bed)
        const numbers = new Map(sets.map(({ metadata }) => [metadata.labels?.['pod-template-hash'] ?? '', metadata.annotations?.['deployment.kubernetes.io/revision'] ?? '']))
        const revisions = sets.map((set) => ({ replicas: (set['spec'] as { replicas: number }).replicas, annotations: set.metadata.annotations, status: atRest(set), image: imageOf(set) }))
        return shown(bed, { status: withoutNames(statusIn(bed, 'Deployment')), revisions, label: 'pod-template-hash', numbers })
      },
    }
  },
  StatefulSet(bed: SyncBed): Workforce {
    const hand = bed.hire(statefulSet as never)
    return {
      syncs: [() => hand.sync('shop/web')],
      seen() {
        const { numbers, revisions } = revisionsIn(bed)
        const { currentRevision, updateRevision, ...rest } = statusIn(bed, 'StatefulSet') as { currentRevision?: string; updateRevision?: string }
        const named = { ...(currentRevision === undefined ? {} : { currentRevision: numbers.get(currentRevision) }), ...(updateRevision === undefined ? {} : { updateRevision: numbers.get(updateRevision) }) }
        return shown(bed, { status: { ...rest, ...named }, revisions, label: 'controller-revision-hash', numbers })
      },
    }
  },
  DaemonSet(bed: SyncBed): Workforce {
    const hand = bed.hire(daemonSet as never)
    return {
      syncs: [() => hand.sync('shop/web')],
      seen() {
        const { numbers, revisions } = revisionsIn(bed)
        return shown(bed, { status: statusIn(bed, 'DaemonSet'), revisions, label: 'controller-revision-hash', numbers })
      },
    }
  },
} as const

function shown(bed: SyncBed, { status, revisions, label, numbers }: { readonly status: object; readonly revisions: readonly unknown[]; readonly label: string; readonly numbers: ReadonlyMap<string, string> }): object {
  return { status, revisions, pods: podsInOrder(bed).map((pod) => podInWords(bed, pod, numbers.get(pod.metadata.labels?.[label] ?? ''))) }
}

function podInWords(bed: SyncBed, pod: PodObject, revision: string | undefined): string {
  return inWords([ageOf(bed, pod), pod.status?.phase, revision, pod.metadata.labels?.['apps.kubernetes.io/pod-index'], nodeFor(pod), readyTime(pod) === '' ? '' : 'ready', pod.metadata.deletionTimestamp === undefined ? '' : 'leaving'])
}

/** In how many steps a set came to its size is nobody's matter. */
function atRest({ metadata, status }: KubeObject): object {
  const { observedGeneration, ...rest } = status as { readonly observedGeneration?: number }
  return observedGeneration === metadata.generation ? rest : { ...rest, observedGeneration }
}

function setsInOrder(bed: SyncBed): KubeObject[] {
  const place = (set: KubeObject): string => `${String(set.metadata.creationTimestamp)}${imageOf(set)}`
  return listIn(bed, 'apps/ReplicaSet').sort((left, right) => (place(left) < place(right) ? -1 : 1))
}

function imageOf(set: KubeObject): string {
  return (set['spec'] as { template: { spec: { containers: readonly { image: string }[] } } }).template.spec.containers[0]?.image ?? ''
}

function statusIn(bed: SyncBed, kind: string): object {
  return ((bed.store.get({ apiVersion: 'apps/v1', kind, namespace: 'shop', name: 'web' }) as KubeObject)['status'] ?? {}) as object
}

/** Sentences name sets by a hash of which no other implementation knows how it is made. */
function withoutNames(status: { readonly conditions?: readonly { readonly message: string }[] }): object {
  if (status.conditions === undefined) return status
  return { ...status, conditions: status.conditions.map((condition) => ({ ...condition, message: condition.message.replaceAll(/web-[a-z0-9]{1,10}\b/g, 'web-…') })) }
}

function revisionsIn(bed: SyncBed): { readonly numbers: ReadonlyMap<string, string>; readonly revisions: readonly number[] } {
  const found = listIn(bed, 'apps/ControllerRevision').sort((left, right) => Number(left['revision']) - Number(right['revision']))
  const numbers = new Map(found.flatMap(({ metadata, revision }) => [[metadata.name ?? '', String(revision)], [metadata.labels?.['controller-revision-hash'] ?? '', String(revision)]] as const))
  return { numbers, revisions: found.map(({ revision }) => Number(revision)) }
}
