/** PodSecurity admission, as far as namespaces go: labels that it cannot read (`pod-security-admission/admission`, `api/helpers.go`). */

import { jsonEqual } from '../../kernel/json.ts'
import { groupKind, type KubeObject } from '../../model/kube-object.ts'
import { invalidField, invalidObject, type FieldError } from './field-error.ts'

const LEVELS = ['privileged', 'baseline', 'restricted']
const MODES = ['enforce', 'audit', 'warn']
const PREFIX = 'pod-security.kubernetes.io/'

/** Throws 422. What was wrong before stays so unasked. */
export function admitSecurityLabels(next: KubeObject, before?: KubeObject): void {
  if (groupKind(next.apiVersion, next.kind) !== '/Namespace') return
  const errors = labelErrors(next)
  if (errors.length > 0 && (before === undefined || !jsonEqual(errors, labelErrors(before)))) throw invalidObject(next, next.metadata.name ?? '', errors)
}

function labelErrors({ metadata }: KubeObject): readonly FieldError[] {
  const valueOf = (name: string): string | undefined => metadata.labels?.[PREFIX + name]
  return MODES.flatMap((mode) => [
    ...problemsOf(mode, valueOf(mode), (level) => (LEVELS.includes(level) ? undefined : `must be one of ${LEVELS.join(', ')}`)),
    ...problemsOf(`${mode}-version`, valueOf(`${mode}-version`), (version) => (version === 'latest' || /^v1\.(0|[1-9][0-9]*)$/.test(version) ? undefined : 'must be "latest" or "v1.x"')),
  ])
}

function problemsOf(name: string, value: string | undefined, check: (value: string) => string | undefined): FieldError[] {
  const problem = value === undefined ? undefined : check(value)
  return problem === undefined ? [] : [invalidField(`metadata.labels[${PREFIX}${name}]`, value, problem)]
}
