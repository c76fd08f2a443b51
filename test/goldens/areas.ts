/** Every area, in the order in which they build on each other. */

import type { Area } from './area.ts'
import { limits, priority, quota } from './areas/admission.ts'
import { apply } from './areas/apply.ts'
import { autoscaler } from './areas/autoscaler.ts'
import { budget } from './areas/budget.ts'
import { cel } from './areas/cel.ts'
import { defaults } from './areas/defaults.ts'
import { endpoints } from './areas/endpoints.ts'
import { eviction } from './areas/eviction.ts'
import { fieldSelector } from './areas/field-selector.ts'
import { hints } from './areas/hints.ts'
import { failurePolicy } from './areas/jobs.ts'
import { nodeHealth } from './areas/node-health.ts'
import { podGc, taintEviction } from './areas/node-pods.ts'
import { patience, zone } from './areas/nodes.ts'
import { jsonPatch, mergePatchArea } from './areas/patches.ts'
import { daemon, drain, victims } from './areas/pods.ts'
import { podSecurity } from './areas/pod-security.ts'
import { preemption, reprieve } from './areas/preemption.ts'
import { fencepostsArea, newReplicas, proportionArea } from './areas/rollout.ts'
import { queue } from './areas/queue.ts'
import { sampling } from './areas/sampling.ts'
import { scheduling } from './areas/scheduling.ts'
import { spread } from './areas/spread.ts'
import { strategicMergeArea } from './areas/strategic-merge.ts'
import { backoff, cron } from './areas/time.ts'
import { update } from './areas/update.ts'
import { validation } from './areas/validation.ts'
import { qos, quantity, requestsOfPod, selector } from './areas/values.ts'
import { keptVolumes, volumes } from './areas/volumes.ts'
import { wholeJob } from './areas/whole-job.ts'
import { wholeWorkload } from './areas/whole-workload.ts'

export const AREAS: readonly Area[] = [
  quantity, selector, fieldSelector, requestsOfPod, qos,
  fencepostsArea, newReplicas, proportionArea, victims, daemon, drain, budget, eviction, autoscaler, failurePolicy, endpoints,
  backoff, cron, zone, patience, nodeHealth, taintEviction, podGc,
  cel,
  jsonPatch, mergePatchArea, strategicMergeArea, defaults, validation, update, apply,
  limits, priority, quota, podSecurity,
  scheduling, sampling, spread, volumes, keptVolumes, preemption, reprieve, hints,
  queue, wholeJob, wholeWorkload,
]
