/** Which requests an action of ours may make. Anything else that happens in its time is somebody else's. */

import type { Action, Target } from '../../model/plan.ts'
import { pluralOf } from '../../model/kube/plural.ts'
import type { ClusterAct } from './cluster-act.ts'

export function mayTouch(action: Action, act: ClusterAct): boolean {
  switch (action.verb) {
    case 'cordon':
    case 'uncordon':
      return patches(act, action.target)
    case 'drain':
      return patches(act, action.target) || isEviction(act)
    case 'evict':
      return isEviction(act) && act.namespace === (action.target.namespace ?? '') && (action.target.kind !== 'Pod' || act.name === action.target.name)
    case 'delete-pod':
    case 'delete-node':
      return act.verb === 'delete' && isAbout(act, action.target)
    case 'scale':
    case 'roll-back':
    case 'restart':
    case 'patch':
      return patches(act, action.target)
    case 'wait':
      return false
  }
}

/** What takes an action back changes the same object; what was deleted or evicted is not taken back. */
export function mayUndo(action: Action, act: ClusterAct): boolean {
  return 'target' in action && patches(act, action.target)
}

function patches(act: ClusterAct, target: Target): boolean {
  return act.verb === 'patch' && (act.subresource === '' || act.subresource === 'scale') && isAbout(act, target)
}

function isEviction(act: ClusterAct): boolean {
  return act.verb === 'create' && act.group === '' && act.resource === 'pods' && act.subresource === 'eviction'
}

function isAbout(act: ClusterAct, { apiVersion, kind, namespace = '', name }: Target): boolean {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
  return act.group === group && act.resource === pluralOf(kind) && act.namespace === namespace && act.name === name
}
