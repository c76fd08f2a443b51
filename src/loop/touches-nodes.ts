/** Does it concern nodes as such? Then it matters who else looks after them. */

import type { Plan } from '../model/plan.ts'
import type { Doing } from '../model/what-if.ts'

export function planTouchesNodes({ steps }: Plan): boolean {
  return steps.some(({ action }) => action.verb !== 'wait' && action.target.kind === 'Node')
}

const NODE_DOINGS: ReadonlySet<Doing['type']> = new Set(['drain', 'cordon', 'uncordon', 'taint', 'lose', 'recover'])

export function doingTouchesNodes(doing: Doing): boolean {
  if (doing.type === 'delete' || doing.type === 'mark') return doing.things.some(({ kind }) => /^(nodes?|no)$/i.test(kind))
  if (doing.type === 'apply') return doing.objects.some(({ kind }) => kind === 'Node')
  return NODE_DOINGS.has(doing.type)
}
