/** An object that was deleted and does not go, because a finalizer waits for a controller that does not answer. */

import { parseTimeMs } from '../../kernel/clock.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject, type Subject } from '../../model/kube-object.ts'
import { conditionOf } from '../../model/kube/workload.ts'
import type { View } from '../../model/view.ts'
import { uniqueSubjects } from '../../model/topology/find-object.ts'
import { workloadOf } from '../../model/topology/ownership.ts'
import { refusedCreations } from '../shared/refused-creations.ts'
import { findingOf } from '../shared/finding.ts'

const ID = 'finalizer-stuck'
/** Cleaning up a volume or a load balancer takes minutes. */
const PATIENCE_MS = 15 * 60_000

function detect(view: View): Finding[] {
  return view.snapshot.objects.flatMap((object) => {
    const deletedMs = parseTimeMs(object.metadata.deletionTimestamp)
    const finalizers = [...(object.metadata.finalizers ?? []), ...((object['spec'] as { finalizers?: readonly string[] } | undefined)?.finalizers ?? [])]
    if (deletedMs === undefined || view.nowMs - deletedMs < PATIENCE_MS || finalizers.length === 0 || object.kind === 'Event') return []
    return [findingFrom(view, object, { deletedMs, finalizers })]
  })
}

/** Workloads whose pods are refused because their namespace goes. */
function refusedIn(view: View, namespace: KubeObject): Subject[] {
  if (namespace.kind !== 'Namespace') return []
  return refusedCreations(view).filter((item) => item.controller.metadata.namespace === namespace.metadata.name && /being terminated/i.test(item.message)).map((item) => subjectOf(workloadOf(view, item.controller)))
}

function findingFrom(view: View, object: KubeObject, { deletedMs, finalizers }: { readonly deletedMs: number; readonly finalizers: readonly string[] }): Finding {
  const blocked = ['NamespaceContentRemaining', 'NamespaceFinalizersRemaining', 'NamespaceDeletionDiscoveryFailure'].map((type) => conditionOf(object, type)).find((condition) => condition?.status === 'True')
  return findingOf({
    hazard: ID,
    subject: object,
    symptoms: uniqueSubjects([subjectOf(object), ...refusedIn(view, object)]),
    summary: `${subjectText(subjectOf(object))} was deleted and waits for ${finalizers.join(', ')}${blocked?.message === undefined ? '' : `: ${blocked.message.slice(0, 200)}`}`,
    evidence: [objectEvidence(object, 'metadata.finalizers', `it is held by ${finalizers.join(', ')}`), objectEvidence(object, 'metadata.deletionTimestamp', `deleted at ${object.metadata.deletionTimestamp ?? ''}`)],
    confidence: 0.8,
    sinceMs: deletedMs,
    explains: ['admission-denied', 'rollout-stuck', 'service-without-endpoints'],
    facts: { finalizers },
  })
}

export const finalizerStuck: Hazard = {
  id: ID,
  title: 'A deleted object that does not go',
  severity: 3,
  family: 'control',
  appliesTo: ['/Namespace', '/PersistentVolumeClaim', '/PersistentVolume', '/Pod', '/Service', 'apps/Deployment', 'apps/StatefulSet', 'apiextensions.k8s.io/CustomResourceDefinition', '/ConfigMap', '/Node'],
  faces: ['live'],
  detect,
  fixes: () => [],
  handOver: (finding) => `${finding.summary}. Bring the controller of that finalizer back; removing the finalizer by hand abandons what it was to clean up.`,
  lookAlikes: ['an object deleted minutes ago', 'a claim that is protected while a pod uses it'],
  prevention: 'Remove custom resources before the operator that cleans up after them.',
  sources: [{ title: 'Finalizers', url: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/' }],
  reviewBy: '2027-06-30',
}
