/** What the status of a Job may not become (`validateJobStatus`). Of upstream's rules the one that its own controller has run into. */

import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { invalidField, type FieldError } from './field-error.ts'

interface Counts {
  readonly ready?: number
  readonly active?: number
}

/** More pods are said to be ready than there are. What was stored before the rule is left alone. */
export function jobStatusErrors(before: KubeObject, next: KubeObject): FieldError[] {
  const [was, is] = [countsOf(before), countsOf(next)]
  return is.ready <= is.active || jsonEqual(was, is) ? [] : [invalidField('status.ready', is.ready, 'cannot set more ready pods than active')]
}

function countsOf({ status }: KubeObject): Required<Counts> {
  const { ready = 0, active = 0 } = (status ?? {}) as Counts
  return { ready, active }
}
