/**
 * Defaults of the workload kinds: `pkg/apis/apps/v1/defaults.go`, `pkg/apis/batch/v1/defaults.go`,
 * `pkg/apis/autoscaling/v2/defaults.go`.
 */

import type { VersionProfile } from '../profile.ts'
import { defaultPodSpec } from './default-pod.ts'
import { canonicalQuantity, canonicalResources } from './canonical-quantities.ts'
import { fill, within, withinEach } from './fill.ts'

type Spec = Readonly<Record<string, unknown>>

/** Written always, if there is nothing in it. */
const EMPTY = Object.freeze({})

export function defaultDeployment(spec: Spec, profile: VersionProfile): Spec {
  const filled = fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: {} })
  return withTemplate(within(filled, 'strategy', defaultStrategy), profile)
}

function defaultStrategy(strategy: Spec): Spec {
  const typed = fill(strategy, { type: 'RollingUpdate' })
  // Where no default says otherwise, Go's own is 0.
  if (typed['type'] !== 'RollingUpdate') return within(typed, 'rollingUpdate', (update: Spec) => fill(update, { maxUnavailable: 0, maxSurge: 0 }))
  return within(fill(typed, { rollingUpdate: {} }), 'rollingUpdate', (update: Spec) => fill(update, { maxUnavailable: '25%', maxSurge: '25%' }))
}

export function defaultReplicaSet(spec: Spec, profile: VersionProfile): Spec {
  return withTemplate(fill(spec, { replicas: 1 }), profile)
}

export function defaultStatefulSet(spec: Spec, profile: VersionProfile): Spec {
  const filled = fill(spec, {
    replicas: 1,
    revisionHistoryLimit: 10,
    podManagementPolicy: 'OrderedReady',
    updateStrategy: {},
    persistentVolumeClaimRetentionPolicy: {},
    serviceName: '',
  })
  const updated = within(filled, 'updateStrategy', (strategy: Spec) => {
    // Who names the type alone gets no partition.
    const typed = strategy['type'] === undefined || strategy['type'] === '' ? { ...fill(strategy, { rollingUpdate: {} }), type: 'RollingUpdate' } : strategy
    return typed['type'] === 'RollingUpdate' && typed['rollingUpdate'] !== undefined ? within(typed, 'rollingUpdate', (update: Spec) => fill(update, { partition: 0 })) : typed
  })
  const retained = within(updated, 'persistentVolumeClaimRetentionPolicy', (policy: Spec) => fill(policy, { whenDeleted: 'Retain', whenScaled: 'Retain' }))
  return withTemplate(withinEach(retained, 'volumeClaimTemplates', defaultClaimTemplate), profile)
}

function defaultClaimTemplate(template: Spec): Spec {
  const filled = fill(template, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', status: { phase: 'Pending' } })
  return within(filled, 'spec', (spec: Spec) => within(fill(spec, { volumeMode: 'Filesystem' }), 'resources', canonicalResources))
}

export function defaultDaemonSet(spec: Spec, profile: VersionProfile): Spec {
  const filled = fill(spec, { revisionHistoryLimit: 10, updateStrategy: {} })
  const updated = within(filled, 'updateStrategy', (strategy: Spec) => {
    const typed = fill(strategy, { type: 'RollingUpdate' })
    if (typed['type'] !== 'RollingUpdate') return typed
    return within(fill(typed, { rollingUpdate: {} }), 'rollingUpdate', (update: Spec) => fill(update, { maxUnavailable: 1, maxSurge: 0 }))
  })
  return withTemplate(updated, profile)
}

export function defaultJob(spec: Spec, profile: VersionProfile): Spec {
  const isWorkQueue = spec['completions'] === undefined && spec['parallelism'] !== undefined
  const filled = fill(spec, {
    completions: isWorkQueue ? undefined : 1,
    parallelism: 1,
    backoffLimit: spec['backoffLimitPerIndex'] === undefined ? 6 : 2_147_483_647,
    completionMode: 'NonIndexed',
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: spec['podFailurePolicy'] === undefined ? 'TerminatingOrFailed' : 'Failed',
  })
  return withTemplate(withConditionStatus(filled), profile)
}

/** A rule of a failure policy that names a condition means that it holds. */
function withConditionStatus(spec: Spec): Spec {
  return within(spec, 'podFailurePolicy', (policy: Spec) => withinEach(policy, 'rules', (rule: Spec) => withinEach(rule, 'onPodConditions', (pattern: Spec) => fill(pattern, { status: 'True' }))))
}

export function defaultCronJob(spec: Spec, profile: VersionProfile): Spec {
  const filled = fill(spec, { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 })
  // The template of a CronJob becomes a Job later and gets the Job's own defaults then.
  return within(filled, 'jobTemplate', (template: Spec) => within(fill(template, { metadata: EMPTY }), 'spec', (job: Spec) => withTemplate(withConditionStatus(job), profile)))
}

export function defaultAutoscaler(spec: Spec): Spec {
  const cpu = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }
  const metrics = spec['metrics'] as readonly unknown[] | undefined
  const filled = fill(metrics?.length === 0 ? { ...spec, metrics: [cpu] } : spec, { minReplicas: 1, metrics: [cpu] })
  return within(withinEach(filled, 'metrics', exactMetric), 'behavior', defaultBehaviour)
}

/** Amounts in the server's spelling. */
function exactMetric(metric: Spec): Spec {
  const exact = (target: Spec): Spec => within(within(target, 'value', canonicalQuantity), 'averageValue', canonicalQuantity)
  return METRIC_SOURCES.reduce((made, source) => within(made, source, (part: Spec) => within(part, 'target', exact)), metric)
}

const METRIC_SOURCES = ['object', 'pods', 'resource', 'containerResource', 'external']

/** Both sides as soon as one is given. The window downwards is a flag of the controller's and stays open. */
function defaultBehaviour(behaviour: Spec): Spec {
  const up = { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }, { type: 'Percent', value: 100, periodSeconds: 15 }] }
  const down = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] }
  const both = fill(behaviour, { scaleUp: {}, scaleDown: {} })
  const exact = (rules: Spec): Spec => within(rules, 'tolerance', canonicalQuantity)
  return within(within(both, 'scaleUp', (rules: Spec) => exact(fill(rules, up))), 'scaleDown', (rules: Spec) => exact(fill(rules, down)))
}

function withTemplate(spec: Spec, profile: VersionProfile): Spec {
  return within(spec, 'template', (template: Spec) => within(fill(template, { metadata: EMPTY }), 'spec', (podSpec: Spec) => defaultPodSpec(podSpec as never, profile)))
}
