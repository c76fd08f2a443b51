/** What is done to a workload named `web` and its pods, whatever kind it is. */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { Step, Target } from '../script.ts'
import { imagePatch } from './workload-objects.ts'

export const APP = 'web'

const GROUPS: Readonly<Record<string, string>> = { Job: 'batch/v1', CronJob: 'batch/v1', ReplicationController: 'v1', Service: 'v1', PersistentVolume: 'v1', PersistentVolumeClaim: 'v1' }
const images = fc.constantFrom('good:2', 'good:2', 'missing:1', 'deaf:1', 'crash:1')
const pod = fc.nat({ max: 4 }).map((index) => ({ app: APP, index }))

export function targetOf(kind: string, name = APP): Target {
  return { apiVersion: GROUPS[kind] ?? 'apps/v1', kind, name }
}

export const sized = (kind: string, count: number): Step => ({ do: 'patch', target: targetOf(kind), patch: { type: 'merge', body: { spec: { replicas: count } } } })
export const scaled = (kind: string): Arbitrary<Step> => fc.integer({ min: 0, max: 6 }).map((count) => sized(kind, count))
export const rolled = (kind: string): Arbitrary<Step> => images.map((image) => ({ do: 'patch', target: targetOf(kind), patch: imagePatch(image) }))
export const evicted: Arbitrary<Step> = pod.map((chosen) => ({ do: 'evict', pod: chosen }))
export const removed: Arbitrary<Step> = fc.record({ pod, gracePeriodSeconds: fc.constantFrom(0, 1, 5) }).map((parts) => ({ do: 'remove-pod', ...parts }))
export const gone = (kind: string, name = APP): Arbitrary<Step> => fc.constantFrom('Background' as const, 'Foreground' as const, 'Orphan' as const).map((propagation) => ({ do: 'remove', target: targetOf(kind, name), propagation }))

/** An object that holds its deletion back, and lets go. */
export const held = (kind: string): Arbitrary<Step> => fc.constantFrom(['example.com/hold'], null).map((finalizers) => ({ do: 'patch', target: targetOf(kind), patch: { type: 'merge', body: { metadata: { finalizers } } } }))
