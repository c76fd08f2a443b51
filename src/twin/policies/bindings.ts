/** Which bindings of policies a request falls under, with what each hands to its policy (`admission/plugin/policy/generic`). */

import type { KubeObject } from '../../model/kube-object.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import type { StoreReader } from '../store.ts'
import { matchesRequest } from './match.ts'
import { bindingSpec, policySpec, type BindingSpec, type PolicySpec } from './policy.ts'
import { identityOf, type AdmissionRequest } from './request.ts'

const GROUP = 'admissionregistration.k8s.io'

export interface Bound {
  readonly policy: KubeObject
  readonly binding: KubeObject
  /** One evaluation for each; `null` where the policy takes none. */
  readonly params: readonly (KubeObject | null)[]
  /** Why nothing can be handed over. */
  readonly problem?: string
}

export function boundBy(kind: 'ValidatingAdmissionPolicy' | 'MutatingAdmissionPolicy', request: AdmissionRequest, store: StoreReader): readonly Bound[] {
  return [...store.list(`${GROUP}/${kind}Binding`)].sort(byName).flatMap((binding) => {
    const spec = bindingSpec(binding)
    const policy = store.get({ apiVersion: `${GROUP}/v1`, kind, name: spec.policyName ?? '' })
    if (policy === undefined || !matchesRequest(policySpec(policy).matchConstraints, request, { store })) return []
    if (!matchesRequest(spec.matchResources, request, { store, isOptional: true })) return []
    return [{ policy, binding, ...paramsOf({ policy: policySpec(policy), binding: spec }, request, store) }]
  })
}

const NONE_FOUND = 'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction'
const NO_NAMESPACE = 'failed to configure binding: cannot use namespaced paramRef in policy binding that matches cluster-scoped resources'

function paramsOf({ policy, binding }: { readonly policy: PolicySpec; readonly binding: BindingSpec }, request: AdmissionRequest, store: StoreReader): Pick<Bound, 'params' | 'problem'> {
  const { paramKind } = policy
  const { paramRef } = binding
  if (paramKind === undefined || paramRef === undefined) return { params: [null] }
  const namespace = paramRef.namespace ?? identityOf(request).namespace
  const group = paramKind.apiVersion.includes('/') ? paramKind.apiVersion.split('/')[0] : ''
  const all = [...store.list(`${group}/${paramKind.kind}`)]
  if (namespace === '' && all.some(({ metadata }) => metadata.namespace !== undefined)) return { params: [], problem: NO_NAMESPACE }
  const found = all.filter(({ metadata }) => {
    if (metadata.namespace !== undefined && metadata.namespace !== namespace) return false
    return paramRef.name === undefined ? matchesSelector(paramRef.selector, metadata.labels ?? {}) : metadata.name === paramRef.name
  })
  return found.length === 0 && paramRef.parameterNotFoundAction === 'Deny' ? { params: [], problem: NONE_FOUND } : { params: found }
}

function byName(left: KubeObject, right: KubeObject): number {
  return (left.metadata.name ?? '') < (right.metadata.name ?? '') ? -1 : 1
}
