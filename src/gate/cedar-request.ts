/**
 * One step as one Cedar request: who, what, on what, and everything a policy may ask about it.
 *
 * The entities are the resource with every ancestor up to the cluster and the principal with its role: three to six.
 * Never the inventory; a thousand entities cost 20 ms a decision.
 */

import type { Manager } from '../model/kube/management.ts'
import type { AutonomyLevel } from '../model/playbook.ts'
import type { BlastRadius } from './blast-radius.ts'

export interface EntityUid {
  readonly type: string
  readonly id: string
}

export interface Entity {
  readonly uid: EntityUid
  readonly attrs: Readonly<Record<string, string | boolean>>
  readonly parents: readonly EntityUid[]
}

export interface ApprovalFacts {
  readonly count: number
  readonly teams: number
  readonly requesterIncluded: boolean
}

/** Whole percent, rounded down; 0 where it is not known. */
export interface ErrorBudgetFacts {
  readonly tracked: boolean
  readonly known: boolean
  readonly leftPct: number
}

export interface PlaybookFacts {
  readonly level: AutonomyLevel
  readonly recentFailures: number
}

export interface TargetFacts {
  readonly environment: string
  readonly production: boolean
  readonly tier: string
  readonly dataClass: string
  readonly managedBy: 'none' | Manager['type']
  readonly gitOps: boolean
}

export interface ChangeContext {
  readonly planHash: string
  readonly rehearsal: { readonly passed: boolean; readonly planHash: string; readonly ageSec: number; readonly confidencePct: number }
  readonly approvals: ApprovalFacts
  readonly blast: BlastRadius
  readonly errorBudget: ErrorBudgetFacts
  readonly playbook: PlaybookFacts
  readonly target: TargetFacts
  readonly preconditions: readonly string[]
  /** What of the step comes from text that anybody may have written (`target-taint.ts`). */
  readonly taint: readonly string[]
  readonly dataLoss: boolean
  readonly reversible: boolean
  readonly assumedValues: boolean
  readonly freeze: boolean
  readonly breakGlass: boolean
  readonly killSwitch: boolean
  /** 0 to 23, in the site's time zone. */
  readonly localHour: number
  /** 1 is Monday, 7 is Sunday. */
  readonly weekday: number
  readonly businessHours: boolean
  readonly holiday: boolean
}

export interface CedarRequest {
  readonly principal: EntityUid
  readonly action: EntityUid
  readonly resource: EntityUid
  readonly context: ChangeContext
  readonly entities: readonly Entity[]
}

export interface ResourceFacts {
  readonly type: 'Workload' | 'Object' | 'Namespace' | 'Node' | 'ClusterObject' | 'Cluster'
  readonly kind: string
  readonly name: string
  readonly namespace?: string
  readonly stateful?: boolean
  readonly controlPlane?: boolean
}

export interface RequestFacts {
  readonly agent: { readonly id: string; readonly role: string }
  readonly action: string
  readonly resource: ResourceFacts
  readonly cluster: { readonly id: string; readonly environment: string }
  /** Exact names; every other name is ordinary. */
  readonly systemNamespaces: readonly string[]
  readonly context: ChangeContext
}

export function cedarRequest(facts: RequestFacts): CedarRequest {
  const { agent, cluster, resource } = facts
  const clusterUid = uid('Cluster', cluster.id)
  const principal: Entity = { uid: uid('Agent', agent.id), attrs: {}, parents: [uid('Role', agent.role)] }
  const clusterEntity: Entity = { uid: clusterUid, attrs: { environment: cluster.environment }, parents: [] }
  const entities = resource.type === 'Cluster' ? [] : resourceEntities(facts, clusterUid)
  return {
    principal: principal.uid,
    action: uid('Action', facts.action),
    resource: entities[0]?.uid ?? clusterUid,
    context: facts.context,
    entities: [principal, clusterEntity, ...entities],
  }
}

/** The resource first, then its ancestors. */
function resourceEntities(facts: RequestFacts, cluster: EntityUid): Entity[] {
  const { resource } = facts
  const attrs = { kind: resource.kind }
  const own = uid(resource.type, [cluster.id, resource.kind, resource.namespace ?? '', resource.name].join('/'))
  if (resource.type === 'Node') return [{ uid: own, attrs: { ...attrs, controlPlane: resource.controlPlane ?? false }, parents: [cluster] }]
  if (resource.type === 'ClusterObject') return [{ uid: own, attrs, parents: [cluster] }]
  const ancestors = namespaceEntities(resource.type === 'Namespace' ? resource.name : (resource.namespace ?? ''), facts.systemNamespaces, cluster)
  if (resource.type === 'Namespace') return ancestors
  const parents = ancestors.slice(0, 1).map((entity) => entity.uid)
  return [{ uid: own, attrs: resource.type === 'Workload' ? { ...attrs, stateful: resource.stateful ?? false } : attrs, parents }, ...ancestors]
}

function namespaceEntities(name: string, systemNamespaces: readonly string[], cluster: EntityUid): Entity[] {
  const nameUid = uid('NamespaceName', name)
  const group = uid('NamespaceGroup', systemNamespaces.includes(name) ? 'system' : 'ordinary')
  return [
    { uid: uid('Namespace', `${cluster.id}/${name}`), attrs: { kind: 'Namespace' }, parents: [cluster, nameUid] },
    { uid: nameUid, attrs: {}, parents: [group] },
  ]
}

function uid(type: string, id: string): EntityUid {
  return { type: `Boyd::${type}`, id }
}
