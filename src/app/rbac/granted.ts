/**
 * Which verbs an installation was given, and where: as the settings say, else as the roles say that `boyd rbac` printed (they
 * carry it as an annotation), else all of them everywhere.
 */

import { ACTING_VERBS, type ActingVerb } from '../../model/access.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { Cluster } from '../../ports/cluster.ts'

export interface Granted {
  readonly verbs: readonly ActingVerb[]
  /** Empty: everywhere but in protected namespaces. */
  readonly namespaces: readonly string[]
  /** Who says so: `the settings`, `ClusterRole boyd-actor`; undefined where nobody does. */
  readonly saidBy?: string
}

export const VERBS_ANNOTATION = 'boyd.dev/verbs'
export const NAMESPACES_ANNOTATION = 'boyd.dev/namespaces'

/** A role that cannot be read says nothing; faults of the cluster itself are passed on. */
export async function grantedTo(reader: Cluster, settings: { readonly verbs?: readonly ActingVerb[]; readonly namespaces?: readonly string[] }): Promise<Granted> {
  if (settings.verbs !== undefined || settings.namespaces !== undefined) return { verbs: settings.verbs ?? ACTING_VERBS, namespaces: settings.namespaces ?? [], saidBy: 'the settings' }
  const { items } = await reader.list({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' }).catch(() => ({ items: [] as readonly KubeObject[] }))
  const role = items.find(({ metadata }) => metadata.annotations?.[VERBS_ANNOTATION] !== undefined)
  if (role === undefined) return { verbs: ACTING_VERBS, namespaces: [] }
  const { annotations } = role.metadata
  return { verbs: wordsOf(annotations?.[VERBS_ANNOTATION]).filter((word): word is ActingVerb => ACTING_VERBS.includes(word as ActingVerb)), namespaces: wordsOf(annotations?.[NAMESPACES_ANNOTATION]), saidBy: `ClusterRole ${role.metadata.name ?? ''}` }
}

function wordsOf(text: string | undefined): string[] {
  return (text ?? '').split(',').filter((word) => word !== '')
}
