/** What the workloads of plays ask for: strategies, limits, policies and pods of many kinds, each at a few telling values. */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { keptClaims } from './kept-claims.ts'
import { jobOf, template, workload } from './workload-objects.ts'

export const amount = fc.constantFrom<number | string>(0, 1, 2, '25%', '50%', '100%')
const replicas = fc.integer({ min: 1, max: 5 })
const seldom = <T>(value: Arbitrary<T>): Arbitrary<T | null> => fc.option(value, { freq: 3 }).map((drawn) => drawn)
const some = (fields: Readonly<Record<string, unknown>>): object => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined))

/** Beside the plain pod: a sidecar, a step before it, a probe that decides later, two containers, room for policies of restarting. */
function podsOf(app: string): Arbitrary<object> {
  const sidecar = { name: 'side', image: 'good:1', restartPolicy: 'Always' }
  const step = { name: 'step', image: 'work:1' }
  const slowly = { httpGet: { path: '/', port: 8080 }, periodSeconds: 1, failureThreshold: 5 }
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(template(app, 'good:1')) },
    { weight: 1, arbitrary: fc.constantFrom(template(app, 'good:1', { initContainers: [sidecar] }), template(app, 'good:1', { initContainers: [step] }), template(app, 'good:1', { initContainers: [sidecar, step] })) },
    { weight: 1, arbitrary: fc.constantFrom(template(app, 'deaf:1'), template(app, 'crash:1')) },
    { weight: 1, arbitrary: fc.constant(template(app, 'good:1', { containers: [{ name: 'main', image: 'good:1', readinessProbe: slowly, startupProbe: slowly }, { name: 'other', image: 'good:2' }] })) },
  )
}

const strategy = fc.oneof(
  { weight: 4, arbitrary: fc.record({ maxSurge: amount, maxUnavailable: amount }).filter(({ maxSurge, maxUnavailable }) => maxSurge !== 0 || maxUnavailable !== 0).map((rollingUpdate) => ({ type: 'RollingUpdate', rollingUpdate })) },
  { weight: 1, arbitrary: fc.constant({ type: 'Recreate' }) },
)

export function deployments(app: string): Arbitrary<KubeObject> {
  const spec = fc.record({ replicas, strategy, revisionHistoryLimit: seldom(fc.constantFrom(0, 1)), minReadySeconds: seldom(fc.constantFrom(1, 2)), progressDeadlineSeconds: seldom(fc.constant(4)) })
  return fc.tuple(spec, podsOf(app)).map(([drawn, pod]) => workload('Deployment', app, some(drawn), pod))
}

export function replicaSets(app: string): Arbitrary<KubeObject> {
  const spec = fc.record({ replicas, minReadySeconds: seldom(fc.constantFrom(1, 2)) })
  return fc.tuple(spec, podsOf(app)).map(([drawn, pod]) => workload('ReplicaSet', app, some(drawn), pod))
}

export function replicationControllers(app: string): Arbitrary<KubeObject> {
  const spec = fc.record({ replicas, minReadySeconds: seldom(fc.constantFrom(1, 2)) })
  return fc.tuple(spec, podsOf(app)).map(([drawn, pod]) => ({ apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: app }, spec: { selector: { app }, template: pod, ...some(drawn) } as object }))
}

export function statefulSets(app: string): Arbitrary<KubeObject> {
  const updateStrategy = fc.constantFrom<object>({ type: 'RollingUpdate' }, { type: 'RollingUpdate', rollingUpdate: { partition: 1 } }, { type: 'RollingUpdate', rollingUpdate: { partition: 5 } }, { type: 'OnDelete' })
  const spec = fc.record({ replicas: fc.integer({ min: 1, max: 3 }), podManagementPolicy: fc.constantFrom('OrderedReady', 'Parallel'), updateStrategy, ordinals: seldom(fc.constant({ start: 3 })), minReadySeconds: seldom(fc.constantFrom(1, 2)), revisionHistoryLimit: seldom(fc.constantFrom(0, 1)) })
  return fc.tuple(spec, podsOf(app)).map(([drawn, pod]) => workload('StatefulSet', app, some(drawn), pod))
}

/** With storage: the set, and what is made before it. */
export function claimingSets(app: string): Arbitrary<{ readonly object: KubeObject; readonly before: readonly KubeObject[] }> {
  const spec = fc.record({ replicas: fc.integer({ min: 1, max: 3 }), podManagementPolicy: fc.constantFrom('OrderedReady', 'Parallel') })
  return fc.constantFrom(0, 0, 3).chain((start) =>
    fc.tuple(spec, keptClaims(app, start), fc.constantFrom('good:1', 'good:1', 'deaf:1')).map(([drawn, claims, image]) => {
      const pod = template(app, image) as { spec: { containers: readonly object[] } }
      const containers = pod.spec.containers.map((container) => ({ ...container, ...claims.mounts }))
      const ordinals = start === 0 ? {} : { ordinals: { start } }
      return { object: workload('StatefulSet', app, { ...drawn, ...ordinals, ...claims.spec }, { ...pod, spec: { ...pod.spec, containers } }), before: claims.objects }
    }),
  )
}

export function daemonSets(app: string): Arbitrary<KubeObject> {
  const updates = fc.constantFrom<object | null>(null, { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '50%' } }, { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }, { type: 'RollingUpdate', rollingUpdate: { maxSurge: '50%', maxUnavailable: 0 } }, { type: 'OnDelete' })
  const spec = fc.record({ updateStrategy: updates, minReadySeconds: seldom(fc.constant(1)), revisionHistoryLimit: seldom(fc.constantFrom(0, 1)) })
  return spec.map((drawn) => workload('DaemonSet', app, some(drawn)))
}

/** What follows from an exit of 3. `Ignore` and a count without a limit would go on for ever. */
const failurePolicy = fc.constantFrom('FailJob', 'Count').map((action) => ({ rules: [{ action, onExitCodes: { operator: 'In', values: [3] } }] }))

export function jobs(app: string): Arbitrary<KubeObject> {
  const size = { parallelism: fc.integer({ min: 1, max: 3 }), completions: fc.integer({ min: 1, max: 3 }) }
  const plain = fc.record({ ...size, image: fc.constantFrom('work:1', 'long:1', 'crash:1'), completionMode: fc.constantFrom('NonIndexed', 'Indexed'), podReplacementPolicy: seldom(fc.constantFrom('Failed', 'TerminatingOrFailed')), ttlSecondsAfterFinished: seldom(fc.constant(2)), activeDeadlineSeconds: seldom(fc.constant(4)), suspend: seldom(fc.boolean()) })
  const indexed = fc.record({ ...size, image: fc.constantFrom('work:1', 'crash:1'), backoffLimitPerIndex: fc.constant(0), maxFailedIndexes: seldom(fc.constantFrom(0, 1)) })
  const successful = fc.record({ ...size, image: fc.constant('work:1'), successPolicy: fc.constantFrom({ rules: [{ succeededCount: 1 }] }, { rules: [{ succeededIndexes: '0' }] }) })
  const ruled = fc.record({ ...size, image: fc.constant('crash:1'), podFailurePolicy: failurePolicy })
  const asIndexed = (spec: object): object => ({ ...spec, completionMode: 'Indexed' })
  // A deadline is not shortened on the real side, and work is: only what lasts or ends at once has one.
  const unhurried = plain.filter(({ image, activeDeadlineSeconds }) => image !== 'work:1' || activeDeadlineSeconds === null)
  return fc.oneof({ weight: 3, arbitrary: unhurried.map((spec) => ({ ...spec, backoffLimit: 0 })) }, { weight: 1, arbitrary: indexed.map(asIndexed) }, { weight: 1, arbitrary: successful.map(asIndexed) }, { weight: 1, arbitrary: ruled.map((spec) => ({ ...spec, backoffLimit: 0 })) }).map((drawn) => {
    const { image, ...spec } = drawn as { readonly image: string }
    return jobOf(app, image, some(spec))
  })
}
