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
import { corednsMisconfigured } from './coredns-misconfigured/coredns-misconfigured.ts'
import { cpuLimitTooLow } from './cpu-limit-too-low/cpu-limit-too-low.ts'
import { credentialsRefused } from './credentials-refused/credentials-refused.ts'
import { cronjobSuspended } from './cronjob-suspended/cronjob-suspended.ts'
import { customResourceNotReady } from './custom-resource-not-ready/custom-resource-not-ready.ts'
import { dependencyUnreachable } from './dependency-unreachable/dependency-unreachable.ts'
import { deviceClaimPending } from './device-claim-pending/device-claim-pending.ts'
import { dnsBroken } from './dns-broken/dns-broken.ts'
import { failedJob } from './failed-job/failed-job.ts'
import { fileNotMounted } from './file-not-mounted/file-not-mounted.ts'
import { finalizerStuck } from './finalizer-stuck/finalizer-stuck.ts'
import { gatewayRouteBroken } from './gateway-route-broken/gateway-route-broken.ts'
import { hpaCannotScale } from './hpa-cannot-scale/hpa-cannot-scale.ts'
import { ingressBackendMissing } from './ingress-backend-missing/ingress-backend-missing.ts'
import { ingressClassMissing } from './ingress-class-missing/ingress-class-missing.ts'
import { initContainerHangs } from './init-container-hangs/init-container-hangs.ts'
import { loadBalancerPending } from './load-balancer-pending/load-balancer-pending.ts'
import { memoryLimitTooLow } from './memory-limit-too-low/memory-limit-too-low.ts'
import { memoryUnlimited } from './memory-unlimited/memory-unlimited.ts'
import { missingConfig } from './missing-config/missing-config.ts'
import { missingEnv } from './missing-env/missing-env.ts'
import { networkPolicyBlocks } from './network-policy-blocks/network-policy-blocks.ts'
import { nodeCordonedForgotten } from './node-cordoned-forgotten/node-cordoned-forgotten.ts'
import { nodeNotReady } from './node-not-ready/node-not-ready.ts'
import { nodeTainted } from './node-tainted/node-tainted.ts'
import { pdbBlocksEverything } from './pdb-blocks-everything/pdb-blocks-everything.ts'
import { podsEvicted } from './pods-evicted/pods-evicted.ts'
import { portInUse } from './port-in-use/port-in-use.ts'
import { pvcUnbound } from './pvc-unbound/pvc-unbound.ts'
import { quotaExceeded } from './quota-exceeded/quota-exceeded.ts'
import { rbacForbidden } from './rbac-forbidden/rbac-forbidden.ts'
import { rolloutStuck } from './rollout-stuck/rollout-stuck.ts'
import { scaledToZero } from './scaled-to-zero/scaled-to-zero.ts'
import { schedulingGated } from './scheduling-gated/scheduling-gated.ts'
import { servicePortMismatch } from './service-port-mismatch/service-port-mismatch.ts'
import { serviceSelectsNothing } from './service-selects-nothing/service-selects-nothing.ts'
import { serviceSelectsOthers } from './service-selects-others/service-selects-others.ts'
import { serviceWithoutEndpoints } from './service-without-endpoints/service-without-endpoints.ts'
import { statefulsetServiceMissing } from './statefulset-service-missing/statefulset-service-missing.ts'
import { stuckCreating } from './stuck-creating/stuck-creating.ts'
import { tlsSecretMissing } from './tls-secret-missing/tls-secret-missing.ts'
import { unschedulable } from './unschedulable/unschedulable.ts'
import { volumeElsewhere } from './volume-elsewhere/volume-elsewhere.ts'
import { volumeHeldElsewhere } from './volume-held-elsewhere/volume-held-elsewhere.ts'
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
  corednsMisconfigured,
  cpuLimitTooLow,
  credentialsRefused,
  cronjobSuspended,
  customResourceNotReady,
  dependencyUnreachable,
  deviceClaimPending,
  dnsBroken,
  failedJob,
  fileNotMounted,
  finalizerStuck,
  gatewayRouteBroken,
  hpaCannotScale,
  ingressBackendMissing,
  ingressClassMissing,
  initContainerHangs,
  loadBalancerPending,
  memoryLimitTooLow,
  memoryUnlimited,
  missingConfig,
  missingEnv,
  networkPolicyBlocks,
  nodeCordonedForgotten,
  nodeNotReady,
  nodeTainted,
  pdbBlocksEverything,
  podsEvicted,
  portInUse,
  pvcUnbound,
  quotaExceeded,
  rbacForbidden,
  rolloutStuck,
  scaledToZero,
  schedulingGated,
  servicePortMismatch,
  serviceSelectsNothing,
  serviceSelectsOthers,
  serviceWithoutEndpoints,
  statefulsetServiceMissing,
  stuckCreating,
  tlsSecretMissing,
  unschedulable,
  volumeElsewhere,
  volumeHeldElsewhere,
  webhookFailsClosed,
]

/** The hazard of that id; undefined when none is registered. */
export function hazardOf(id: string): Hazard | undefined {
  return hazards.find((hazard) => hazard.id === id)
}
