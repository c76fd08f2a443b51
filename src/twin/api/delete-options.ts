/** DeleteOptions as clients send them (`apimachinery/pkg/apis/meta/v1/validation`), and what a deletion takes of them. */

import type { RemoveOptions } from '../../ports/cluster.ts'
import { invalidField, invalidObject, unsupportedField, type FieldError } from './field-error.ts'

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number
  readonly propagationPolicy?: string
  readonly orphanDependents?: boolean
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
  readonly dryRun?: readonly string[]
}

const POLICIES = ['Foreground', 'Background', 'Orphan'] as const

/** Throws 422 for options that no server takes. */
export function readDeleteOptions(given: DeleteOptions): RemoveOptions {
  refuseOptions(given)
  const { gracePeriodSeconds, preconditions: { uid, resourceVersion } = {} } = given
  const propagation = (given.propagationPolicy as RemoveOptions['propagation']) ?? orphaning(given.orphanDependents)
  return {
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(propagation === undefined ? {} : { propagation }),
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    ...(isDryRun(given.dryRun) ? { dryRun: true } : {}),
  }
}

/** Whatever is asked for there: what is no way of running dry is refused, and nothing is written before that. */
export function isDryRun(dryRun: readonly string[] = []): boolean {
  return dryRun.length > 0
}

/** As it was said before there were policies. */
function orphaning(orphanDependents: boolean | undefined): RemoveOptions['propagation'] {
  if (orphanDependents === undefined) return undefined
  return orphanDependents ? 'Orphan' : 'Background'
}

function refuseOptions({ propagationPolicy: policy, orphanDependents, dryRun = [] }: DeleteOptions): void {
  const errors: FieldError[] = []
  if (policy !== undefined && orphanDependents !== undefined) errors.push(invalidField('propagationPolicy', policy, 'orphanDependents and deletionPropagation cannot be both set'))
  if (policy !== undefined && !POLICIES.some((known) => known === policy)) errors.push(unsupportedField('propagationPolicy', policy, [...POLICIES, 'nil']))
  if (dryRun.some((value) => value !== 'All')) errors.push(unsupportedField('dryRun', dryRun, ['All']))
  if (errors.length > 0) throw invalidObject({ apiVersion: 'meta.k8s.io/v1', kind: 'DeleteOptions' }, '', errors)
}
