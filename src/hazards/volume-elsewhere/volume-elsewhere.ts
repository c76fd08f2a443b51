/**
 * The volume of a pod can be reached from certain nodes only (a local disk, a zone), and the pod may not go there: no
 * such node is left, or the pod's own constraints exclude them.
 */

import type { PersistentVolume, VolumeNodeAffinity } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { matchesNodeSelector } from '../../model/kube/node-selector.ts'
import { conditionOf, isNode, isPod, isTerminating, type NodeObject, type PodObject } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { uniqueSubjects } from '../../model/topology/find-object.ts'
import { workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { findingOf, workloadOfFinding } from '../shared/finding.ts'
import { placementsOf } from '../shared/placement.ts'
import { waysBack } from '../shared/ways-back.ts'

const ID = 'volume-elsewhere'

type Volume = KubeObject & PersistentVolume

function detect(view: View): Finding[] {
  const waiting = view.list('', 'Pod').filter(isPod).filter((pod) => pod.spec?.nodeName === undefined && pod.status?.phase === 'Pending' && !isTerminating(pod))
  return waiting.flatMap((pod) => volumesOf(view, pod).flatMap((volume) => findingFor(view, pod, volume)).slice(0, 1))
}

function volumesOf(view: View, pod: PodObject): Volume[] {
  return (pod.spec?.volumes ?? []).flatMap((item) => {
    const claim = view.get({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: pod.metadata.namespace ?? 'default', name: item.persistentVolumeClaim?.claimName ?? '' })
    const name = (claim?.['spec'] as { volumeName?: string } | undefined)?.volumeName
    const volume = name === undefined ? undefined : (view.get({ apiVersion: 'v1', kind: 'PersistentVolume', name }) as Volume | undefined)
    return volume?.spec?.nodeAffinity?.required === undefined ? [] : [volume]
  })
}

function affinityText({ required }: VolumeNodeAffinity): string {
  return (required?.nodeSelectorTerms ?? []).flatMap((term) => (term.matchExpressions ?? []).map((item) => `${item.key} ${item.operator} ${(item.values ?? []).join(', ')}`)).join(' or ')
}

function findingFor(view: View, pod: PodObject, volume: Volume): Finding[] {
  const affinity = volume.spec?.nodeAffinity
  const nodes = view.list('', 'Node').filter(isNode)
  const reaching = nodes.filter((node) => affinity?.required?.nodeSelectorTerms !== undefined && matchesNodeSelector(affinity.required, { name: node.metadata.name ?? '', labels: node.metadata.labels ?? {} }))
  if (affinity === undefined || nodes.length === 0 || placeable(view, pod, reaching)) return []
  const workload = workloadOf(view, pod)
  const kept = placementsOf(view, pod).filter((placement) => reaching.includes(placement.node) && placement.obstacles.some((obstacle) => obstacle === 'node-selector' || obstacle === 'node-affinity'))
  if (reaching.length > 0 && kept.length === 0) return []
  const why = reaching.length === 0 ? 'no node of the cluster is there' : `${subjectText(subjectOf(workload))} may not go to ${kept.map((placement) => placement.node.metadata.name).join(', ')}`
  return [
    findingOf({
      hazard: ID,
      subject: reaching.length === 0 ? volume : workload,
      symptoms: uniqueSubjects([subjectOf(pod), subjectOf(workload)]),
      summary: `${subjectText(subjectOf(volume))} of ${subjectText(subjectOf(pod))} can only be reached from nodes with ${affinityText(affinity)}, and ${why}`,
      evidence: [objectEvidence(volume, 'spec.nodeAffinity', `it requires ${affinityText(affinity)}`), objectEvidence(pod, 'spec', `${subjectText(subjectOf(pod))} asks for nodes with ${JSON.stringify({ nodeSelector: pod.spec?.nodeSelector, nodeAffinity: pod.spec?.affinity?.nodeAffinity })}`)],
      confidence: 0.95,
      sinceMs: parseTimeMs(conditionOf(pod, 'PodScheduled')?.lastTransitionTime),
      explains: ['unschedulable', 'rollout-stuck', 'service-without-endpoints', 'dependency-unreachable', 'pvc-unbound'],
      facts: { reachable: reaching.length > 0 },
    }),
  ]
}

function placeable(view: View, pod: PodObject, reaching: readonly NodeObject[]): boolean {
  return placementsOf(view, pod).some((placement) => reaching.includes(placement.node) && placement.obstacles.length === 0)
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  if (workload === undefined || finding.facts['reachable'] !== true) return []
  return waysBack({ hazard: ID, view, workload, differs: (earlier, current) => !jsonEqual([earlier.spec?.nodeSelector, earlier.spec?.affinity?.nodeAffinity], [current.spec?.nodeSelector, current.spec?.affinity?.nodeAffinity]), what: () => 'changed which nodes it may go to' })
}

export const volumeElsewhere: Hazard = {
  id: ID,
  title: 'A pod may not go where its volume is',
  severity: 2,
  family: 'placement',
  appliesTo: ['/PersistentVolume'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Bring a node back there, or restore the data elsewhere; the place of a volume cannot be changed.`,
  lookAlikes: ['a volume that every node reaches', 'a node that reaches the volume and is full or cordoned', 'a claim that is not bound yet'],
  prevention: 'Bind volumes when their first pod is placed (WaitForFirstConsumer), and keep a node in each zone that has volumes.',
  sources: [{ title: 'Persistent volumes: node affinity', url: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#node-affinity' }],
  reviewBy: '2027-06-30',
}
