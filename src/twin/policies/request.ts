/** What an admission policy is asked about. */

import type { KubeObject } from '../../model/kube-object.ts'
import type { Requester } from '../api/api.ts'
import type { Resource } from '../api/resource.ts'

export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'
  readonly resource: Resource
  /** Empty for the object itself. */
  readonly subresource: string
  readonly requester: Requester
  readonly dryRun: boolean
  /** Absent for a deletion. */
  readonly object?: KubeObject
  /** Absent for a creation. */
  readonly oldObject?: KubeObject
}

/** Nobody shall be locked out by a policy that guards policies. */
export function isExempt({ group }: Resource): boolean {
  return group === 'admissionregistration.k8s.io'
}

export function identityOf({ object, oldObject, resource }: AdmissionRequest): { readonly name: string; readonly namespace: string } {
  const { name = '', namespace = '' } = (object ?? oldObject)?.metadata ?? {}
  // A namespace lies in itself.
  return { name, namespace: resource.group === '' && resource.kind === 'Namespace' ? name : namespace }
}
