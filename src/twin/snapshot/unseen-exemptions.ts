/**
 * Pod security is played by the labels of namespaces. Whom the API server's own settings exempt from it (users, namespaces,
 * runtime classes) is in no object: none is taken to be, and that is said where a level is enforced. Pods that are more than
 * their namespace allows came before the level, or are exempt.
 */

import type { KubeObject } from '../../model/kube-object.ts'
import { isPod, isTerminal, type PodObject } from '../../model/kube/workload.ts'
import { violationsOf } from '../pod-security/judge.ts'
import { policyOf, type LevelVersion } from '../pod-security/levels.ts'

const NAMED_MAX = 3

/** A sentence; none where no namespace enforces anything. `minor` is the server's. */
export function unseenExemptions(objects: readonly KubeObject[], { minor }: { readonly minor: number }): string[] {
  const levels = new Map(objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => [metadata.name ?? '', policyOf(metadata.labels).enforce]))
  const enforcing = [...levels].filter(([, { level }]) => level !== 'privileged').map(([name]) => name)
  if (enforcing.length === 0) return []
  const beyond = objects.filter(isPod).filter((pod) => !isTerminal(pod) && isBeyond(pod, levels.get(pod.metadata.namespace ?? ''), minor))
  const there = beyond.length === 0 ? '' : `, though ${beyond.length === 1 ? 'a pod' : `${beyond.length} pods`} there would be refused now (${named(beyond.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`))})`
  return [`Nobody is taken to be exempt from the pod security level of ${enforcing.length === 1 ? 'namespace' : 'namespaces'} ${named(enforcing)}: what the API server's own settings exempt is not to be seen${there}.`]
}

function isBeyond({ metadata, spec }: PodObject, level: LevelVersion | undefined, minor: number): boolean {
  return level !== undefined && spec !== undefined && violationsOf({ metadata, spec }, level, minor).length > 0
}

function named(names: readonly string[]): string {
  const more = names.length - NAMED_MAX
  return more > 0 ? `${names.slice(0, NAMED_MAX).join(', ')} and ${more} more` : names.join(', ')
}
