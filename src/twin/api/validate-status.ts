/** What the status of a kind may not become when it is written by itself. Most statuses are their controllers' business, and upstream looks at few. */

import { groupKind, type KubeObject } from '../../model/kube-object.ts'
import { claimStatusErrors } from '../devices/validate-claim-status.ts'
import { invalidObject, type FieldError } from './field-error.ts'
import { conditionErrors } from './validate-flow.ts'
import { jobStatusErrors } from './validate-job-status.ts'
import { answerErrors } from './validate-signing-request.ts'

/** Parts of a status have paths of their own. */
export type StatusPart = 'status' | 'approval'

type Check = (before: KubeObject, next: KubeObject, part: StatusPart) => readonly FieldError[]

const CHECKS: Readonly<Record<string, Check>> = {
  'batch/Job': jobStatusErrors,
  'certificates.k8s.io/CertificateSigningRequest': answerErrors,
  'resource.k8s.io/ResourceClaim': claimStatusErrors,
  'flowcontrol.apiserver.k8s.io/FlowSchema': (_before, next) => conditionErrors(next),
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration': (_before, next) => conditionErrors(next),
}

/** Throws 422 with everything that is wrong with the new status; `rights`: what its writer may not write of it. */
export function validateStatus(before: KubeObject, next: KubeObject, { part, rights }: { readonly part: StatusPart; readonly rights: readonly FieldError[] }): void {
  const own = CHECKS[groupKind(next.apiVersion, next.kind)]?.(before, next, part) ?? []
  const errors = [...rights, ...own]
  if (errors.length > 0) throw invalidObject(next, next.metadata.name ?? '', errors)
}
