/**
 * What differs between Kubernetes minors, and the constants that a cluster could be configured with.
 *
 * Every number that the twin's behaviour rests on has its name here, with where it comes from upstream. The
 * profile is chosen from the version of the cluster that is rehearsed.
 */

import type { ClusterVersion } from '../model/snapshot.ts'

export interface VersionProfile {
  readonly name: string
  readonly minor: number
  readonly gitVersion: string
  /** cmd/kube-controller-manager: node-monitor-grace-period. */
  readonly nodeMonitorGraceMs: number
  /** k8s.io/cloud-provider config: node-monitor-period. */
  readonly nodeMonitorPeriodMs: number
  /** plugin/pkg/admission/defaulttolerationseconds: for not-ready and unreachable. */
  readonly defaultTolerationSeconds: number
  /** nodes tainted NoExecute per second and zone; node-eviction-rate and secondary-node-eviction-rate. */
  readonly nodeEvictionRatePerSecond: number
  readonly nodeEvictionSecondaryRatePerSecond: number
  readonly largeZoneNodes: number
  readonly unhealthyZoneShare: number
  /** cmd/kube-controller-manager: kube-api-qps and kube-api-burst, of each controller's own client. */
  readonly controllerClientQps: number
  readonly controllerClientBurst: number
  /** pkg/controller/podgc: loop, and how long a node must be gone before its pods are removed. */
  readonly podGcPeriodMs: number
  readonly podGcQuarantineMs: number
  /** pkg/controller/volume/attachdetach: how long a node that is not Ready may keep a volume that nobody wants there. */
  readonly forcedDetachMs: number
  /** pkg/kubelet: container restart back-off. */
  readonly crashBackoffInitialMs: number
  readonly crashBackoffMaxMs: number
  readonly crashBackoffResetMs: number
  /** pkg/kubelet/images: pull back-off. */
  readonly pullBackoffInitialMs: number
  readonly pullBackoffMaxMs: number
  /** pkg/controller/disruption: how long an evicted pod stays in disruptedPods. */
  readonly disruptedPodTimeoutMs: number
  /** pkg/scheduler: back-off after an unschedulable attempt, and the flush of old ones. */
  readonly schedulerBackoffInitialMs: number
  readonly schedulerBackoffMaxMs: number
  readonly schedulerFlushMs: number
  /** BalancedAllocation compares with the node before the pod (1.36 on) or looks at the result only. */
  readonly balancedAllocationRelative: boolean
  /** Ties among top scores: uniform sampling (1.34) or the root of a heap (1.35 on). */
  readonly tieBreak: 'seeded-uniform' | 'heap-root'
  /** pkg/controller/podautoscaler/config: at the defaults of kube-controller-manager's flags. */
  readonly hpaSyncPeriodMs: number
  readonly hpaDownscaleStabilisationMs: number
  readonly hpaTolerance: number
  readonly hpaCpuInitializationMs: number
  readonly hpaInitialReadinessDelayMs: number
  /** Gate HPAConfigurableTolerance: on from 1.35. */
  readonly hpaConfigurableTolerance: boolean
  /** An eviction that a budget refuses tells what is wrong with the budget itself. Until 1.34 it only counts its healthy pods. */
  readonly budgetRefusalsSayWhy: boolean
  /** ContainerRestartRules: containers have policies and rules of their own. */
  readonly containerRestartRules: boolean
  /** KubeletCrashLoopBackOffMax: a node may cap the restart back-off (crashLoopBackOff.maxContainerRestartPeriod). */
  readonly restartCapPerNode: boolean
  /** InPlacePodVerticalScalingInitContainers: init containers that are no sidecars may be resized. */
  readonly initContainerResize: boolean
  /** InPlacePodLevelResourcesVerticalScaling: what is stated for a pod as a whole may be resized. */
  readonly podLevelResize: boolean
  /** How it is refused where it is not: at once (1.34), or after what is wrong with the request. */
  readonly podLevelResizeRefusal: 'first' | 'after'
  /** pkg/kubelet/allocation: a resize that the whole node could not hold is Infeasible (until 1.35) or waits as Deferred. */
  readonly resizeBeyondNodeIsInfeasible: boolean
  /** pkg/kubelet/kuberuntime: the events of a start name the container (until 1.34). */
  readonly containerEventsNameIt: boolean
  /** NodeDeclaredFeatures: what kubelets declare; none where the scheduler and the server do not ask. */
  readonly declaredFeatures: readonly string[]
  /** RestartAllContainersOnContainerExits: a rule may start a pod anew, in its place. */
  readonly restartsAllContainers: boolean
  /** PodTopologyLabelsAdmission: pods get the zone and region labels of their node. */
  readonly podTopologyLabels: boolean
  /** ClearingNominatedNodeNameAfterBinding: a bound pod has no nominated node any more. */
  readonly bindingEndsNomination: boolean
  /** MutableSchedulingDirectivesForSuspendedJobs: a Job that is suspended loses its start time. */
  readonly suspensionEndsStart: boolean
  /** A Job whose new pods wait for their back-off says how many run. Until 1.35 it says 0, and where some are ready, the server refuses that. */
  readonly waitingJobCountsActive: boolean
  /** MutatingAdmissionPolicy: served and run without being asked for. */
  readonly mutatingAdmissionPolicies: boolean
  readonly defaultTerminationGraceSeconds: number
}

/** Of the gates that are on in 1.36 (`features.AllFeatures`); sorted. */
const DECLARED = ['ExtendWebSocketsToKubelet', 'InPlacePodLevelResourcesVerticalScaling', 'InPlacePodVerticalScalingInitContainers', 'RestartAllContainersOnContainerExits']

const COMMON = {
  nodeMonitorGraceMs: 50_000,
  nodeMonitorPeriodMs: 5_000,
  defaultTolerationSeconds: 300,
  nodeEvictionRatePerSecond: 0.1,
  nodeEvictionSecondaryRatePerSecond: 0.01,
  largeZoneNodes: 50,
  unhealthyZoneShare: 0.55,
  controllerClientQps: 20,
  controllerClientBurst: 30,
  podGcPeriodMs: 20_000,
  podGcQuarantineMs: 40_000,
  forcedDetachMs: 360_000,
  crashBackoffInitialMs: 10_000,
  crashBackoffMaxMs: 300_000,
  crashBackoffResetMs: 600_000,
  pullBackoffInitialMs: 10_000,
  pullBackoffMaxMs: 300_000,
  disruptedPodTimeoutMs: 120_000,
  schedulerBackoffInitialMs: 1_000,
  schedulerBackoffMaxMs: 10_000,
  schedulerFlushMs: 300_000,
  hpaSyncPeriodMs: 15_000,
  hpaDownscaleStabilisationMs: 300_000,
  hpaTolerance: 0.1,
  hpaCpuInitializationMs: 300_000,
  hpaInitialReadinessDelayMs: 30_000,
  defaultTerminationGraceSeconds: 30,
} as const

const PROFILES: readonly VersionProfile[] = [
  { name: '1.34', minor: 34, gitVersion: 'v1.34.4', ...COMMON, budgetRefusalsSayWhy: false, balancedAllocationRelative: false, tieBreak: 'seeded-uniform', containerRestartRules: false, restartCapPerNode: false, initContainerResize: false, podLevelResize: false, podLevelResizeRefusal: 'first', resizeBeyondNodeIsInfeasible: true, containerEventsNameIt: true, declaredFeatures: [], restartsAllContainers: false, podTopologyLabels: false, bindingEndsNomination: false, hpaConfigurableTolerance: false, suspensionEndsStart: false, waitingJobCountsActive: false, mutatingAdmissionPolicies: false },
  { name: '1.35', minor: 35, gitVersion: 'v1.35.4', ...COMMON, budgetRefusalsSayWhy: true, balancedAllocationRelative: false, tieBreak: 'seeded-uniform', containerRestartRules: true, restartCapPerNode: true, initContainerResize: false, podLevelResize: false, podLevelResizeRefusal: 'after', resizeBeyondNodeIsInfeasible: true, containerEventsNameIt: false, declaredFeatures: [], restartsAllContainers: false, podTopologyLabels: true, bindingEndsNomination: true, hpaConfigurableTolerance: true, suspensionEndsStart: false, waitingJobCountsActive: false, mutatingAdmissionPolicies: false },
  { name: '1.36', minor: 36, gitVersion: 'v1.36.3', ...COMMON, budgetRefusalsSayWhy: true, balancedAllocationRelative: true, tieBreak: 'seeded-uniform', containerRestartRules: true, restartCapPerNode: true, initContainerResize: true, podLevelResize: true, podLevelResizeRefusal: 'after', resizeBeyondNodeIsInfeasible: false, containerEventsNameIt: false, declaredFeatures: DECLARED, restartsAllContainers: true, podTopologyLabels: true, bindingEndsNomination: true, hpaConfigurableTolerance: true, suspensionEndsStart: true, waitingJobCountsActive: true, mutatingAdmissionPolicies: true },
]

/** The profile of this version; the nearest one where the version is older or newer than those we know. */
export function profileFor(version: Pick<ClusterVersion, 'minor'>): VersionProfile {
  const sorted = [...PROFILES].sort((left, right) => Math.abs(left.minor - version.minor) - Math.abs(right.minor - version.minor))
  return sorted[0] as VersionProfile
}

/** True when the version lies outside the profiles; a rehearsal says so. */
export function isVersionModelled(version: Pick<ClusterVersion, 'minor'>): boolean {
  return PROFILES.some((profile) => profile.minor === version.minor)
}
