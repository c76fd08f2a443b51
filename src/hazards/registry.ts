/** All hazards, one line each. The order means nothing: orient ranks what they find. */

import type { Hazard } from '../model/hazard.ts'
import { admissionDenied } from './admission-denied/admission-denied.ts'
import { applicationUnhealthy } from './application-unhealthy/application-unhealthy.ts'
import { badCommand } from './bad-command/bad-command.ts'
import { badImage } from './bad-image/bad-image.ts'
import { badProbe } from './bad-probe/bad-probe.ts'
import { containerExits } from './container-exits/container-exits.ts'
import { containerFinishes } from './container-finishes/container-finishes.ts'
import { containerLacksPermission } from './container-lacks-permission/container-lacks-permission.ts'
import { cpuLimitTooLow } from './cpu-limit-too-low/cpu-limit-too-low.ts'
import { credentialsRefused } from './credentials-refused/credentials-refused.ts'
import { cronjobSuspended } from './cronjob-suspended/cronjob-suspended.ts'
import { dependencyUnreachable } from './dependency-unreachable/dependency-unreachable.ts'
import { dnsBroken } from './dns-broken/dns-broken.ts'
import { failedJob } from './failed-job/failed-job.ts'
import { fileNotMounted } from './file-not-mounted/file-not-mounted.ts'
import { finalizerStuck } from './finalizer-stuck/finalizer-stuck.ts'
import { hpaCannotScale } from './hpa-cannot-scale/hpa-cannot-scale.ts'
import { ingressBackendMissing } from './ingress-backend-missing/ingress-backend-missing.ts'
import { initContainerHangs } from './init-container-hangs/init-container-hangs.ts'
import { memoryLimitTooLow } from './memory-limit-too-low/memory-limit-too-low.ts'
import { memoryUnlimited } from './memory-unlimited/memory-unlimited.ts'
import { missingConfig } from './missing-config/missing-config.ts'
import { missingEnv } from './missing-env/missing-env.ts'
import { networkPolicyBlocks } from './network-policy-blocks/network-policy-blocks.ts'
import { nodeCordonedForgotten } from './node-cordoned-forgotten/node-cordoned-forgotten.ts'
import { nodeNotReady } from './node-not-ready/node-not-ready.ts'
import { pdbBlocksEverything } from './pdb-blocks-everything/pdb-blocks-everything.ts'
import { podsEvicted } from './pods-evicted/pods-evicted.ts'
import { portInUse } from './port-in-use/port-in-use.ts'
import { pvcUnbound } from './pvc-unbound/pvc-unbound.ts'
import { quotaExceeded } from './quota-exceeded/quota-exceeded.ts'
import { rbacForbidden } from './rbac-forbidden/rbac-forbidden.ts'
import { rolloutStuck } from './rollout-stuck/rollout-stuck.ts'
import { scaledToZero } from './scaled-to-zero/scaled-to-zero.ts'
import { servicePortMismatch } from './service-port-mismatch/service-port-mismatch.ts'
import { serviceSelectsNothing } from './service-selects-nothing/service-selects-nothing.ts'
import { serviceWithoutEndpoints } from './service-without-endpoints/service-without-endpoints.ts'
import { stuckCreating } from './stuck-creating/stuck-creating.ts'
import { unschedulable } from './unschedulable/unschedulable.ts'
import { webhookFailsClosed } from './webhook-fails-closed/webhook-fails-closed.ts'

export const hazards: readonly Hazard[] = [
  admissionDenied,
  applicationUnhealthy,
  badCommand,
  badImage,
  badProbe,
  containerExits,
  containerFinishes,
  containerLacksPermission,
  cpuLimitTooLow,
  credentialsRefused,
  cronjobSuspended,
  dependencyUnreachable,
  dnsBroken,
  failedJob,
  fileNotMounted,
  finalizerStuck,
  hpaCannotScale,
  ingressBackendMissing,
  initContainerHangs,
  memoryLimitTooLow,
  memoryUnlimited,
  missingConfig,
  missingEnv,
  networkPolicyBlocks,
  nodeCordonedForgotten,
  nodeNotReady,
  pdbBlocksEverything,
  podsEvicted,
  portInUse,
  pvcUnbound,
  quotaExceeded,
  rbacForbidden,
  rolloutStuck,
  scaledToZero,
  servicePortMismatch,
  serviceSelectsNothing,
  serviceWithoutEndpoints,
  stuckCreating,
  unschedulable,
  webhookFailsClosed,
]

/** The hazard of that id; undefined when none is registered. */
export function hazardOf(id: string): Hazard | undefined {
  return hazards.find((hazard) => hazard.id === id)
}
