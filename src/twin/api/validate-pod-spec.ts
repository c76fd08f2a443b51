/** What must hold for the spec of a pod or of a pod template: `pkg/apis/core/validation/validation.go`. */

import type { Container, PodSpec, Volume } from 'kubernetes-types/core/v1.d.ts'
import { duplicateField, invalidField, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { labelNameProblem, subdomainProblem } from './object-names.ts'
import { containerErrors } from './validate-container.ts'

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never']
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
const OPERATORS = ['Exists', 'Equal']
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

export function podSpecErrors(spec: PodSpec | undefined, field: string): FieldError[] {
  if (spec === undefined) return [requiredField(`${field}.containers`)]
  if (!Array.isArray(spec.containers) || spec.containers.length === 0) return [requiredField(`${field}.containers`)]
  const volumes = spec.volumes ?? []
  return [
    ...volumes.flatMap((volume, index) => volumeErrors(volume, { field: `${field}.volumes[${index}]`, earlier: volumes.slice(0, index) })),
    ...listErrors(spec.containers, `${field}.containers`, volumes),
    ...listErrors(spec.initContainers ?? [], `${field}.initContainers`, volumes),
    ...sharedNames(spec, field),
    ...policyErrors(spec, field),
    ...(spec.tolerations ?? []).flatMap((toleration, index) => tolerationErrors(toleration as Record<string, unknown>, `${field}.tolerations[${index}]`)),
    ...spreadErrors(spec, field),
  ]
}

function listErrors(containers: readonly Container[], field: string, volumes: readonly Volume[]): FieldError[] {
  return containers.flatMap((container, index) => [
    ...containerErrors(container, { field: `${field}[${index}]`, volumes }),
    ...(containers.slice(0, index).some(({ name }) => name === container.name) ? [duplicateField(`${field}[${index}].name`, container.name)] : []),
  ])
}

function sharedNames(spec: PodSpec, field: string): FieldError[] {
  const names = new Set(spec.containers.map(({ name }) => name))
  return (spec.initContainers ?? []).flatMap(({ name }, index) => (names.has(name) ? [duplicateField(`${field}.initContainers[${index}].name`, name)] : []))
}

function volumeErrors(volume: Volume, { field, earlier }: { readonly field: string; readonly earlier: readonly Volume[] }): FieldError[] {
  if (volume.name === undefined || volume.name === '') return [requiredField(`${field}.name`)]
  const problem = labelNameProblem(volume.name)
  const sources = Object.keys(volume).filter((key) => key !== 'name')
  return [
    ...(problem === undefined ? [] : [invalidField(`${field}.name`, volume.name, problem)]),
    ...(earlier.some(({ name }) => name === volume.name) ? [duplicateField(`${field}.name`, volume.name)] : []),
    ...(sources.length > 1 ? sources.slice(1).map((source): FieldError => ({ reason: 'FieldValueForbidden', field: `${field}.${source}`, message: 'Forbidden: may not specify more than 1 volume type' })) : []),
    ...(volume.persistentVolumeClaim?.claimName === '' ? [requiredField(`${field}.persistentVolumeClaim.claimName`)] : []),
  ]
}

function policyErrors(spec: PodSpec, field: string): FieldError[] {
  const { restartPolicy = 'Always', dnsPolicy = 'ClusterFirst', terminationGracePeriodSeconds: grace, nodeName, serviceAccountName } = spec
  const accountProblem = serviceAccountName === undefined || serviceAccountName === '' ? undefined : subdomainProblem(serviceAccountName)
  const nodeProblem = nodeName === undefined || nodeName === '' ? undefined : subdomainProblem(nodeName)
  return [
    ...(RESTART_POLICIES.includes(restartPolicy) ? [] : [unsupportedField(`${field}.restartPolicy`, restartPolicy, RESTART_POLICIES)]),
    ...(DNS_POLICIES.includes(dnsPolicy) ? [] : [unsupportedField(`${field}.dnsPolicy`, dnsPolicy, DNS_POLICIES)]),
    ...(grace !== undefined && grace < 0 ? [invalidField(`${field}.terminationGracePeriodSeconds`, grace, 'must be greater than or equal to 0')] : []),
    ...(accountProblem === undefined ? [] : [invalidField(`${field}.serviceAccountName`, serviceAccountName, accountProblem)]),
    ...(nodeProblem === undefined ? [] : [invalidField(`${field}.nodeName`, nodeName, nodeProblem)]),
  ]
}

function tolerationErrors(toleration: Readonly<Record<string, unknown>>, field: string): FieldError[] {
  const { key = '', operator = 'Equal', value = '', effect = '', tolerationSeconds } = toleration
  if (!OPERATORS.includes(String(operator))) return [unsupportedField(`${field}.operator`, operator, OPERATORS)]
  return [
    ...(key === '' && operator !== 'Exists' ? [invalidField(`${field}.operator`, operator, "operator must be Exists when `key` is empty, which means \"match all values and all keys\"")] : []),
    ...(operator === 'Exists' && value !== '' ? [invalidField(`${field}.operator`, value, 'value must be empty when `operator` is \'Exists\'')] : []),
    ...(effect !== '' && !EFFECTS.includes(String(effect)) ? [unsupportedField(`${field}.effect`, effect, EFFECTS)] : []),
    ...(tolerationSeconds !== undefined && effect !== 'NoExecute' ? [invalidField(`${field}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")] : []),
  ]
}

function spreadErrors(spec: PodSpec, field: string): FieldError[] {
  return (spec.topologySpreadConstraints ?? []).flatMap((constraint, index) => {
    const at = `${field}.topologySpreadConstraints[${index}]`
    const actions = ['DoNotSchedule', 'ScheduleAnyway']
    return [
      ...(constraint.maxSkew > 0 ? [] : [invalidField(`${at}.maxSkew`, constraint.maxSkew, 'must be greater than zero')]),
      ...((constraint.topologyKey ?? '') === '' ? [requiredField(`${at}.topologyKey`, 'can not be empty')] : []),
      ...(actions.includes(constraint.whenUnsatisfiable) ? [] : [unsupportedField(`${at}.whenUnsatisfiable`, constraint.whenUnsatisfiable, actions)]),
    ]
  })
}
