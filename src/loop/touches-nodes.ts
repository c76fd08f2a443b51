/** Does it concern nodes as such? Then it matters who else looks after them. */

import type { Plan } from '../model/plan.ts'
import type { Doing } from '../model/what-if.ts'

export function planTouchesNodes({ steps }: Plan): boolean {
  return steps.some(({ action }) => action.verb !== 'wait' && action.target.kind === 'Node')
}

export function doingTouchesNodes(doing: Doing): boolean {
  if (doing.type === 'delete') return doing.things.some(({ kind }) => kind === 'Node')
  if (doing.type === 'apply') return doing.objects.some(({ kind }) => kind === 'Node')
  return doing.type === 'drain' || doing.type === 'cordon' || doing.type === 'lose'
}
