/**
 * Custom resource definitions: accepted at once, and gone with everything that they define
 * (`apiextensions-apiserver/pkg/controller/{status,establish,finalizer}`). Schemas are not evaluated.
 */

import { toKubeTime } from '../../kernel/clock.ts'
import { refOf, type KubeObject } from '../../model/kube-object.ts'
import type { Store } from '../store.ts'

export const DEFINITION_KIND = 'apiextensions.k8s.io/CustomResourceDefinition'

interface Definition {
  readonly group?: string
  readonly names?: { readonly kind?: string }
  readonly versions?: readonly { readonly name: string; readonly storage?: boolean }[]
}

/** With the status that clients wait for: `kubectl wait --for condition=established`. */
export function established(definition: KubeObject, nowMs: number): KubeObject {
  const spec = (definition['spec'] ?? {}) as Definition
  const lastTransitionTime = toKubeTime(nowMs)
  const conditions = [
    { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found', lastTransitionTime },
    { type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted', lastTransitionTime },
  ]
  const storedVersions = (spec.versions ?? []).filter(({ storage }) => storage === true).map(({ name }) => name)
  return { ...definition, status: { conditions, acceptedNames: spec.names ?? {}, storedVersions } }
}

/** Takes the instances away once their definition is gone: nobody could reach them any more. */
export function dropInstances(store: Store, definition: KubeObject): void {
  const { group = '', names } = (definition['spec'] ?? {}) as Definition
  const instances = [...store.list(`${group}/${names?.kind ?? ''}`)]
  for (const instance of instances) store.drop(refOf(instance))
}
