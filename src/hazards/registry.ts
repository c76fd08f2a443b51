/** All hazards, one line each. The order means nothing: orient ranks what they find. */

import type { Hazard } from '../model/hazard.ts'
import { admissionDenied } from './admission-denied/admission-denied.ts'
import { apiServiceUnavailable } from './api-service-unavailable/api-service-unavailable.ts'
import { applicationErrors } from './application-errors/application-errors.ts'
import { applicationUnhealthy } from './application-unhealthy/application-unhealthy.ts'
import { badCommand } from './bad-command/bad-command.ts'
import { badImage } from './bad-image/bad-image.ts'
import { badProbe } from './bad-probe/bad-probe.ts'
import { certificateExpired } from './certificate-expired/certificate-expired.ts'
import { containerExits } from './container-exits/container-exits.ts'
import { containerFinishes } from './container-finishes/container-finishes.ts'
import { containerLacksPermission } from './container-lacks-permission/container-lacks-permission.ts'
import { corednsMisconfigured } from './coredns-misconfigured/coredns-misconfigured.ts'
import { cpuLimitTooLow } from './cpu-limit-too-low/cpu-limit-too-low.ts'
import { credentialsRefused } from './credentials-refused/credentials-refused.ts'
import { cronjobCannotRun } from './cronjob-cannot-run/cronjob-cannot-run.ts'
import { cronjobSuspended } from './cronjob-suspended/cronjob-suspended.ts'
import { customResourceNotReady } from './custom-resource-not-ready/custom-resource-not-ready.ts'
import { daemonsetCoversNothing } from './daemonset-covers-nothing/daemonset-covers-nothing.ts'
import { dependencyUnreachable } from './dependency-unreachable/dependency-unreachable.ts'
import { deviceClaimPending } from './device-claim-pending/device-claim-pending.ts'
import { dnsBroken } from './dns-broken/dns-broken.ts'
import { endOfLifeVersion } from './end-of-life-version/end-of-life-version.ts'
import { failedJob } from './failed-job/failed-job.ts'
import { faultInjected } from './fault-injected/fault-injected.ts'
import { fileNotMounted } from './file-not-mounted/file-not-mounted.ts'
import { finalizerStuck } from './finalizer-stuck/finalizer-stuck.ts'
import { gatewayRouteBroken } from './gateway-route-broken/gateway-route-broken.ts'
import { headlessServiceMissing } from './headless-service-missing/headless-service-missing.ts'
import { hpaCannotScale } from './hpa-cannot-scale/hpa-cannot-scale.ts'
import { ingressBackendMissing } from './ingress-backend-missing/ingress-backend-missing.ts'
import { ingressClassMissing } from './ingress-class-missing/ingress-class-missing.ts'
import { ingressTlsMissing } from './ingress-tls-missing/ingress-tls-missing.ts'
import { initContainerHangs } from './init-container-hangs/init-container-hangs.ts'
import { kubeletVersionSkew } from './kubelet-version-skew/kubelet-version-skew.ts'
import { leaseExpired } from './lease-expired/lease-expired.ts'
import { loadBalancerPending } from './load-balancer-pending/load-balancer-pending.ts'
import { memoryLimitTooLow } from './memory-limit-too-low/memory-limit-too-low.ts'
import { memoryUnlimited } from './memory-unlimited/memory-unlimited.ts'
import { meshRouteBroken } from './mesh-route-broken/mesh-route-broken.ts'
import { missingConfig } from './missing-config/missing-config.ts'
import { missingEnv } from './missing-env/missing-env.ts'
import { networkPolicyBlocks } from './network-policy-blocks/network-policy-blocks.ts'
import { nodeCordonedForgotten } from './node-cordoned-forgotten/node-cordoned-forgotten.ts'
import { nodeGoingAway } from './node-going-away/node-going-away.ts'
import { nodeNetworkDown } from './node-network-down/node-network-down.ts'
import { nodeNotReady } from './node-not-ready/node-not-ready.ts'
import { nodeTainted } from './node-tainted/node-tainted.ts'
import { pdbBlocksEverything } from './pdb-blocks-everything/pdb-blocks-everything.ts'
import { podStuckTerminating } from './pod-stuck-terminating/pod-stuck-terminating.ts'
import { podsEvicted } from './pods-evicted/pods-evicted.ts'
import { podsPreempted } from './pods-preempted/pods-preempted.ts'
import { portInUse } from './port-in-use/port-in-use.ts'
import { pvcUnbound } from './pvc-unbound/pvc-unbound.ts'
import { quotaExceeded } from './quota-exceeded/quota-exceeded.ts'
import { rbacForbidden } from './rbac-forbidden/rbac-forbidden.ts'
import { readinessGateUnset } from './readiness-gate-unset/readiness-gate-unset.ts'
import { removedApi } from './removed-api/removed-api.ts'
import { replicasFoughtOver } from './replicas-fought-over/replicas-fought-over.ts'
import { retiredRegistry } from './retired-registry/retired-registry.ts'
import { rolloutStuck } from './rollout-stuck/rollout-stuck.ts'
import { rolloutTakesAll } from './rollout-takes-all/rollout-takes-all.ts'
import { scaledToZero } from './scaled-to-zero/scaled-to-zero.ts'
import { schedulingGated } from './scheduling-gated/scheduling-gated.ts'
import { servicePortMismatch } from './service-port-mismatch/service-port-mismatch.ts'
import { serviceSelectsNothing } from './service-selects-nothing/service-selects-nothing.ts'
import { serviceSelectsOthers } from './service-selects-others/service-selects-others.ts'
import { serviceWithoutEndpoints } from './service-without-endpoints/service-without-endpoints.ts'
import { streamCutByProxy } from './stream-cut-by-proxy/stream-cut-by-proxy.ts'
import { stuckCreating } from './stuck-creating/stuck-creating.ts'
import { tokenRejected } from './token-rejected/token-rejected.ts'
import { tokenShorterThanJob } from './token-shorter-than-job/token-shorter-than-job.ts'
import { unschedulable } from './unschedulable/unschedulable.ts'
import { volumeElsewhere } from './volume-elsewhere/volume-elsewhere.ts'
import { volumeFull } from './volume-full/volume-full.ts'
import { volumeHeldElsewhere } from './volume-held-elsewhere/volume-held-elsewhere.ts'
import { webhookFailsClosed } from './webhook-fails-closed/webhook-fails-closed.ts'

export const hazards: readonly Hazard[] = [
  admissionDenied,
  apiServiceUnavailable,
  applicationErrors,
  applicationUnhealthy,
  badCommand,
  badImage,
  badProbe,
  certificateExpired,
  containerExits,
  containerFinishes,
  containerLacksPermission,
  corednsMisconfigured,
  cpuLimitTooLow,
  credentialsRefused,
  cronjobCannotRun,
  cronjobSuspended,
  customResourceNotReady,
  daemonsetCoversNothing,
  dependencyUnreachable,
  deviceClaimPending,
  dnsBroken,
  endOfLifeVersion,
  failedJob,
  faultInjected,
  fileNotMounted,
  finalizerStuck,
  gatewayRouteBroken,
  headlessServiceMissing,
  hpaCannotScale,
  ingressBackendMissing,
  ingressClassMissing,
  ingressTlsMissing,
  initContainerHangs,
  kubeletVersionSkew,
  leaseExpired,
  loadBalancerPending,
  memoryLimitTooLow,
  memoryUnlimited,
  meshRouteBroken,
  missingConfig,
  missingEnv,
  networkPolicyBlocks,
  nodeCordonedForgotten,
  nodeGoingAway,
  nodeNetworkDown,
  nodeNotReady,
  nodeTainted,
  pdbBlocksEverything,
  podStuckTerminating,
  podsEvicted,
  podsPreempted,
  portInUse,
  pvcUnbound,
  quotaExceeded,
  rbacForbidden,
  readinessGateUnset,
  removedApi,
  replicasFoughtOver,
  retiredRegistry,
  rolloutStuck,
  rolloutTakesAll,
  scaledToZero,
  schedulingGated,
  servicePortMismatch,
  serviceSelectsNothing,
  serviceSelectsOthers,
  serviceWithoutEndpoints,
  streamCutByProxy,
  stuckCreating,
  tokenRejected,
  tokenShorterThanJob,
  unschedulable,
  volumeElsewhere,
  volumeFull,
  volumeHeldElsewhere,
  webhookFailsClosed,
]

/** The hazard of that id; undefined when none is registered. */
export function hazardOf(id: string): Hazard | undefined {
  return hazards.find((hazard) => hazard.id === id)
}
