/** Classes of devices, and templates of claims (`pkg/apis/resource/validation`). */

import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { invalidField, type FieldError } from '../api/field-error.ts'
import { templateMetadataErrors } from '../api/validate-metadata.ts'
import { labelKeyProblems } from '../api/object-names.ts'
import type { VersionProfile } from '../profile.ts'
import { listErrors } from './bounded-lists.ts'
import { claimSpecErrors, type ClaimSpec } from './validate-claim.ts'
import { configurationErrors, selectorErrors, type Configuration, type Selector } from './validate-parts.ts'

interface ClassSpec {
  readonly selectors?: readonly Selector[]
  readonly config?: readonly Configuration[]
  readonly extendedResourceName?: string
}

export function deviceClassErrors(object: KubeObject): readonly FieldError[] {
  const { selectors = [], config = [], extendedResourceName: name } = (object['spec'] ?? {}) as ClassSpec
  return [
    ...selectorErrors(selectors, 'spec.selectors'),
    ...listErrors(config, { at: 'spec.config', max: 32, check: configurationErrors }),
    ...(name === undefined || isExtendedResource(name) ? [] : [invalidField('spec.extendedResourceName', name, 'must be a valid extended resource name')]),
  ]
}

/** Of nobody but their vendors, and a name that a quota may hold too. */
function isExtendedResource(name: string): boolean {
  return name.includes('/') && !name.includes('kubernetes.io/') && !name.startsWith('requests.') && labelKeyProblems(`requests.${name}`).length === 0
}

interface TemplateSpec {
  readonly metadata?: KubeObject['metadata']
  readonly spec?: ClaimSpec
}

export function claimTemplateErrors(template: KubeObject, profile: VersionProfile): readonly FieldError[] {
  const { metadata, spec = {} } = (template['spec'] ?? {}) as TemplateSpec
  return [...templateMetadataErrors(metadata, 'spec.metadata'), ...claimSpecErrors(spec, 'spec.spec', profile)]
}

/** Of claims and their templates. */
export function fixedSpecErrors(before: KubeObject, next: KubeObject): readonly FieldError[] {
  return jsonEqual(before['spec'], next['spec']) ? [] : [invalidField('spec', next['spec'], 'field is immutable')]
}
