/**
 * Keeps the rules of aggregated ClusterRoles equal to those of the roles that their selectors match, in order of the name
 * (`pkg/controller/clusterroleaggregation`).
 */

import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import { controllerlessState } from '../api/stateless.ts'
import type { Controller } from '../controller.ts'
import type { StoreReader } from '../store.ts'

const KIND = 'rbac.authorization.k8s.io/ClusterRole'

type AggregatedRole = KubeObject & { readonly rules?: readonly object[]; readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly LabelSelector[] } }

export const clusterRoleAggregation: Controller = {
  name: 'clusterrole-aggregation-controller',
  watches: [KIND],
  latencyMs: 5,
  createState: controllerlessState,
  keysFor: (_change, store) => [...aggregated(store)].map((role) => role.metadata.name ?? ''),
  sync(name, { store, api }) {
    const role = store.get({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name }) as AggregatedRole | undefined
    if (role?.aggregationRule === undefined) return
    const rules = gathered(store, role)
    if (!jsonEqual(rules, role.rules ?? [])) api.update({ ...role, rules } as unknown as KubeObject)
  },
}

function* aggregated(store: StoreReader): Generator<AggregatedRole> {
  for (const role of store.list(KIND) as Iterable<AggregatedRole>) if (role.aggregationRule !== undefined) yield role
}

/** Each rule once; a role does not gather itself. */
function gathered(store: StoreReader, role: AggregatedRole): readonly object[] {
  const selectors = role.aggregationRule?.clusterRoleSelectors ?? []
  const sources = [...(store.list(KIND) as Iterable<AggregatedRole>)]
    .filter((source) => source.metadata.name !== role.metadata.name && selectors.some((selector) => matchesSelector(selector, source.metadata.labels ?? {})))
    .sort((left, right) => ((left.metadata.name ?? '') < (right.metadata.name ?? '') ? -1 : 1))
  const rules: object[] = []
  for (const rule of sources.flatMap((source) => source.rules ?? [])) if (!rules.some((known) => jsonEqual(known, rule))) rules.push(rule)
  return rules
}
