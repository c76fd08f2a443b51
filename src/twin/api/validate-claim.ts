/** What a claim asks for: `ValidatePersistentVolumeClaim`. */

import type { KubeObject } from '../../model/kube-object.ts'
import { parseMilli } from '../../model/kube/quantity.ts'
import { forbiddenField, invalidField, invalidFields, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { subdomainProblems } from './object-names.ts'
import { selectorErrors } from './validate-metadata.ts'
import { quantityErrors } from './validate-resources.ts'

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']

/** Of claims and volumes alike. */
export function accessModeErrors(modes: readonly string[]): FieldError[] {
  const known = modes.filter((mode) => ACCESS_MODES.includes(mode))
  const isMixed = known.includes('ReadWriteOncePod') && known.some((mode) => mode !== 'ReadWriteOncePod')
  return [
    ...modes.flatMap((mode) => (ACCESS_MODES.includes(mode) ? [] : [unsupportedField('spec.accessModes', mode, ACCESS_MODES)])),
    ...(isMixed ? [forbiddenField('spec.accessModes', 'may not use ReadWriteOncePod with other access modes')] : []),
  ]
}

export const VOLUME_MODES = ['Block', 'Filesystem']

export function claimErrors(claim: KubeObject): FieldError[] {
  const { accessModes = [], resources, storageClassName = '', volumeMode = 'Filesystem', selector } = (claim['spec'] ?? {}) as ClaimSpec
  return [
    ...(accessModes.length === 0 ? [requiredField('spec.accessModes', 'at least 1 access mode is required')] : []),
    ...selectorErrors(selector, 'spec.selector'),
    ...accessModeErrors(accessModes),
    ...sizeErrors(resources?.requests?.storage, 'spec.resources[storage]'),
    ...(storageClassName === '' ? [] : invalidFields('spec.storageClassName', storageClassName, subdomainProblems(storageClassName))),
    ...(VOLUME_MODES.includes(volumeMode) ? [] : [unsupportedField('spec.volumeMode', volumeMode, VOLUME_MODES)]),
  ]
}

interface ClaimSpec {
  readonly accessModes?: readonly string[]
  readonly resources?: { readonly requests?: { readonly storage?: string } }
  readonly storageClassName?: string
  readonly volumeMode?: string
  readonly selector?: object
}

function sizeErrors(storage: string | undefined, field: string): FieldError[] {
  if (storage === undefined) return [requiredField(field)]
  const bytes = parseMilli(storage)
  if (bytes === undefined) return quantityErrors({ storage }, 'spec.resources.requests')
  return bytes > 0 ? [] : [invalidField(field, storage, 'must be greater than zero')]
}
