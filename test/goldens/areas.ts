/** Every area, in the order in which they build on each other. */

import type { Area } from './area.ts'
import { budget } from './areas/budget.ts'
import { daemon, drain, victims } from './areas/pods.ts'
import { fencepostsArea, newReplicas, proportionArea } from './areas/rollout.ts'
import { scheduling } from './areas/scheduling.ts'
import { strategicMergeArea } from './areas/strategic-merge.ts'
import { backoff, cron } from './areas/time.ts'
import { qos, quantity, requestsOfPod, selector } from './areas/values.ts'

export const AREAS: readonly Area[] = [quantity, selector, requestsOfPod, qos, fencepostsArea, newReplicas, proportionArea, victims, daemon, drain, budget, backoff, cron, strategicMergeArea, scheduling]
