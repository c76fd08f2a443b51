/**
 * Validating admission policies: the last word before something is written, in CEL (`admission/plugin/policy/validating`). What an
 * expression needs that we do not evaluate is said as a warning at the door, and in a rehearsal by what is not modelled.
 */

import type { KubeObject } from '../../model/kube-object.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import type { ApiEnvironment } from '../api/environment.ts'
import { forbidden, statusError } from '../api/status-error.ts'
import type { StoreReader } from '../store.ts'
import { evaluatePolicy, type Finding } from './evaluate.ts'
import { matchesRequest } from './match.ts'
import { BINDING_KIND, bindingSpec, policySpec, type BindingSpec, type PolicySpec } from './policy.ts'
import { identityOf, type AdmissionRequest } from './request.ts'

/** Nobody shall be locked out by a policy that guards policies. */
const EXEMPT_GROUP = 'admissionregistration.k8s.io'

export function admitByPolicies({ store, requester }: Pick<ApiEnvironment, 'store' | 'requester'>, asked: Omit<AdmissionRequest, 'requester'>): void {
  if (asked.resource.group === EXEMPT_GROUP) return
  const request: AdmissionRequest = { ...asked, requester }
  for (const binding of [...store.list(BINDING_KIND)].sort(byName)) {
    for (const finding of findingsUnder(binding, request, store)) act(finding, { binding, request })
  }
}

function findingsUnder(binding: KubeObject, request: AdmissionRequest, store: StoreReader): readonly Finding[] {
  const spec = bindingSpec(binding)
  const policy = store.get({ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy', name: spec.policyName ?? '' })
  if (policy === undefined || !matchesRequest(policySpec(policy).matchConstraints, request, { store })) return []
  if (!matchesRequest(spec.matchResources, request, { store, isOptional: true })) return []
  const params = paramsOf({ policy: policySpec(policy), binding: spec }, request, store)
  if (params !== undefined) return params.flatMap((one) => evaluatePolicy({ policy, request, params: one, store }))
  const message = 'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction'
  return policySpec(policy).failurePolicy === 'Ignore' ? [] : [{ type: 'denied', message, reason: 'Invalid' }]
}

function act(finding: Finding, { binding, request }: { readonly binding: KubeObject; readonly request: AdmissionRequest }): void {
  const { policyName, validationActions = [] } = bindingSpec(binding)
  const { warn } = request.requester
  if (finding.type === 'not-modelled') return warn?.(`ValidatingAdmissionPolicy '${policyName}' is not evaluated here: ${finding.message}`)
  if (validationActions.includes('Warn')) warn?.(`Validation failed for ValidatingAdmissionPolicy '${policyName}' with binding '${binding.metadata.name}': ${finding.message}`)
  if (!validationActions.includes('Deny')) return
  const message = `ValidatingAdmissionPolicy '${policyName}' with binding '${binding.metadata.name}' denied request: ${finding.message}`
  const { kubeStatus } = forbidden(request.resource, identityOf(request).name, message)
  throw statusError(finding.reason, kubeStatus.message, { ...kubeStatus.details, causes: [{ message }] })
}

/** The objects that the binding hands to the policy, `null` where it takes none; undefined where there should be one and is not. */
function paramsOf({ policy, binding }: { readonly policy: PolicySpec; readonly binding: BindingSpec }, request: AdmissionRequest, store: StoreReader): readonly (KubeObject | null)[] | undefined {
  const { paramKind } = policy
  const { paramRef } = binding
  if (paramKind === undefined || paramRef === undefined) return [null]
  const namespace = paramRef.namespace ?? identityOf(request).namespace
  const group = paramKind.apiVersion.includes('/') ? paramKind.apiVersion.split('/')[0] : ''
  const found = [...store.list(`${group}/${paramKind.kind}`)].filter(({ metadata }) => {
    if (metadata.namespace !== undefined && metadata.namespace !== namespace) return false
    return paramRef.name === undefined ? matchesSelector(paramRef.selector, metadata.labels ?? {}) : metadata.name === paramRef.name
  })
  if (found.length > 0) return found
  return paramRef.parameterNotFoundAction === 'Deny' ? undefined : []
}

function byName(left: KubeObject, right: KubeObject): number {
  return (left.metadata.name ?? '') < (right.metadata.name ?? '') ? -1 : 1
}
