/** Readiness gates: who opens them is not played, but how late they were opened was seen on other pods. */

import { parseTimeMs } from '../../kernel/clock.ts'
import { conditionOf, isPod, podTemplateOf } from '../../model/kube/workload.ts'
import type { World } from '../../model/world.ts'
import { median } from './median.ts'
import type { Sight } from './observation.ts'

export function gatesSeen({ objects }: Sight): { readonly gates: World['readinessGates']; readonly assumptions: string[] } {
  const asked = new Set(objects.flatMap((object) => (podTemplateOf(object)?.spec?.readinessGates ?? []).map(({ conditionType }) => conditionType)))
  const gates: World['readinessGates'] = []
  const assumptions: string[] = []
  for (const conditionType of [...asked].sort()) {
    const delays = objects.filter(isPod).flatMap((pod) => delaySeconds(pod, conditionType))
    const afterSeconds = median(delays)
    if (afterSeconds === undefined) {
      assumptions.push(`Nobody was seen to open readiness gate ${conditionType}: new pods that have it are assumed never to become Ready.`)
      continue
    }
    gates.push({ conditionType, afterSeconds })
    assumptions.push(`Readiness gate ${conditionType} is assumed to be opened ${Math.round(afterSeconds)} s after the containers are ready, the median of ${delays.length} pods.`)
  }
  return { gates, assumptions }
}

/** One that was opened before the containers were ready counts as no delay. */
function delaySeconds(pod: Sight['objects'][number], conditionType: string): number[] {
  const opened = conditionOf(pod, conditionType)
  if (opened?.status !== 'True') return []
  const openedMs = parseTimeMs(opened.lastTransitionTime as string | undefined)
  const readyMs = parseTimeMs(conditionOf(pod, 'ContainersReady')?.lastTransitionTime as string | undefined)
  return [openedMs === undefined || readyMs === undefined ? 1 : Math.max(0, (openedMs - readyMs) / 1000)]
}
