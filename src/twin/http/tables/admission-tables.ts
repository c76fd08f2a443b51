/** Webhooks and admission policies: what decides over what is written. */

import type { MutatingWebhookConfiguration, ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding, ValidatingWebhookConfiguration } from 'kubernetes-types/admissionregistration/v1.d.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import { selectorText } from '../../api/scale.ts'
import { age, nameOf, table, type TableKind } from './table.ts'

type Policy = Omit<ValidatingAdmissionPolicy, 'spec'> & { readonly spec?: ValidatingAdmissionPolicy['spec'] & { readonly mutations?: readonly object[] } }

const webhooks = table<MutatingWebhookConfiguration | ValidatingWebhookConfiguration>('Name, Webhooks#, Age', (configuration, nowMs) => [nameOf(configuration), configuration.webhooks?.length ?? 0, age(configuration, nowMs)])

const bindings = table<ValidatingAdmissionPolicyBinding>('Name, PolicyName, ParamRef, Age', (binding, nowMs) => [nameOf(binding), binding.spec?.policyName ?? '', parametersOf(binding), age(binding, nowMs)])

export const ADMISSION_TABLES: Readonly<Record<string, TableKind>> = {
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': webhooks,
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': webhooks,
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy': table<Policy>('Name, Validations#, ParamKind, Age', (policy, nowMs) => policyCells(policy, policy.spec?.validations, nowMs)),
  'admissionregistration.k8s.io/MutatingAdmissionPolicy': table<Policy>('Name, Mutations#, ParamKind, Age', (policy, nowMs) => policyCells(policy, policy.spec?.mutations, nowMs)),
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding': bindings,
  'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding': bindings,
}

function policyCells(policy: KubeObject & Policy, rules: readonly object[] | undefined, nowMs: number): readonly (string | number)[] {
  const kind = policy.spec?.paramKind
  return [nameOf(policy), rules?.length ?? 0, kind === undefined ? '<unset>' : `${kind.apiVersion ?? ''}/${kind.kind ?? ''}`, age(policy, nowMs)]
}

/** What is chosen without a name may be of any namespace. */
function parametersOf({ spec }: ValidatingAdmissionPolicyBinding): string {
  const parameters = spec?.paramRef
  if (parameters === undefined) return '<unset>'
  const { name = '', namespace = '', selector } = parameters
  if (name !== '') return `${namespace === '' ? '*' : namespace}/${name}`
  return selector === undefined ? '<unset>' : selectorText(selector)
}
