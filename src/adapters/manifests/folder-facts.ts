/** Facts about the cluster that a folder holds without saying so: when it was collected, and from which version. */

import { parseTimeMs } from '../../kernel/clock.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { DEFAULT_CLUSTER_VERSION, type ClusterVersion, type ContainerLog } from '../../model/snapshot.ts'

/** Fields in which Kubernetes writes the time of something that has happened. Expiry dates and schedules are not among them. */
const PAST_TIMES = new Set([
  'creationTimestamp', 'lastTransitionTime', 'lastUpdateTime', 'lastProbeTime', 'lastHeartbeatTime', 'startedAt', 'finishedAt', 'firstTimestamp',
  'lastTimestamp', 'eventTime', 'lastObservedTime', 'startTime', 'completionTime', 'renewTime', 'acquireTime', 'time', 'lastScheduleTime',
  'lastSuccessfulTime', 'timeAdded', 'lastScaleTime', 'deprecatedLastTimestamp', 'deprecatedFirstTimestamp',
])
const LOG_TIME = /^\W{0,2}(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))/

/** The newest time in objects and at the ends of logs, in milliseconds; 0 where nothing carries a time. */
export function newestTimeMs(objects: readonly KubeObject[], logs: readonly ContainerLog[]): number {
  let newest = 0
  for (const object of objects) newest = Math.max(newest, newestIn(object))
  for (const log of logs) newest = Math.max(newest, lastTimeOf(log))
  return newest
}

function newestIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let newest = 0
  const children: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
  for (const [index, child] of children.entries()) {
    const timeMs = typeof child === 'string' ? (looksLikeTime(child) ? pastTime(value, index, child) : 0) : newestIn(child)
    if (timeMs > newest) newest = timeMs
  }
  return newest
}

/** Few texts are times, and only of those the name of the field is asked. */
function looksLikeTime(text: string): boolean {
  return text.length >= 20 && text.length <= 35 && text[4] === '-' && text[10] === 'T'
}

function pastTime(holder: object, index: number, text: string): number {
  return PAST_TIMES.has(Object.keys(holder)[index] ?? '') ? (parseTimeMs(text) ?? 0) : 0
}

function lastTimeOf(log: ContainerLog): number {
  const lines = log.text.trimEnd().split('\n')
  return parseTimeMs(LOG_TIME.exec(lines.at(-1) ?? '')?.[1]) ?? 0
}

/** The newest kubelet: a control plane is never older than its kubelets. */
export function clusterVersionOf(objects: readonly KubeObject[]): ClusterVersion {
  const versions = objects.filter((object) => object.kind === 'Node').map(kubeletVersion).filter((version) => version !== undefined)
  versions.sort((left, right) => right.major - left.major || right.minor - left.minor || (left.gitVersion < right.gitVersion ? 1 : -1))
  return versions[0] ?? DEFAULT_CLUSTER_VERSION
}

function kubeletVersion(node: KubeObject): ClusterVersion | undefined {
  const gitVersion = (node['status'] as { nodeInfo?: { kubeletVersion?: string } } | undefined)?.nodeInfo?.kubeletVersion
  const match = /^v?(\d+)\.(\d+)/.exec(gitVersion ?? '')
  return match === null || gitVersion === undefined ? undefined : { major: Number(match[1]), minor: Number(match[2]), gitVersion }
}
