/** Nodes that plays share when they bring none: enough for everything at once, in three zones. */

import type { KubeObject } from '../../src/model/kube-object.ts'

const ZONE = 'topology.kubernetes.io/zone'
const HOSTNAME = 'kubernetes.io/hostname'

export interface NodeShape {
  readonly zone: string
  readonly cpu?: string
  readonly pods?: string
  readonly taints?: readonly object[]
}

export function nodeNamed(name: string, { zone, cpu = '64', pods = '500', taints }: NodeShape): KubeObject {
  const capacity = { cpu, memory: '256Gi', pods, 'ephemeral-storage': '1Ti' }
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { [HOSTNAME]: name, [ZONE]: zone } }, spec: taints === undefined ? {} : { taints }, status: { capacity, allocatable: capacity } }
}

export const FLEET: readonly KubeObject[] = ['z1', 'z2', 'z3'].flatMap((zone) => [1, 2].map((number) => nodeNamed(`fleet-${zone}-${number}`, { zone })))
