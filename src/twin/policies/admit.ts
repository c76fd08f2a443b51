/**
 * Validating admission policies: the last word before something is written, in CEL (`admission/plugin/policy/validating`). What an
 * expression needs that we do not evaluate is said as a warning at the door, and in a rehearsal by what is not modelled.
 */

import type { ApiEnvironment } from '../api/environment.ts'
import { forbidden, statusError } from '../api/status-error.ts'
import { boundBy, type Bound } from './bindings.ts'
import { evaluatePolicy, type Finding } from './evaluate.ts'
import { bindingSpec, policySpec } from './policy.ts'
import { identityOf, isExempt, type AdmissionRequest } from './request.ts'

interface Denial {
  readonly message: string
  readonly reason: string
}

/** Every policy is asked, so that each may warn; the first that denies is named. */
export function admitByPolicies({ store, requester }: Pick<ApiEnvironment, 'store' | 'requester'>, asked: Omit<AdmissionRequest, 'requester'>): void {
  if (isExempt(asked.resource)) return
  const request: AdmissionRequest = { ...asked, requester }
  const denials = boundBy('ValidatingAdmissionPolicy', request, store).flatMap((bound) => findingsUnder(bound, request, store).flatMap((finding) => actedOn(finding, bound, request)))
  const [first] = denials
  if (first === undefined) return
  const { kubeStatus } = forbidden(request.resource, identityOf(request).name, first.message)
  throw statusError(first.reason, kubeStatus.message, { ...kubeStatus.details, causes: [{ message: first.message }] })
}

function findingsUnder({ policy, params, problem }: Bound, request: AdmissionRequest, store: ApiEnvironment['store']): readonly Finding[] {
  if (problem === undefined) return params.flatMap((one) => evaluatePolicy({ policy, request, params: one, store }))
  return policySpec(policy).failurePolicy === 'Ignore' ? [] : [{ type: 'refused', message: problem }]
}

function actedOn(finding: Finding, { binding }: Bound, { requester: { warn } }: AdmissionRequest): readonly Denial[] {
  const { policyName, validationActions = [] } = bindingSpec(binding)
  const [named, message] = [`ValidatingAdmissionPolicy '${policyName}' with binding '${binding.metadata.name}'`, finding.message]
  if (finding.type === 'not-modelled') warn?.(`ValidatingAdmissionPolicy '${policyName}' is not evaluated here: ${message}`)
  if (finding.type === 'denied' && validationActions.includes('Warn')) warn?.(`Validation failed for ${named}: ${message}`)
  const isDenied = finding.type === 'refused' || (finding.type === 'denied' && validationActions.includes('Deny'))
  return isDenied ? [{ message: `${named} denied request: ${message}`, reason: finding.type === 'denied' ? finding.reason : 'Invalid' }] : []
}
