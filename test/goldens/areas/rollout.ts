/** The arithmetic of a Deployment's roll-out. */

import * as fc from 'fast-check'
import { fenceposts, maxSurge, maxUnavailable, newSetReplicas, type DeploymentObject } from '../../../src/twin/controllers/deployment/replica-sets.ts'
import { proportion } from '../../../src/twin/controllers/deployment/proportional.ts'
import type { ReplicaSetObject } from '../../../src/twin/controllers/replica-set.ts'
import { area } from '../area.ts'

const bound = fc.oneof(fc.nat(12), fc.nat(130).map((percent) => `${percent}%`))
const deployments = fc
  .record({ replicas: fc.nat(40), maxSurge: bound, maxUnavailable: bound, type: fc.constantFrom('RollingUpdate', 'RollingUpdate', 'RollingUpdate', 'Recreate') })
  .map(({ replicas, type, ...rollingUpdate }): DeploymentObject => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas, strategy: { type, rollingUpdate } }, status: { replicas } }) as unknown as DeploymentObject)

const sets = fc.record({ replicas: fc.nat(40), maxReplicas: fc.option(fc.nat(60), { nil: undefined }) }).map(
  ({ replicas, maxReplicas }): ReplicaSetObject =>
    ({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'web-1', annotations: maxReplicas === undefined ? {} : { 'deployment.kubernetes.io/max-replicas': String(maxReplicas) } },
      spec: { replicas },
      status: { replicas },
    }) as unknown as ReplicaSetObject,
)

interface Rollout {
  readonly deployment: DeploymentObject
  readonly sets: readonly ReplicaSetObject[]
  readonly toAdd?: number
  readonly added?: number
}

export const fencepostsArea = area<DeploymentObject>({
  name: 'fenceposts',
  questions: deployments,
  count: 400,
  answer: (deployment) => ({ ...fenceposts(deployment), maxSurge: maxSurge(deployment), maxUnavailable: maxUnavailable(deployment) }),
})

export const newReplicas = area<Rollout>({
  name: 'new-replicas',
  questions: fc.record({ deployment: deployments, sets: fc.array(sets, { minLength: 1, maxLength: 4 }) }),
  count: 500,
  answer: ({ deployment, sets: all }) => newSetReplicas(deployment, all, all[0]?.spec?.replicas ?? 0),
})

export const proportionArea = area<Rollout>({
  name: 'proportion',
  questions: fc.record({ deployment: deployments, sets: fc.tuple(sets), toAdd: fc.integer({ min: -20, max: 20 }), added: fc.integer({ min: -10, max: 10 }) }),
  count: 500,
  answer: ({ deployment, sets: [set], toAdd = 0, added = 0 }) => proportion(deployment, set as ReplicaSetObject, toAdd, added),
})
