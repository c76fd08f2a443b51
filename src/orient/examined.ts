/** What was looked at and found well, so that "healthy" can be checked by a person. */

import { objectEvidence, type Evidence } from '../model/evidence.ts'
import { subjectOf, subjectText, type KubeObject } from '../model/kube-object.ts'
import { conditionOf, isPod, isReady, podTemplateOf, replicasOf } from '../model/kube/workload.ts'
import { livePodsOf, workloadsOf } from '../model/topology/ownership.ts'
import type { View } from '../model/view.ts'
import type { Scope } from './scope.ts'

const LISTED_MAX = 20

export function examinedObjects(view: View, scope: Scope): Evidence[] {
  const objects = scope.units.length > 0 ? scope.units : [...view.list('', 'Node'), ...workloadsOf(view)]
  return objects.slice(0, LISTED_MAX).map((object) => evidenceFor(view, object))
}

function evidenceFor(view: View, object: KubeObject): Evidence {
  const name = subjectText(subjectOf(object))
  if (object.kind === 'Node') return objectEvidence(object, 'status.conditions', `${name} is ${conditionOf(object, 'Ready')?.status === 'True' ? 'Ready' : 'present'}`)
  if (podTemplateOf(object) === undefined) return objectEvidence(object, 'status', `${name} shows no fault`)
  const pods = livePodsOf(view, object).filter(isPod)
  const wanted = ['Deployment', 'StatefulSet'].includes(object.kind) ? replicasOf(object) : pods.length
  return objectEvidence(object, 'status', `${name} wants ${wanted} pods, and ${pods.filter(isReady).length} are ready`)
}
