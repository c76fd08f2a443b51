/**
 * Small clusters for tables: objects by builder, times by minutes before now. Names are arguments everywhere, so that
 * no detector can learn one.
 */

import type { Container, ContainerStatus, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { createRedactor } from '../../kernel/redact/redactor.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { redactObject } from '../../model/redact-object.ts'
import { createSnapshot, DEFAULT_CLUSTER_VERSION, type ContainerLog } from '../../model/snapshot.ts'
import { createView, type View } from '../../model/view.ts'

export const NOW_MS = Date.parse('2026-05-04T12:00:00Z')

/** The time that many minutes before now, as Kubernetes writes it. */
export function ago(minutes: number): string {
  return `${new Date(NOW_MS - minutes * 60_000).toISOString().slice(0, 19)}Z`
}

const redactor = createRedactor({ key: Buffer.from('a key for tests') })

/** As hazards see a cluster: after redaction, objects and logs alike. */
export function viewOf(objects: readonly (KubeObject | readonly KubeObject[])[], logs: readonly ContainerLog[] = []): View {
  return viewAsWritten(objects.flat().map((one) => redactObject(one as KubeObject, redactor)), logs.map((log) => ({ ...log, text: redactor.text(log.text) })))
}

/** As a scan sees files: what is written there, secrets included. */
export function viewAsWritten(objects: readonly (KubeObject | readonly KubeObject[])[], logs: readonly ContainerLog[] = []): View {
  return createView(createSnapshot({ takenAtMs: NOW_MS, clusterVersion: DEFAULT_CLUSTER_VERSION, clusterId: 'test', resourceVersion: '1', objects: objects.flat() as KubeObject[], logs, notes: [] }))
}

/** Any object; metadata is merged over a name and a namespace. */
export function object(apiVersion: string, kind: string, name: string, fields: Record<string, unknown> = {}): KubeObject {
  const { metadata, ...rest } = fields as { metadata?: object }
  return { apiVersion, kind, metadata: { name, namespace: 'shop', uid: `uid-${kind}-${name}`, creationTimestamp: ago(600), ...metadata }, ...rest } as KubeObject
}

/** The object as it is, with the manifest that was applied before. */
export function applied(now: KubeObject, before: KubeObject): KubeObject {
  const { apiVersion, kind, metadata, ...fields } = before
  const text = JSON.stringify({ apiVersion, kind, metadata: { name: metadata.name, namespace: metadata.namespace }, ...fields })
  return { ...now, metadata: { ...now.metadata, annotations: { ...now.metadata.annotations, 'kubectl.kubernetes.io/last-applied-configuration': text } } }
}

/** An object without a namespace. */
export function clusterObject(apiVersion: string, kind: string, name: string, fields: Record<string, unknown> = {}): KubeObject {
  const made = object(apiVersion, kind, name, fields)
  const { namespace: _, ...metadata } = made.metadata
  return { ...made, metadata }
}

export interface RevisionDraft {
  readonly spec: PodSpec
  /** When its ReplicaSet was made, in minutes before now. */
  readonly minutes: number
  readonly ready?: number
  readonly labels?: Record<string, string>
}

export interface PodDraft {
  /** Status of the first container. */
  readonly state: Partial<ContainerStatus>
  readonly revision?: number
  readonly minutes?: number
  /** The empty string: none has taken it yet. */
  readonly node?: string
  readonly status?: Record<string, unknown>
}

/** A Deployment with its ReplicaSets (oldest first) and its pods, linked as the controllers link them. */
export function deployment(name: string, draft: { readonly revisions: readonly RevisionDraft[]; readonly pods?: readonly PodDraft[]; readonly fields?: Record<string, unknown>; readonly replicas?: number }): KubeObject[] {
  const { revisions, pods = [] } = draft
  const last = revisions.at(-1) as RevisionDraft
  const metadata = (revision: RevisionDraft) => ({ labels: { app: name, ...revision.labels } })
  const owner = object('apps/v1', 'Deployment', name, {
    metadata: { annotations: { 'deployment.kubernetes.io/revision': String(revisions.length) } },
    spec: { replicas: draft.replicas ?? Math.max(1, pods.length), selector: { matchLabels: { app: name } }, template: { metadata: metadata(last), spec: last.spec } },
    ...draft.fields,
  })
  const sets = revisions.map((revision, index) => replicaSet({ name, revision, number: index + 1, metadata: metadata(revision) }))
  return [owner, ...sets, ...pods.map((pod, index) => podOf({ name, draft: pod, index, set: sets[(pod.revision ?? revisions.length) - 1] as KubeObject }))]
}

function replicaSet(parts: { readonly name: string; readonly revision: RevisionDraft; readonly number: number; readonly metadata: { labels: Record<string, string> } }): KubeObject {
  const { name, revision, number, metadata } = parts
  return object('apps/v1', 'ReplicaSet', `${name}-h${number}`, {
    metadata: { creationTimestamp: ago(revision.minutes), annotations: { 'deployment.kubernetes.io/revision': String(number) }, ownerReferences: [ownerOf('apps/v1', 'Deployment', name)] },
    spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { ...metadata.labels, 'pod-template-hash': `h${number}` } }, spec: revision.spec } },
    status: { replicas: revision.ready ?? 0, readyReplicas: revision.ready ?? 0 },
  })
}

function ownerOf(apiVersion: string, kind: string, name: string) {
  return { apiVersion, kind, name, uid: `uid-${kind}-${name}`, controller: true }
}

function podOf(parts: { readonly name: string; readonly draft: PodDraft; readonly index: number; readonly set: KubeObject }): KubeObject {
  const { draft, index, set } = parts
  const template = (set['spec'] as { template: { metadata: { labels: object }; spec: PodSpec } }).template
  return pod(`${set.metadata.name ?? ''}-p${index}`, {
    spec: template.spec,
    draft,
    metadata: { labels: template.metadata.labels, ownerReferences: [ownerOf('apps/v1', 'ReplicaSet', set.metadata.name ?? '')] },
  })
}

/** A pod of its own, or of whatever `metadata` says. */
export function pod(name: string, parts: { readonly spec: PodSpec; readonly draft: PodDraft; readonly metadata?: object }): KubeObject {
  const { spec, draft, metadata } = parts
  const [first] = spec.containers
  const status = { name: first?.name ?? '', image: first?.image ?? '', imageID: '', ready: false, restartCount: 0, ...draft.state }
  const readyText = status.ready ? 'True' : 'False'
  return object('v1', 'Pod', name, {
    metadata: { creationTimestamp: ago(draft.minutes ?? 20), ...metadata },
    spec: draft.node === '' ? spec : { ...spec, nodeName: draft.node ?? 'n1' },
    status: {
      phase: 'Running',
      startTime: ago(draft.minutes ?? 20),
      conditions: [{ type: 'PodScheduled', status: 'True' }, { type: 'Ready', status: readyText, lastTransitionTime: ago(draft.minutes ?? 20) }],
      containerStatuses: [status],
      ...draft.status,
    },
  })
}

export function container(fields: Partial<Container> = {}): PodSpec {
  return { containers: [{ name: 'main', image: 'registry.test/app:1', ...fields }] }
}

export const running: PodDraft = { state: { ready: true, state: { running: { startedAt: ago(19) } } } }

/** In CrashLoopBackOff after this end. */
export function crashed(ended: { exitCode: number; reason?: string; message?: string }, more: Partial<PodDraft> = {}): PodDraft {
  const terminated = { startedAt: ago(3), finishedAt: ago(2), reason: 'Error', ...ended }
  return { state: { restartCount: 5, state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 2m40s restarting failed container' } }, lastState: { terminated } }, ...more }
}

export function waiting(reason: string, message = ''): PodDraft {
  return { state: { state: { waiting: { reason, message } } }, status: { phase: 'Pending' } }
}

let eventCount = 0

/** A warning about an object, `minutes` ago. */
export function event(regarding: { readonly kind: string; readonly name: string; readonly namespace?: string }, fields: { readonly reason: string; readonly message: string; readonly minutes?: number; readonly type?: string }): KubeObject {
  eventCount += 1
  const { reason, message, minutes = 5, type = 'Warning' } = fields
  const namespaced = regarding.kind === 'Node' ? regarding : { namespace: 'shop', ...regarding }
  return object('v1', 'Event', `event-${eventCount}`, { involvedObject: namespaced, reason, message, type, count: 3, firstTimestamp: ago(minutes + 5), lastTimestamp: ago(minutes) })
}

export function log(podName: string, text: string, containerName = 'main'): ContainerLog {
  return { namespace: 'shop', pod: podName, container: containerName, previous: true, text }
}

/** What a container says in the run that goes on. */
export function logNow(podName: string, text: string, containerName = 'main'): ContainerLog {
  return { ...log(podName, text, containerName), previous: false }
}

export function node(name: string, fields: { readonly ready?: 'True' | 'False' | 'Unknown'; readonly minutes?: number; readonly labels?: Record<string, string>; readonly spec?: object; readonly conditions?: readonly object[]; readonly allocatable?: Record<string, string> } = {}): KubeObject {
  const { ready = 'True', minutes = 10, labels = {}, spec = {}, conditions = [] } = fields
  return clusterObject('v1', 'Node', name, {
    metadata: { labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec,
    status: {
      allocatable: { cpu: '4', memory: '8Gi', pods: '110', ...fields.allocatable },
      conditions: [{ type: 'Ready', status: ready, lastTransitionTime: ago(minutes), message: 'kubelet says' }, ...conditions],
    },
  })
}

/** A Service that selects by the label the builders give. */
export function service(name: string, fields: { readonly selector?: Record<string, string>; readonly port?: number; readonly targetPort?: number | string } = {}): KubeObject {
  return object('v1', 'Service', name, { spec: { selector: fields.selector ?? { app: name }, ports: [{ port: fields.port ?? 80, ...(fields.targetPort === undefined ? {} : { targetPort: fields.targetPort }) }] } })
}
