/**
 * What a HorizontalPodAutoscaler does over several syncs: replicas, status with every word of its conditions, events. The
 * real controller runs for each question, and ours in its place.
 */

import * as fc from 'fast-check'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { bareMachinery } from '../../../src/twin/bare-machinery.ts'
import { composeTwin, type Twin } from '../../../src/twin/compose-twin.ts'
import { createAutoscaler } from '../../../src/twin/controllers/autoscaler.ts'
import type { MetricsSource, Samples } from '../../../src/twin/controllers/autoscaler/metrics-source.ts'
import { endpointSlice } from '../../../src/twin/controllers/endpoint-slice.ts'
import { area } from '../area.ts'

interface DrawnSample {
  readonly value: number
  readonly ageSeconds: number
  readonly windowSeconds: number
}

interface Step {
  readonly replicas?: number
  readonly statusReplicas: number
  readonly pods: readonly KubeObject[]
  readonly resource?: Readonly<Record<string, Readonly<Record<string, DrawnSample>>>>
  readonly ofPods?: Readonly<Record<string, Readonly<Record<string, DrawnSample>>>>
  readonly ofObject?: Readonly<Record<string, number>>
  readonly external?: Readonly<Record<string, readonly number[]>>
}

interface Autoscaling {
  readonly autoscaler: KubeObject
  readonly replicas: number
  readonly steps: readonly Step[]
}

/** Where the bubble that upstream runs in begins. */
const START_MS = Date.UTC(2000, 0, 1)
const PERIOD_MS = 15_000
const time = (offsetMs: number): string => new Date(START_MS + offsetMs).toISOString().replace('.000', '')

const policy = fc.record({ type: fc.constantFrom('Pods', 'Percent'), value: fc.constantFrom(1, 2, 4, 10, 33, 50, 100, 150), periodSeconds: fc.constantFrom(10, 15, 30, 60) })
const rules = (windows: readonly number[]): fc.Arbitrary<object> =>
  fc.record(
    { policies: fc.array(policy, { minLength: 1, maxLength: 2 }), selectPolicy: fc.constantFrom('Max', 'Max', 'Min', 'Disabled'), stabilizationWindowSeconds: fc.constantFrom(...windows), tolerance: fc.constantFrom('0', '50m', '70m', '200m', '1') },
    { requiredKeys: [] },
  )
const behavior = fc.record({ scaleUp: rules([0, 0, 20, 60]), scaleDown: rules([0, 0, 20, 45, 300]) }, { requiredKeys: [] })

const amount = fc.constantFrom('100m', '250m', '1', '70')
const utilization = fc.constantFrom(30, 50, 80, 100, 130).map((averageUtilization) => ({ type: 'Utilization', averageUtilization }))
const average = (...amounts: readonly string[]): fc.Arbitrary<object> => fc.constantFrom(...amounts).map((averageValue) => ({ type: 'AverageValue', averageValue }))
/** A target far below any usage would ask for more replicas than an int32 holds, and what upstream makes of that depends on the machine. */
const ofResource = (names: readonly string[]): fc.Arbitrary<{ readonly name: string; readonly target: object }> =>
  fc.constantFrom(...names).chain((name) => fc.record({ name: fc.constant(name), target: fc.oneof(utilization, name === 'cpu' ? average('100m', '200m', '1') : average('50Mi', '100Mi', '1Gi')) }))
const valueTarget = fc.oneof(amount.map((value) => ({ type: 'Value', value })), amount.map((averageValue) => ({ type: 'AverageValue', averageValue })))
const selector = fc.constantFrom<object | undefined>(undefined, undefined, { matchLabels: { queue: 'a', shop: 'b' } }, { matchExpressions: [{ key: 'queue', operator: 'In', values: ['a', 'b'] }] })
const identifier = (name: string): fc.Arbitrary<object> => selector.map((chosen) => ({ name, ...(chosen === undefined ? {} : { selector: chosen }) }))

const metric = fc.oneof(
  { weight: 5, arbitrary: ofResource(['cpu', 'cpu', 'cpu', 'memory']).map((resource) => ({ type: 'Resource', resource })) },
  { weight: 2, arbitrary: fc.record({ resource: ofResource(['cpu', 'memory']), container: fc.constantFrom('main', 'main', 'side', 'gone') }).map(({ resource, container }) => ({ type: 'ContainerResource', containerResource: { ...resource, container } })) },
  { weight: 1, arbitrary: fc.record({ metric: identifier('hits'), target: amount.map((averageValue) => ({ type: 'AverageValue', averageValue })) }).map((pods) => ({ type: 'Pods', pods })) },
  { weight: 1, arbitrary: fc.record({ metric: identifier('length'), target: valueTarget, describedObject: fc.constant({ apiVersion: 'v1', kind: 'Service', name: 'queue' }) }).map((object) => ({ type: 'Object', object })) },
  { weight: 1, arbitrary: fc.record({ metric: identifier('backlog'), target: valueTarget }).map((external) => ({ type: 'External', external })) },
)

interface DrawnPod {
  readonly phase: string
  readonly ready: string | undefined
  readonly startedAgoSeconds: number | undefined
  readonly changedAgoSeconds: number
  readonly leaving: boolean
  readonly requests: object
  readonly podLevel: object | undefined
  readonly sidecar: boolean
}

const requests = fc.constantFrom<object>({ cpu: '100m', memory: '100Mi' }, { cpu: '100m', memory: '100Mi' }, { cpu: '100m', memory: '100Mi' }, { cpu: '250m', memory: '1Gi' }, { memory: '64Mi' })
const drawnPod: fc.Arbitrary<DrawnPod> = fc.record({
  phase: fc.constantFrom('Running', 'Running', 'Running', 'Running', 'Running', 'Pending', 'Failed'),
  ready: fc.constantFrom('True', 'True', 'True', 'True', 'False', 'Unknown', undefined),
  startedAgoSeconds: fc.constantFrom(3_600, 3_600, 299, 100, 20, undefined),
  changedAgoSeconds: fc.constantFrom(3_590, 280, 70, 31, 14, 2),
  leaving: fc.constantFrom(false, false, false, false, true),
  requests,
  podLevel: fc.constantFrom<object | undefined>(undefined, undefined, undefined, undefined, { cpu: '300m' }),
  sidecar: fc.constantFrom(false, false, false, true),
})
const calmPod: fc.Arbitrary<DrawnPod> = fc.constant({ phase: 'Running', ready: 'True', startedAgoSeconds: 3_600, changedAgoSeconds: 3_590, leaving: false, requests: { cpu: '100m', memory: '100Mi' }, podLevel: undefined, sidecar: false })

const sampleOf = (value: fc.Arbitrary<number>): fc.Arbitrary<DrawnSample> => fc.record({ value, ageSeconds: fc.constantFrom(0, 5, 20), windowSeconds: fc.constantFrom(10, 15, 30, 60) })
const samples = (value: fc.Arbitrary<number>): fc.Arbitrary<Record<string, DrawnSample>> => fc.dictionary(fc.constantFrom('pod-0', 'pod-1', 'pod-2', 'pod-3', 'pod-4', 'pod-5'), sampleOf(value), { minKeys: 1, maxKeys: 6 }).map((all) => ({ ...all }))
const every = (value: fc.Arbitrary<number>): fc.Arbitrary<Record<string, DrawnSample>> => value.map((one) => Object.fromEntries([0, 1, 2, 3, 4, 5].map((index) => [`pod-${index}`, { value: one, ageSeconds: 0, windowSeconds: 15 }])))

const milliCpu = fc.constantFrom(0, 10, 45, 79, 80, 88, 107, 110, 150, 250, 900)
const memory = fc.constantFrom(1, 50, 79, 104, 300, 2_048).map((mebibytes) => mebibytes * 1_048_576_000)
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined, freq: 9 })

const metricsAt = (spread: typeof samples): fc.Arbitrary<Pick<Step, 'resource' | 'ofPods' | 'ofObject' | 'external'>> =>
  fc
    .record({ cpu: maybe(spread(milliCpu)), memory: maybe(spread(memory)), main: maybe(spread(milliCpu)), mainMemory: maybe(spread(memory)), hits: maybe(spread(milliCpu)), length: maybe(fc.nat(4_000)), backlog: maybe(fc.array(fc.nat(90_000), { maxLength: 3 })) })
    .map(({ cpu, memory: bytes, main, mainMemory, hits, length, backlog }) => ({
      resource: present({ 'cpu/': cpu, 'memory/': bytes, 'cpu/main': main, 'memory/main': mainMemory, 'cpu/side': main, 'cpu/gone': main }),
      ofPods: present({ hits }),
      ofObject: present({ length }),
      external: present({ backlog }),
    }))

function present<T>(all: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, T] => entry[1] !== undefined))
}

const step = (pod: fc.Arbitrary<DrawnPod>, spread: typeof samples): fc.Arbitrary<{ readonly replicas?: number | undefined; readonly pods: readonly DrawnPod[]; readonly metrics: Pick<Step, 'resource' | 'ofPods' | 'ofObject' | 'external'> }> =>
  fc.record({ replicas: fc.option(fc.nat(9), { nil: undefined, freq: 5 }), pods: fc.array(pod, { minLength: 0, maxLength: 6 }), metrics: metricsAt(spread) })

const steps = fc.oneof(fc.array(step(drawnPod, samples), { minLength: 1, maxLength: 3 }), fc.array(step(fc.oneof({ weight: 9, arbitrary: calmPod }, { weight: 1, arbitrary: drawnPod }), every), { minLength: 2, maxLength: 7 }))

const questions = fc
  .record({ min: fc.constantFrom(undefined, 1, 2, 3), more: fc.constantFrom(0, 1, 4, 12), metrics: fc.array(metric, { minLength: 0, maxLength: 3 }), behavior: fc.option(behavior, { nil: undefined, freq: 3 }), replicas: fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 20), steps })
  .map(({ min, more, metrics, behavior: chosen, replicas, steps: drawn }): Autoscaling => ({
    autoscaler: {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web', namespace: 'shop', uid: 'uid-hpa' },
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, ...(min === undefined ? {} : { minReplicas: min }), maxReplicas: (min ?? 1) + more, ...(metrics.length === 0 ? {} : { metrics }), ...(chosen === undefined ? {} : { behavior: chosen }) },
    },
    replicas,
    steps: drawn.map(({ replicas: set, pods, metrics: measured }, index) => ({ ...(set === undefined ? {} : { replicas: set }), statusReplicas: Math.max(1, pods.length), pods: pods.map((pod, place) => podOf(pod, place, (index + 1) * PERIOD_MS)), ...measured })),
  }))

function podOf(pod: DrawnPod, place: number, syncMs: number): KubeObject {
  const { startedAgoSeconds } = pod
  const ready = pod.ready === undefined ? [] : [{ type: 'Ready', status: pod.ready, lastTransitionTime: time(syncMs - pod.changedAgoSeconds * 1000) }]
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `pod-${place}`, namespace: 'shop', uid: `uid-${place}`, labels: { app: 'web' }, ...(pod.leaving ? { deletionTimestamp: time(syncMs), finalizers: ['example.com/held'] } : {}) },
    spec: {
      containers: [{ name: 'main', resources: { requests: pod.requests } }],
      ...(pod.sidecar ? { initContainers: [{ name: 'side', restartPolicy: 'Always', resources: { requests: { cpu: '50m', memory: '10Mi' } } }] } : {}),
      ...(pod.podLevel === undefined ? {} : { resources: { requests: pod.podLevel } }),
    },
    status: { phase: pod.phase, conditions: ready, ...(startedAgoSeconds === undefined ? {} : { startTime: time(syncMs - startedAgoSeconds * 1000) }) },
  }
}

export const autoscaler = area<Autoscaling>({
  name: 'autoscaler',
  questions,
  count: 300,
  answer(asked, minor) {
    let now: Step | undefined
    const controllers = [createAutoscaler(() => sourceOver(() => now)), endpointSlice] as never
    const version = { major: 1, minor, gitVersion: `v1.${minor}.0` }
    const twin = composeTwin({ seed: 1, startMs: START_MS, version, machinery: bareMachinery(controllers), raw: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', uid: 'uid-shop' } }, target(asked.replicas)], objects: [asked.autoscaler] })
    const steps = asked.steps.map((step, index) => {
      now = step
      become(twin, step)
      twin.advance(PERIOD_MS + (index === 0 ? 1_000 : 0))
      return { replicas: replicasIn(twin), status: JSON.parse(anyPod(JSON.stringify(statusIn(twin)))) as unknown }
    })
    return { steps, events: [...new Set(saidIn(twin).map(anyPod))].sort() }
  },
})

/** Which of several pods a message names is chance. */
function anyPod(text: string): string {
  return text.replaceAll(/Pod pod-\d/g, 'Pod …')
}

function target(replicas: number): KubeObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop', uid: 'uid-web' }, spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'x' }] } } }, status: { replicas: 1 } }
}

/** What the questions hold is put into the store as it is: no server may improve on it. */
function become(twin: Twin, step: Step): void {
  const store = twin.store as Twin['store'] & { put(object: KubeObject): void; drop(ref: object): void }
  for (const pod of Array.from(store.list('/Pod', 'shop'))) store.drop({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: pod.metadata.name ?? '' })
  for (const pod of step.pods) store.put(pod)
  const found = store.byKey('apps/Deployment|shop|web') as KubeObject
  const replicas = step.replicas ?? replicasIn(twin)
  store.put({ ...found, spec: { ...(found['spec'] as object), replicas }, status: { replicas: step.statusReplicas } })
}

function replicasIn(twin: Twin): number {
  return (twin.store.byKey('apps/Deployment|shop|web') as KubeObject & { spec: { replicas: number } }).spec.replicas
}

function statusIn(twin: Twin): unknown {
  return (twin.store.byKey('autoscaling/HorizontalPodAutoscaler|shop|web') as KubeObject)['status']
}

function saidIn(twin: Twin): string[] {
  return [...new Set([...twin.store.list('/Event')].map((event) => `${String(event['type'])} ${String(event['reason'])}: ${String(event['message'])}`))].sort()
}

function sourceOver(now: () => Step | undefined): MetricsSource {
  return {
    resource: ({ nowMs }, { name, container = '' }) => samplesIn(now()?.resource?.[`${name}/${container}`], nowMs),
    ofPods: ({ nowMs }, name) => samplesIn(now()?.ofPods?.[name], nowMs),
    ofObject: (_of, name) => now()?.ofObject?.[name],
    external: (_of, name) => now()?.external?.[name],
  }
}

function samplesIn(drawn: Readonly<Record<string, DrawnSample>> | undefined, nowMs: number): Samples | undefined {
  return drawn === undefined ? undefined : new Map(Object.entries(drawn).map(([pod, { value, ageSeconds, windowSeconds }]) => [pod, { value, atMs: nowMs - ageSeconds * 1000, windowMs: windowSeconds * 1000 }]))
}

