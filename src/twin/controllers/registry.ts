/**
 * All controllers that run in a twin, in the order in which they hear of a change. Adding one is one line.
 */

import type { Controller } from '../controller.ts'
import { createKubelet } from '../kubelet/kubelet.ts'
import { KUBELET_NAME } from '../kubelet/liveness.ts'
import type { KubeletState } from '../kubelet/state.ts'
import { scheduler } from '../scheduler/scheduler.ts'
import { clusterRoleAggregation } from './cluster-role-aggregation.ts'
import { createAutoscaler } from './autoscaler.ts'
import { loadMetrics } from './autoscaler/load-metrics.ts'
import { cronJob } from './cron-job.ts'
import { daemonSet } from './daemon-set.ts'
import { deployment } from './deployment.ts'
import { disruption } from './disruption.ts'
import { endpointSlice } from './endpoint-slice.ts'
import { ephemeralVolume } from './ephemeral-volume.ts'
import { flowControl } from './flow-control.ts'
import { garbageCollector } from './garbage-collector.ts'
import { job } from './job.ts'
import { namespace } from './namespace.ts'
import { namespaceContent } from './namespace-content.ts'
import { nodeLifecycle } from './node-lifecycle.ts'
import { nodePool } from './node-pool.ts'
import { podGc } from './pod-gc.ts'
import { readinessGates } from './readiness-gates.ts'
import { replicaSet, replicationController } from './replica-set.ts'
import { statefulSet } from './stateful-set.ts'
import { taintEviction } from './taint-eviction.ts'
import { attachDetach } from './volume/attach-detach.ts'
import { claimBinding } from './volume/claim-binding.ts'
import { volumeProtection } from './volume/protection.ts'

/** Measures what the world of this twin says that its workloads bear. */
const autoscaler = createAutoscaler((context) => loadMetrics(context.stateOf<KubeletState>(KUBELET_NAME).world))

export function defaultControllers(): readonly Controller[] {
  const controllers: readonly unknown[] = [
    scheduler,
    createKubelet(),
    deployment,
    replicaSet,
    replicationController,
    statefulSet,
    daemonSet,
    job,
    cronJob,
    autoscaler,
    claimBinding,
    attachDetach,
    volumeProtection,
    ephemeralVolume,
    endpointSlice,
    garbageCollector,
    clusterRoleAggregation,
    flowControl,
    namespace,
    namespaceContent,
    disruption,
    nodeLifecycle,
    taintEviction,
    podGc,
    nodePool,
    readinessGates,
  ]
  // A controller's own state type is known to itself only: the simulation hands each back the state it made.
  return controllers as readonly Controller[]
}
