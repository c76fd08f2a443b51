/** Facts about the cluster that a folder holds without saying so: when it was collected, and from which version. */

import { parseTimeMs } from '../../kernel/clock.ts'
import { partOf } from '../../kernel/share-equal.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { createSiblings } from '../../model/siblings.ts'
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
  const newest: Newest = { ms: 0, text: '' }
  const siblings = createSiblings()
  for (const object of objects) {
    lookThrough(object, newest, siblings.of(object))
    siblings.keep(object)
  }
  return logs.reduce((ms, log) => Math.max(ms, lastTimeOf(log)), newest.ms)
}

interface Newest {
  ms: number
  /** As Kubernetes writes times (`2026-03-01T08:00:00Z`), so that older ones need not be read. */
  text: string
}

/** What is the same part in the sibling was looked through there. */
function lookThrough(value: object, newest: Newest, sibling: unknown): void {
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1) lookInto(value[at], newest, partOf(sibling, at))
    return
  }
  const fields = value as Readonly<Record<string, unknown>>
  for (const name in fields) {
    const child = fields[name]
    if (typeof child === 'string') {
      if (looksLikeTime(child) && PAST_TIMES.has(name)) note(child, newest)
    } else lookInto(child, newest, partOf(sibling, name))
  }
}

function lookInto(child: unknown, newest: Newest, known: unknown): void {
  if (typeof child === 'object' && child !== null && child !== known) lookThrough(child, newest, known)
}

/** Few texts are times, and only of those the name of the field is asked. */
function looksLikeTime(text: string): boolean {
  return text.length >= 20 && text.length <= 35 && text[4] === '-' && text[10] === 'T'
}

function note(text: string, newest: Newest): void {
  const isPlain = text.length === PLAIN_LENGTH && text.endsWith('Z')
  if (isPlain && text <= newest.text) return
  const ms = parseTimeMs(text) ?? 0
  if (ms <= newest.ms) return
  newest.ms = ms
  if (isPlain) newest.text = text
}

const PLAIN_LENGTH = '2026-03-01T08:00:00Z'.length

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
