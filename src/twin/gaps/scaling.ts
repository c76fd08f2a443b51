/** Whoever changes sizes, requests and nodes by itself. */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import { groupOf, type KubeObject } from '../../model/kube-object.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { loadsSeen } from '../observed/loads.ts'
import { gapOf, type Affected, type Gap } from './gap.ts'
import { workloadsWith } from './pod-makers.ts'

/** Programs that add and remove nodes by themselves, known by their images. */
const AUTOSCALERS = /(?:^|\/)(cluster-autoscaler|karpenter)(?:[/:@]|$)|\/karpenter\//
/** Fields by which custom objects name the workload that they look after: vertical autoscalers, KEDA, Argo Rollouts, Flagger. */
const REFERENCES = ['targetRef', 'scaleTargetRef', 'workloadRef'] as const
const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'ReplicationController'])
/** Groups of Kubernetes itself have such fields too, and are played. */
const PLAYED_GROUPS = new Set(['', 'apps', 'batch', 'autoscaling', 'policy'])

/** Played, from the load that was seen; without it, nobody knows what they would do. */
export function unknownLoads({ objects }: Snapshot): Gap[] {
  return loadsSeen(objects).unknown.flatMap(({ autoscaler, target, metrics }) =>
    gapOf([autoscaler], (names) => `Not known: load of ${target} (${metrics.join(', ')} of ${names} was not observed); while a metric cannot be read, its autoscaler does not shrink it, and grows it only for another.`, (object, { objects: affected }) => affected.has(target) || affected.has(subjectText(subjectOf(object)))),
  )
}

/** A custom object that names a workload is there for a controller which changes that workload. */
export function referrers({ objects }: Snapshot): Gap[] {
  const found = objects.filter((object) => targetIn(object) !== undefined)
  const isTouched = (object: KubeObject, affected: Affected): boolean => affected.objects.has(subjectText(subjectOf(object))) || affected.objects.has(targetIn(object) ?? '')
  return gapOf(found, (names) => `${names} may change requests, replicas or templates of the workloads that they name; the twin does not play their controllers.`, isTouched)
}

/** `Deployment shop/web`; undefined where it names none, or only watches. */
function targetIn({ apiVersion, metadata, ...fields }: KubeObject): string | undefined {
  if (PLAYED_GROUPS.has(groupOf(apiVersion))) return undefined
  const spec = (fields['spec'] ?? {}) as Readonly<Record<string, unknown>>
  if ((spec['updatePolicy'] as { readonly updateMode?: string } | undefined)?.updateMode === 'Off') return undefined
  const reference = REFERENCES.map((field) => spec[field] as { readonly kind?: string; readonly name?: string } | undefined).find((one) => typeof one?.name === 'string')
  // KEDA: "kind: Optional. Default: Deployment".
  const kind = reference?.kind ?? (groupOf(apiVersion) === 'keda.sh' ? 'Deployment' : '')
  return reference === undefined || !WORKLOADS.has(kind) ? undefined : subjectText({ kind, name: reference.name ?? '', ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }) })
}

/** They add a node for a pod that has none, and take away one that is hardly used. */
export function nodeAutoscalers(snapshot: Snapshot): Gap[] {
  return gapOf(nodeAutoscalersIn(snapshot), (names) => `${names} add and remove nodes; the twin replaces deleted nodes of a pool and nothing else.`, (_, { nodes, hasUnplaced }) => hasUnplaced || nodes.size > 0)
}

/** Workloads of node autoscalers, and pools that one looks after. */
export function nodeAutoscalersIn({ objects }: Snapshot): readonly KubeObject[] {
  return [...workloadsWith(objects, isNodeAutoscaler), ...objects.filter(({ apiVersion }) => groupOf(apiVersion) === 'karpenter.sh')]
}

export function isNodeAutoscaler({ image = '' }: Container): boolean {
  return AUTOSCALERS.test(image)
}
