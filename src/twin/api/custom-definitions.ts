/**
 * Custom resource definitions: accepted at once, and gone with everything that they define
 * (`apiextensions-apiserver/pkg/controller/{status,establish,finalizer}`). */

import { toKubeTime } from '../../kernel/clock.ts'
import { refOf, type KubeObject } from '../../model/kube-object.ts'
import type { Store, StoreReader } from '../store.ts'

export const DEFINITION_KIND = 'apiextensions.k8s.io/CustomResourceDefinition'

interface Definition {
  readonly group?: string
  readonly names?: { readonly kind?: string; readonly shortNames?: readonly string[] }
  readonly versions?: readonly { readonly name: string; readonly storage?: boolean }[]
}

/** As it is stored at first: nobody has looked at its names yet. */
export function firstDefinition(definition: KubeObject): KubeObject {
  return { ...definition, status: { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: storedIn((definition['spec'] ?? {}) as Definition) } }
}

/** With the status that clients wait for: `kubectl wait --for condition=established`. */
export function established(definition: KubeObject, { nowMs, store }: { readonly nowMs: number; readonly store: StoreReader }): KubeObject {
  const spec = (definition['spec'] ?? {}) as Definition
  const lastTransitionTime = toKubeTime(nowMs)
  const taken = takenName(spec, definition.metadata.name ?? '', store)
  if (taken !== undefined) return { ...definition, status: { ...unaccepted(taken, lastTransitionTime), storedVersions: storedIn(spec) } }
  const conditions = [
    { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found', lastTransitionTime },
    { type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted', lastTransitionTime },
  ]
  return { ...definition, status: { conditions, acceptedNames: spec.names ?? {}, storedVersions: storedIn(spec) } }
}

/** A definition that changed: new names are accepted with it, and a version that was once stored stays one that may be met. */
export function redefined(before: KubeObject, next: KubeObject): KubeObject {
  const spec = (next['spec'] ?? {}) as Definition
  const status = (before['status'] ?? {}) as { storedVersions?: readonly string[] }
  return { ...next, status: { ...status, acceptedNames: spec.names ?? {}, storedVersions: [...new Set([...(status.storedVersions ?? []), ...storedIn(spec)])] } }
}

function storedIn({ versions = [] }: Definition): readonly string[] {
  return versions.filter(({ storage }) => storage === true).map(({ name }) => name).slice(0, 1)
}

/** A kind or a short name that another definition of the group has already. */
function takenName({ group, names = {} }: Definition, own: string, store: StoreReader): { readonly reason: string; readonly name: string } | undefined {
  for (const other of store.list(DEFINITION_KIND)) {
    const theirs = (other['spec'] ?? {}) as Definition
    if (theirs.group !== group || other.metadata.name === own) continue
    if (theirs.names?.kind === names.kind) return { reason: 'KindConflict', name: names.kind ?? '' }
    const short = names.shortNames?.find((name) => theirs.names?.shortNames?.includes(name))
    if (short !== undefined) return { reason: 'ShortNamesConflict', name: short }
  }
  return undefined
}

function unaccepted({ reason, name }: { readonly reason: string; readonly name: string }, lastTransitionTime: string): object {
  const conditions = [
    { type: 'NamesAccepted', status: 'False', reason, message: `${JSON.stringify(name)} is already in use`, lastTransitionTime },
    { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted', lastTransitionTime },
  ]
  return { conditions, acceptedNames: { plural: '', kind: '' } }
}

/** Takes the instances away once their definition is gone: nobody could reach them any more. */
export function dropInstances(store: Store, definition: KubeObject): void {
  const { group = '', names } = (definition['spec'] ?? {}) as Definition
  const instances = [...store.list(`${group}/${names?.kind ?? ''}`)]
  for (const instance of instances) store.drop(refOf(instance))
}
