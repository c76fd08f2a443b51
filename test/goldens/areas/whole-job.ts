/**
 * What a Job comes to over several steps in which pods run, end, fail, are lost and deleted, and people change it: counts,
 * conditions, indexes, which pods there are and which of them are still to be counted. Compared at rest.
 */

import * as fc from 'fast-check'
import { jsonEqual } from '../../../src/kernel/json.ts'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { PodObject } from '../../../src/model/kube/workload.ts'
import { job } from '../../../src/twin/controllers/job.ts'
import { area } from '../area.ts'
import { changePod, podsInOrder, type PodChange } from '../picked-pods.ts'
import { ageOf, bubbleTime, inWords, syncBed, type SyncBed } from '../sync-bed.ts'

interface Step {
  readonly afterSeconds: number
  readonly pods: readonly PodChange[]
  readonly suspend?: boolean
  readonly parallelism?: number
  readonly completions?: number
  readonly activeDeadlineSeconds?: number
}

interface WholeJob {
  readonly job: KubeObject
  readonly steps: readonly Step[]
}

const REF = { apiVersion: 'batch/v1', kind: 'Job', namespace: 'shop', name: 'work' }
const INDEX = 'batch.kubernetes.io/job-completion-index'

const exitRule = fc.record({ operator: fc.constantFrom('In', 'NotIn'), values: fc.constantFrom([1], [42], [1, 42], [137]) }).map((onExitCodes) => ({ onExitCodes }))
const conditionRule = fc.constant({ onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] })
const ruleOf = (...actions: readonly string[]): fc.Arbitrary<object> => fc.tuple(fc.constantFrom(...actions), fc.oneof(exitRule, conditionRule)).map(([action, what]) => ({ action, ...what }))
const failurePolicy = (...actions: readonly string[]): fc.Arbitrary<object> => fc.array(ruleOf(...actions), { minLength: 1, maxLength: 2 }).map((rules) => ({ rules }))

const common = { parallelism: fc.constantFrom(0, 1, 2, 3, 3), backoffLimit: fc.constantFrom(0, 1, 2, 6), activeDeadlineSeconds: fc.constantFrom(20, 60, 500), suspend: fc.constantFrom(false, true), podReplacementPolicy: fc.constantFrom('Failed', 'TerminatingOrFailed') }
const always = ['parallelism', 'backoffLimit'] as const

const plainSpec = fc.record({ ...common, completions: fc.constantFrom(1, 2, 3, 4), restartPolicy: fc.constantFrom('Never', 'Never', 'OnFailure'), podFailurePolicy: failurePolicy('Ignore', 'FailJob', 'Count') }, { requiredKeys: [...always, 'restartPolicy'] })
const indexedSpec = fc.record({ ...common, completionMode: fc.constant('Indexed'), completions: fc.constantFrom(1, 2, 3, 4), restartPolicy: fc.constant('Never'), podFailurePolicy: failurePolicy('Ignore', 'FailJob', 'Count'), successPolicy: fc.constantFrom<object>({ rules: [{ succeededCount: 1 }] }, { rules: [{ succeededIndexes: '0' }] }, { rules: [{ succeededIndexes: '0-1', succeededCount: 1 }, { succeededCount: 1 }] }) }, { requiredKeys: [...always, 'completionMode', 'completions', 'restartPolicy'] })
const perIndexSpec = fc.record({ ...common, completionMode: fc.constant('Indexed'), completions: fc.constantFrom(1, 2, 3, 4), restartPolicy: fc.constant('Never'), backoffLimitPerIndex: fc.constantFrom(0, 1, 2), maxFailedIndexes: fc.constantFrom(0, 1, 2), podFailurePolicy: failurePolicy('Ignore', 'FailJob', 'FailIndex', 'Count') }, { requiredKeys: ['parallelism', 'completionMode', 'completions', 'restartPolicy', 'backoffLimitPerIndex'] })

/** Upstream asks for a replacement policy of `Failed` wherever there is a failure policy, and for `Never`. */
const spec = fc.oneof(plainSpec, indexedSpec, perIndexSpec).map((drawn) => {
  const { restartPolicy, podReplacementPolicy, podFailurePolicy, ...rest } = drawn as { restartPolicy: string; podReplacementPolicy?: string; podFailurePolicy?: object; completions?: number; maxFailedIndexes?: number }
  const judges = podFailurePolicy !== undefined && restartPolicy === 'Never'
  const most = rest.maxFailedIndexes === undefined ? {} : { maxFailedIndexes: Math.min(rest.maxFailedIndexes, rest.completions ?? 0) }
  return {
    ...rest,
    ...most,
    ...(judges ? { podFailurePolicy, podReplacementPolicy: 'Failed' } : podReplacementPolicy === undefined ? {} : { podReplacementPolicy }),
    manualSelector: true,
    selector: { matchLabels: { job: 'work' } },
    template: { metadata: { labels: { job: 'work' } }, spec: { restartPolicy, containers: [{ name: 'main', image: 'x' }] } },
  }
})

type DrawnChange = { readonly pick: number; readonly what: string; readonly exitCode: number; readonly agoSeconds: number; readonly restarts: number; readonly disrupted: boolean }

const change: fc.Arbitrary<DrawnChange> = fc.record({ pick: fc.nat(5), what: fc.constantFrom('ready', 'running', 'succeeded', 'succeeded', 'succeeded', 'failed', 'failed', 'failed', 'delete', 'gone'), exitCode: fc.constantFrom(1, 1, 42, 137), agoSeconds: fc.constantFrom(0, 0, 1, 7), restarts: fc.constantFrom(0, 0, 1, 2, 7), disrupted: fc.constantFrom(false, false, true) })

const step = fc.record({ afterSeconds: fc.constantFrom(0, 1, 5, 10, 11, 25, 50, 100, 700), pods: fc.array(change, { maxLength: 4 }), suspend: fc.boolean(), parallelism: fc.nat(4), activeDeadlineSeconds: fc.constantFrom(5, 30), isChanged: fc.constantFrom('nothing', 'nothing', 'nothing', 'suspend', 'parallelism', 'deadline') })

const questions = fc.record({ spec, steps: fc.array(step, { minLength: 2, maxLength: 8 }) }).map(({ spec: drawn, steps }): WholeJob => {
  let atMs = 0
  return {
    job: { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'work', namespace: 'shop' }, spec: drawn },
    steps: steps.map(({ afterSeconds, pods, isChanged, suspend, parallelism, activeDeadlineSeconds }, index) => {
      const seconds = index === 0 ? 0 : afterSeconds
      atMs += seconds * 1000
      return {
        afterSeconds: seconds,
        pods: index === 0 ? [] : pods.map((one) => changeAt(one, atMs)),
        ...(isChanged === 'suspend' ? { suspend } : {}),
        ...(isChanged === 'parallelism' ? { parallelism } : {}),
        ...(isChanged === 'deadline' ? { activeDeadlineSeconds } : {}),
      }
    }),
  }
})

function changeAt({ pick, what, exitCode, agoSeconds, restarts, disrupted }: DrawnChange, atMs: number): PodChange {
  if (what === 'delete') return { pick, delete: true }
  if (what === 'gone') return { pick, gone: true }
  const ended = { terminated: { exitCode: what === 'succeeded' ? 0 : exitCode, finishedAt: bubbleTime(atMs - agoSeconds * 1000) } }
  const isOver = what === 'succeeded' || what === 'failed'
  const conditions = [...(what === 'ready' ? [{ type: 'Ready', status: 'True', lastTransitionTime: bubbleTime(atMs - agoSeconds * 1000) }] : []), ...(disrupted && what === 'failed' ? [{ type: 'DisruptionTarget', status: 'True', lastTransitionTime: bubbleTime(atMs) }] : [])]
  const phase = what === 'succeeded' ? 'Succeeded' : what === 'failed' ? 'Failed' : 'Running'
  return { pick, node: 'node-a', status: { phase, conditions, containerStatuses: [{ name: 'main', image: 'x', imageID: '', ready: what === 'ready', restartCount: restarts, state: isOver ? ended : { running: { startedAt: bubbleTime(atMs) } } }] } }
}

export const wholeJob = area<WholeJob>({
  name: 'whole-job',
  questions,
  count: 400,
  answer({ job: asked, steps }, minor) {
    const bed = syncBed(minor)
    const hand = bed.hire(job as never)
    bed.put(asked)
    return steps.map((one) => {
      bed.sleep(one.afterSeconds * 1000)
      changeJob(bed, one)
      bed.settle([() => hand.sync('shop/work')])
      return { status: statusIn(bed), pods: podsInOrder(bed).map((pod) => seen(bed, pod)) }
    })
  },
  agrees: (ours, upstream) => jsonEqual(withoutCulprit(ours), withoutCulprit(upstream)),
})

/** Of several pods that failed at once, chance says which one the policy is said to have met. */
function withoutCulprit(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer).replaceAll(/"(Container|Pod) [^"]* matching FailJob rule at index \d+"/g, '"a FailJob rule"'))
}

function changeJob(bed: SyncBed, { suspend, parallelism, activeDeadlineSeconds, pods }: Step): void {
  const found = bed.store.get(REF) as KubeObject
  const changes = { ...(suspend === undefined ? {} : { suspend }), ...(parallelism === undefined ? {} : { parallelism }), ...(activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds }) }
  bed.store.put({ ...found, spec: { ...(found['spec'] as object), ...changes } })
  for (const one of pods) changePod(bed, one)
}

function seen(bed: SyncBed, pod: PodObject): string {
  const { annotations, deletionTimestamp, finalizers } = pod.metadata
  return inWords([
    ageOf(bed, pod), pod.status?.phase, annotations?.[INDEX], annotations?.['batch.kubernetes.io/job-index-failure-count'], annotations?.['batch.kubernetes.io/job-index-ignored-failure-count'],
    deletionTimestamp === undefined ? '' : 'leaving', (finalizers ?? []).length > 0 ? 'uncounted' : '',
  ])
}

function statusIn(bed: SyncBed): unknown {
  const status = (bed.store.get(REF) as KubeObject)['status'] as { readonly conditions?: readonly { readonly message: string }[] } | undefined
  if (status?.conditions === undefined) return status ?? {}
  return { ...status, conditions: status.conditions.map((condition) => ({ ...condition, message: condition.message.replaceAll(/work(-\d+)?-[a-z0-9]{5}\b/g, 'work-…') })) }
}
