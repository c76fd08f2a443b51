/**
 * What a plan's rationale says of who else writes the object: a plan that a controller or a Git repository would put
 * back says so, and a plan that an operator would undo at once is not made.
 */

import type { KubeObject } from '../../model/kube-object.ts'
import { managerOf } from '../../model/kube/management.ts'
import type { View } from '../../model/view.ts'

/** A sentence for the rationale; empty when nobody else writes it. */
export function managerNote(object: KubeObject): string {
  const manager = managerOf(object)
  switch (manager?.type) {
    case undefined:
      return ''
    case 'operator':
      return ` ${manager.name} owns this object and may put its own value back.`
    case 'helm':
      return ` Helm release ${manager.name} manages this object: change its values too, or the next upgrade brings the fault back.`
    case 'argo-cd':
    case 'flux':
      return ` ${manager.type === 'flux' ? 'Flux' : 'Argo CD'} (${manager.name}) syncs this object from Git: change the source too, or the next sync brings the fault back.`
  }
}

/** The HorizontalPodAutoscaler that owns this workload's replica count. */
export function autoscalerOf(view: View, workload: KubeObject): KubeObject | undefined {
  return view.list('autoscaling', 'HorizontalPodAutoscaler', workload.metadata.namespace).find((scaler) => {
    const target = (scaler['spec'] as { scaleTargetRef?: { kind?: string; name?: string } } | undefined)?.scaleTargetRef
    return target?.kind === workload.kind && target.name === workload.metadata.name
  })
}
