/** What monitoring sends: Alertmanager payloads with the labels that the usual rules carry. */

import { toIso } from '../../src/kernel/clock.ts'
import type { KubeObject } from '../../src/model/kube-object.ts'

export interface Alert {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly summary: string
  /** How long it has been firing when Boyd looks. */
  readonly minutesAgo?: number
  readonly resolved?: boolean
}

/** Version 4 of the webhook, one group. */
export function payloadOf(alerts: readonly Alert[], nowMs: number): Uint8Array {
  const entries = alerts.map((alert, index) => ({
    status: alert.resolved === true ? 'resolved' : 'firing',
    labels: { alertname: alert.name, severity: 'warning', prometheus: 'monitoring/k8s', ...alert.labels },
    annotations: { summary: alert.summary },
    startsAt: toIso(nowMs - (alert.minutesAgo ?? 2) * 60_000),
    endsAt: alert.resolved === true ? toIso(nowMs - 30_000) : '0001-01-01T00:00:00Z',
    generatorURL: 'https://prometheus.example/graph',
    fingerprint: `00000000000000${(index + 16).toString(16)}`,
  }))
  const status = entries.some((entry) => entry.status === 'firing') ? 'firing' : 'resolved'
  return new TextEncoder().encode(JSON.stringify({ version: '4', groupKey: '{}', truncatedAlerts: 0, status, receiver: 'boyd', groupLabels: {}, commonLabels: {}, commonAnnotations: {}, externalURL: 'https://alertmanager.example', alerts: entries }))
}

const KSM = { job: 'kube-state-metrics', container: 'kube-state-metrics' }

export function podAlert(pod: KubeObject, container = 'main'): Alert {
  return { name: 'KubePodCrashLooping', labels: { namespace: pod.metadata.namespace ?? '', pod: pod.metadata.name ?? '', job: 'kube-state-metrics', container, reason: 'CrashLoopBackOff' }, summary: 'Pod is crash looping.' }
}

export function podNotReadyAlert(pod: KubeObject): Alert {
  return { name: 'KubePodNotReady', labels: { namespace: pod.metadata.namespace ?? '', pod: pod.metadata.name ?? '' }, summary: 'Pod has been in a non-ready state for more than 15 minutes.' }
}

const WORKLOAD_RULES: Readonly<Record<string, readonly [rule: string, label: string]>> = {
  Deployment: ['KubeDeploymentReplicasMismatch', 'deployment'],
  StatefulSet: ['KubeStatefulSetReplicasMismatch', 'statefulset'],
  DaemonSet: ['KubeDaemonSetRolloutStuck', 'daemonset'],
  Job: ['KubeJobFailed', 'job_name'],
  CronJob: ['KubeCronJobNotRunning', 'cronjob'],
  PersistentVolumeClaim: ['KubePersistentVolumeClaimPending', 'persistentvolumeclaim'],
  HorizontalPodAutoscaler: ['KubeHpaReplicasMismatch', 'horizontalpodautoscaler'],
  PodDisruptionBudget: ['KubePdbNotEnoughHealthyPods', 'poddisruptionbudget'],
  ResourceQuota: ['KubeQuotaExceeded', 'resourcequota'],
  Ingress: ['IngressHighErrorRate', 'ingress'],
}

/** The rule that watches objects of this kind. */
export function objectAlert(object: KubeObject): Alert {
  const [name, label] = WORKLOAD_RULES[object.kind] ?? ['KubeObjectNotHealthy', object.kind.toLowerCase()]
  return { name, labels: { namespace: object.metadata.namespace ?? '', [label]: object.metadata.name ?? '', ...KSM }, summary: `${object.kind} is not as it should be.` }
}

export function serviceAlert(service: KubeObject): Alert {
  return { name: 'ServiceErrorRateHigh', labels: { namespace: service.metadata.namespace ?? '', service: service.metadata.name ?? '' }, summary: 'More than 5 % of the requests fail.' }
}

export function namespaceAlert(namespace: string): Alert {
  return { name: 'SloBurnRateHigh', labels: { namespace, slo: 'availability' }, summary: 'The error budget burns too fast.' }
}

export function nodeAlert(node: string, name = 'KubeNodeNotReady'): Alert {
  return { name, labels: { node, ...KSM, condition: 'Ready', status: 'true' }, summary: 'Node is not ready.' }
}
