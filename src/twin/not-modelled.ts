/**
 * What a cluster has that the twin does not play. A rehearsal that touches one of these cannot be called safe, so it
 * is worth more to say it than to guess. Only what exists in the snapshot is named.
 */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import { controllerOf, groupOf, subjectText, type KubeObject } from '../model/kube-object.ts'
import { podTemplateOf } from '../model/kube/workload.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { isFinished } from './controllers/cron-job.ts'
import { isManagedElsewhere, moreOf } from './controllers/job/job-pods.ts'
import { admissionPolicies, mutatingPolicies, webhooks } from './gaps/admission.ts'
import { controlPlaneSettings } from './gaps/control-plane.ts'
import { gapOf, isAffected, type Affected, type Gap } from './gaps/gap.ts'
import { nodeManagers } from './gaps/node-managers.ts'
import { podMakers, workloadsWith, type PodMaker } from './gaps/pod-makers.ts'
import { schedulerSettings } from './gaps/scheduler-settings.ts'
import { nodeAutoscalers, referrers, unknownLoads } from './gaps/scaling.ts'
import { unreadKinds, unreadNamespaces } from './gaps/unread.ts'
import { isVersionModelled, profileFor } from './profile.ts'
import { SCHEDULER_NAME } from './scheduler/scheduler.ts'

/** Owners that a controller of the twin plays, or that own without managing. */
const PLAYED_OWNERS = new Set(['apps/ReplicaSet', '/ReplicationController', 'apps/StatefulSet', 'apps/DaemonSet', 'apps/Deployment', 'batch/Job', 'batch/CronJob', '/Node'])

export function notModelledIn(snapshot: Snapshot): Gap[] {
  return DETECTORS.flatMap((detect) => detect(snapshot))
}

const DETECTORS: readonly ((snapshot: Snapshot) => readonly Gap[])[] = [
  version,
  foreignSchedulers,
  schedulerSettings,
  nodeManagers,
  controlPlaneSettings,
  runtimeClasses,
  resourceClaims,
  webhooks,
  admissionPolicies,
  mutatingPolicies,
  unreadKinds,
  unreadNamespaces,
  foreignOwners,
  foreignWorkloads,
  queuedWorkloads,
  unknownLoads,
  referrers,
  nodeAutoscalers,
  managedJobs,
  commandProbes,
  restartOfAll,
]

function version({ clusterVersion }: Snapshot): Gap[] {
  if (isVersionModelled(clusterVersion)) return []
  return [{ objects: [], text: () => `Kubernetes ${clusterVersion.gitVersion} is outside the versions the twin knows; it plays ${profileFor(clusterVersion).name}.` }]
}

function foreignSchedulers({ objects }: Snapshot): Gap[] {
  return makersWith(objects, ({ spec }) => (spec.schedulerName ?? SCHEDULER_NAME) !== SCHEDULER_NAME, (names) => `${names} ask for a scheduler of their own; the twin leaves their pods Pending.`)
}

function makersWith(objects: readonly KubeObject[], isMeant: (maker: PodMaker) => boolean, text: Gap['text']): Gap[] {
  return gapOf(podMakers(objects).filter(isMeant).map(({ object }) => object), text)
}

/** Classes add to what a pod asks for, and say where it may run; of one that nobody collected neither is known. */
function runtimeClasses({ objects }: Snapshot): Gap[] {
  const known = new Set(objects.filter(({ kind }) => kind === 'RuntimeClass').map(({ metadata }) => metadata.name))
  return makersWith(objects, ({ spec }) => spec.runtimeClassName !== undefined && !known.has(spec.runtimeClassName), (names) => `${names} name a RuntimeClass that was not collected: where it lets new pods run is not known.`)
}

function resourceClaims({ objects }: Snapshot): Gap[] {
  return makersWith(objects, ({ spec }) => ((spec as { resourceClaims?: readonly object[] }).resourceClaims ?? []).length > 0, (names) => `${names} claim devices (dynamic resource allocation), which the twin does not allocate.`)
}

/** A custom controller answers changes in ways nobody can know from its objects. One gap for each kind of owner. */
function foreignOwners({ objects }: Snapshot): Gap[] {
  const owned = objects.filter((object) => foreignOwnerOf(object) !== undefined && podTemplateOf(object) !== undefined)
  const byKind = Map.groupBy(owned, (object) => foreignOwnerOf(object)?.kind ?? '')
  return [...byKind].flatMap(([kind, group]) => gapOf(group, (_, count) => `${count} ${count === 1 ? 'object is' : 'objects are'} managed by ${kind.replace(/^\//, '')}: how its controller reacts is not played.`, isOwnedAffected))
}

function foreignOwnerOf(object: KubeObject): { readonly kind: string; readonly text: string } | undefined {
  const owner = controllerOf(object)
  if (owner === undefined) return undefined
  const kind = `${groupOf(owner.apiVersion)}/${owner.kind}`
  const { namespace } = object.metadata
  return PLAYED_OWNERS.has(kind) ? undefined : { kind, text: subjectText({ kind: owner.kind, name: owner.name, ...(namespace === undefined ? {} : { namespace }) }) }
}

function isOwnedAffected(object: KubeObject, affected: Affected): boolean {
  return isAffected(object, affected) || affected.objects.has(foreignOwnerOf(object)?.text ?? '')
}

/** A custom kind with a template of pods: its controller makes them, and the twin has none. Said once, by the owner, where pods exist. */
function foreignWorkloads({ objects }: Snapshot): Gap[] {
  const owning = new Set(objects.flatMap((object) => (podTemplateOf(object) === undefined ? [] : (foreignOwnerOf(object)?.text ?? []))))
  const isForeign = ({ object, spec }: PodMaker): boolean => groupOf(object.apiVersion).includes('.') && Array.isArray(spec.containers) && !owning.has(subjectText({ kind: object.kind, name: object.metadata.name ?? '', ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }) }))
  return makersWith(objects, isForeign, (names) => `${names} make pods by a controller that is not played.`)
}

/** Kueue's label of what it may hold back (kueue.sigs.k8s.io, "Run a Kubernetes Job"). */
const QUEUE_LABEL = 'kueue.x-k8s.io/queue-name'

function queuedWorkloads({ objects }: Snapshot): Gap[] {
  return makersWith(objects, ({ object }) => object.metadata.labels?.[QUEUE_LABEL] !== undefined, (names) => `${names} wait in a queue (${QUEUE_LABEL}): when they are let in, or sent back, is not played.`)
}

function managedJobs({ objects }: Snapshot): Gap[] {
  const isElsewhere = (object: KubeObject): boolean => object.kind === 'Job' ? isManagedElsewhere(moreOf(object)) && !isFinished(object) : object.kind === 'CronJob' && isManagedElsewhere((object['spec'] as { jobTemplate?: { spec?: { managedBy?: string } } } | undefined)?.jobTemplate?.spec ?? {})
  return gapOf(objects.filter(isElsewhere), (names) => `${names} leave their Jobs to another controller (managedBy), which the twin does not play.`)
}

function commandProbes({ objects }: Snapshot): Gap[] {
  const asks = (container: Container): boolean => [container.livenessProbe, container.readinessProbe, container.startupProbe].some((probe) => probe !== undefined && probe.httpGet === undefined && probe.tcpSocket === undefined)
  return gapOf(workloadsWith(objects, asks), (names) => `${names} are probed by a command or gRPC: it is taken to succeed once the process has started, unless it was seen to fail.`)
}

/** Behind a gate before 1.36, and not played there. */
function restartOfAll({ objects, clusterVersion }: Snapshot): Gap[] {
  if (profileFor(clusterVersion).restartsAllContainers) return []
  const restartsAll = (container: Container): boolean => ((container as { readonly restartPolicyRules?: readonly { readonly action?: string }[] }).restartPolicyRules ?? []).some(({ action }) => action === 'RestartAllContainers')
  return makersWith(objects, ({ spec }) => [...(spec.initContainers ?? []), ...spec.containers].some(restartsAll), (names) => `${names} restart all containers of a pod when one exits; the twin restarts that one.`)
}
