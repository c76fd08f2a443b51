/**
 * Nodes that join, are cordoned, labelled, tainted, deleted and lost under workloads that live there; zones are the play's own, since a controller remembers how ill a zone was. So that it is not chance which
 * pods a node has, a workload has one pod on each node (daemons, and sets that keep apart and want more than there are nodes), or
 * all of them on the nodes that a label chooses.
 */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { JsonValue } from '../../../src/kernel/json.ts'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { nodeNamed } from '../fleet.ts'
import type { Script, Step } from '../script.ts'
import { APP, evicted, gone, removed, rolled, sized, targetOf } from './acts.ts'
import { budget, imagePatch, service, template, workload } from './workload-objects.ts'

const HOSTNAME = 'kubernetes.io/hostname'
const created = (object: KubeObject): Step => ({ do: 'create', object })

const ROLE = { nodeSelector: { role: 'x' } }
const TOLERANT = { tolerations: [{ key: 'dedicated', operator: 'Exists' }] }
const APART = { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: HOSTNAME, labelSelector: { matchLabels: { app: APP } } }] } } }
const NOT_HERE = { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'role', operator: 'NotIn', values: ['y'] }] }] } } } }

/** More than there are ever nodes. */
const many = fc.integer({ min: 5, max: 6 })
const lenient = fc.constantFrom<object>({}, {}, {}, TOLERANT)
const updates = fc.constantFrom<object>({}, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } } }, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }, { updateStrategy: { type: 'OnDelete' } })

interface Inhabitant {
  readonly object: KubeObject
  /** What nodes may be labelled with: no second node is chosen by a selector, since it would be chance to which of them a pod goes. */
  readonly roles: readonly string[]
}

const anywhere = (object: KubeObject): Inhabitant => ({ object, roles: ['x', 'y'] })
const daemons = fc.tuple(updates, lenient, fc.constantFrom<object>({}, {}, ROLE, NOT_HERE)).map(([spec, tolerations, where]) => workload('DaemonSet', APP, spec, template(APP, 'good:1', { ...tolerations, ...where }))).map(anywhere)
const apart = fc.tuple(many, lenient, fc.constantFrom('Deployment' as const, 'ReplicaSet' as const)).map(([replicas, tolerations, kind]) => workload(kind, APP, { replicas }, template(APP, 'good:1', { ...tolerations, ...APART }))).map(anywhere)
const chosen = fc.tuple(fc.integer({ min: 1, max: 3 }), lenient, fc.constantFrom('Deployment' as const, 'StatefulSet' as const, 'ReplicaSet' as const)).map(([replicas, tolerations, kind]) => workload(kind, APP, { replicas }, template(APP, 'good:1', { ...tolerations, ...ROLE }))).map((object): Inhabitant => ({ object, roles: ['y'] }))

const labels = (roles: readonly (string | null)[]): Arbitrary<JsonValue> => fc.constantFrom(...roles).map((role) => ({ metadata: { labels: { role } } }))
const taints = fc.constantFrom<JsonValue>(
  null,
  [{ key: 'dedicated', value: 'a', effect: 'NoSchedule' }],
  [{ key: 'dedicated', value: 'a', effect: 'NoExecute' }],
  [{ key: 'dedicated', value: 'b', effect: 'NoExecute' }],
  [{ key: 'dedicated', effect: 'PreferNoSchedule' }],
  [{ key: 'dedicated', $patch: 'delete' }],
)

const settled = ['a', 'b'] as const
const node = fc.constantFrom(...settled)
const altered = (roles: readonly string[]): Arbitrary<Step> => fc.oneof(labels([...roles, null]), taints.map((next): JsonValue => ({ spec: { taints: next } }))).chain((body) => node.map((name): Step => ({ do: 'alter-node', node: name, body })))
const cordoned = fc.tuple(fc.constantFrom('cordon' as const, 'uncordon' as const), node).map(([act, name]): Step => ({ do: act, node: name }))
const joined = (roles: readonly string[]): Arbitrary<Step> => fc.constantFrom(...roles).map((role): Step => ({ do: 'create', object: withRole(nodeNamed('@d', { zone: '@z4' }), role) }))
const deleted = node.map((name): Step => ({ do: 'remove', target: { apiVersion: 'v1', kind: 'Node', name: `@${name}` } }))
const silent = node.map((name): Step => ({ do: 'fault', node: name, fault: { type: 'silent' } }))

function withRole(object: KubeObject, role: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, role } } }
}

const NODES = [withRole(nodeNamed('@a', { zone: '@z1' }), 'x'), nodeNamed('@b', { zone: '@z2' }), withRole(nodeNamed('@c', { zone: '@z3' }), 'y')]
const bystanders = fc.constantFrom<readonly KubeObject[]>([], [], [service(APP)], [budget('budget', APP, { maxUnavailable: 1 })])

/** A lost node takes minutes that no flag shortens: it is the last thing that happens, and seldom. */
const lost = fc.oneof({ weight: 12, arbitrary: fc.constant<readonly Step[]>([]) }, { weight: 2, arbitrary: deleted.map((step) => [step]) }, { weight: 1, arbitrary: silent.map((step) => [step]) })

const living: Arbitrary<Script> = fc.tuple(fc.oneof({ weight: 3, arbitrary: daemons }, { weight: 2, arbitrary: apart }, { weight: 2, arbitrary: chosen }), bystanders).chain(([{ object, roles }, before]) => {
  const { kind } = object
  // Of which of like nodes a pod is replaced first is chance: where the new ones do not work that is all that happens.
  const isApart = kind !== 'DaemonSet' && roles.includes('x')
  const roll = kind === 'DaemonSet' ? fc.constant<Step>({ do: 'patch', target: targetOf(kind), patch: imagePatch('good:2') }) : rolled(kind)
  const steps = fc.array(
    fc.oneof({ weight: 5, arbitrary: altered(roles) }, { weight: 2, arbitrary: cordoned }, { weight: 1, arbitrary: joined(roles) }, { weight: 1, arbitrary: evicted }, { weight: 1, arbitrary: removed }, { weight: kind === 'ReplicaSet' || isApart ? 0 : 1, arbitrary: roll }, { weight: 1, arbitrary: gone(kind) }),
    { minLength: 1, maxLength: 4 },
  )
  return fc.tuple(steps, lost).map(([drawn, end]) => ({ name: `${kind} on nodes`, nodes: NODES, steps: [...[...before, object].map(created), ...drawn, ...end] }))
})

const RANKS = ['low', 'mid', 'high'] as const
const rankOf = (name: string, value: number, policy: string): KubeObject => ({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: `@${name}` }, ...({ value, preemptionPolicy: policy } as object) })
const ranked = (rank: string, cpu: string): object => template(rank, 'good:1', { priorityClassName: `@${rank}`, containers: [{ name: 'main', image: 'good:1', resources: { requests: { cpu } } }] })

/** One workload a rank on a node that is too small for all. No room is given while several wait: who comes first then depends on how long each has waited. No budget: whether it knows of a victim when the next is chosen is a race (the placement family preempts under budgets, pod by pod). */
const crowded: Arbitrary<Script> = fc
  .record({
    order: fc.shuffledSubarray([...RANKS], { minLength: 2 }),
    sizes: fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom('500m', '1', '2')), { minLength: 3, maxLength: 3 }),
    policy: fc.constantFrom('PreemptLowerPriority', 'PreemptLowerPriority', 'Never'),
    isDeployment: fc.boolean(),
    grows: fc.boolean(),
  })
  .map(({ order, sizes, policy, isDeployment, grows }) => {
    const kind = isDeployment ? 'Deployment' : 'ReplicaSet'
    const highest = [...order].sort((left, right) => RANKS.indexOf(left) - RANKS.indexOf(right)).at(-1) ?? 'high'
    const made = order.map((rank, index) => workload(kind, rank, { replicas: sizes[index]?.[0] ?? 1 }, ranked(rank, sizes[index]?.[1] ?? '1')))
    const grown = { ...sized(kind, 4), target: targetOf(kind, highest) } as Step
    const classes = [rankOf('low', 1, 'PreemptLowerPriority'), rankOf('mid', 10, 'PreemptLowerPriority'), rankOf('high', 100, policy)]
    return { name: 'ranks on a small node', nodes: [nodeNamed('@a', { zone: '@z1', cpu: '4' })], steps: [...classes.map(created), ...made.map(created), ...(grows ? [grown] : [])] }
  })

export const nodeScripts: Arbitrary<Script> = fc.oneof({ weight: 3, arbitrary: living }, { weight: 1, arbitrary: crowded })
