/** What the server refuses of an object, field by field and in which words; and that it accepts the rest. */

import * as fc from 'fast-check'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { defaultObject } from '../../../src/twin/api/default-object.ts'
import type { FieldError } from '../../../src/twin/api/field-error.ts'
import { createResourceIndex } from '../../../src/twin/api/resource-index.ts'
import { newObjectErrors } from '../../../src/twin/api/validate-object.ts'
import { profileFor } from '../../../src/twin/profile.ts'
import { createStore } from '../../../src/twin/store.ts'
import { area } from '../area.ts'
import { brokenObject } from '../broken-objects.ts'

const RESOURCES = createResourceIndex(createStore(), profileFor({ minor: 36 }))

export const validation = area<{ readonly object: KubeObject }>({
  name: 'validation',
  questions: fc.record({ object: brokenObject }),
  count: 2_500,
  answer({ object }, minor) {
    const profile = profileFor({ minor })
    return sorted(newObjectErrors(RESOURCES.demand(object.apiVersion, object.kind), defaultObject(object, profile), profile))
  },
  agrees: (ours, upstream) => JSON.stringify(ours) === JSON.stringify(Array.isArray(upstream) ? sorted(upstream as FieldError[]) : upstream),
})

/** Maps of labels are walked in any order by Go. */
function sorted(errors: readonly FieldError[]): object[] {
  return errors.map(({ field, reason, message }) => ({ field, reason, message })).sort((left, right) => (`${left.field} ${left.message}` < `${right.field} ${right.message}` ? -1 : 1))
}
