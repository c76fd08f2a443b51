/** What must hold for the spec of a pod or of a pod template: `ValidatePodSpec` of `pkg/apis/core/validation/validation.go`. */

import type { PodSpec } from 'kubernetes-types/core/v1.d.ts'
import type { VersionProfile } from '../profile.ts'
import { duplicateField, invalidField, invalidFields, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { labelKeyProblems, labelNameProblems, subdomainProblems } from './object-names.ts'
import { affinityErrors, spreadErrors, tolerationErrors } from './validate-affinity.ts'
import { containerListErrors, idErrors, initContainerErrors, type Surroundings } from './validate-container.ts'
import { labelErrors } from './validate-metadata.ts'
import { resourceErrors } from './validate-resources.ts'
import { judgeVolumes } from './validate-volume.ts'

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never']
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never']
const INT_MAX = 2_147_483_647

export function podSpecErrors(spec: PodSpec | undefined, field: string, profile: VersionProfile): FieldError[] {
  if (spec === undefined) return [requiredField(`${field}.containers`)]
  const { errors, names } = judgeVolumes(spec.volumes ?? [], `${field}.volumes`)
  const around: Surroundings = { volumeNames: names, graceSeconds: spec.terminationGracePeriodSeconds, profile }
  const containers = Array.isArray(spec.containers) ? spec.containers : []
  return [
    ...errors,
    ...containerListErrors(containers, `${field}.containers`, around),
    ...initContainerErrors(spec.initContainers ?? [], containers, { field: `${field}.initContainers`, around }),
    ...hostNetworkErrors(spec, field),
    ...policyErrors(spec, field),
    ...labelErrors(spec.nodeSelector, `${field}.nodeSelector`),
    ...contextErrors(spec, `${field}.securityContext`),
    ...affinityErrors(spec.affinity, `${field}.affinity`),
    ...gateErrors(spec, field),
    ...spreadErrors(spec, `${field}.topologySpreadConstraints`),
    ...nameErrors(spec, field),
    ...(spec.tolerations ?? []).flatMap((toleration, index) => tolerationErrors(toleration, `${field}.tolerations[${index}]`, profile)),
    ...remainingErrors(spec, field),
  ]
}

/** On the host's network a container port is the host's. */
function hostNetworkErrors(spec: PodSpec, field: string): FieldError[] {
  if (spec.hostNetwork !== true) return []
  return (['containers', 'initContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap((container, index) =>
      (container.ports ?? []).flatMap(({ hostPort = 0, containerPort }, position) =>
        hostPort === 0 || hostPort === containerPort ? [] : [invalidField(`${field}.${list}[${index}].ports[${position}].hostPort`, hostPort, 'must match `containerPort` when `hostNetwork` is true')],
      ),
    ),
  )
}

function policyErrors(spec: PodSpec, field: string): FieldError[] {
  const { restartPolicy = 'Always', dnsPolicy = 'ClusterFirst', dnsConfig } = spec
  const hasServers = (dnsConfig?.nameservers ?? []).length > 0
  const isLacking = dnsPolicy === 'None' && !hasServers
  return [
    ...(RESTART_POLICIES.includes(restartPolicy) ? [] : [unsupportedField(`${field}.restartPolicy`, restartPolicy, RESTART_POLICIES)]),
    ...(DNS_POLICIES.includes(dnsPolicy) ? [] : [unsupportedField(`${field}.dnsPolicy`, dnsPolicy, DNS_POLICIES)]),
    ...(dnsPolicy === 'None' && dnsConfig === undefined ? [requiredField(`${field}.dnsConfig`, 'must provide `dnsConfig` when `dnsPolicy` is None')] : []),
    ...(dnsPolicy === 'None' && dnsConfig !== undefined && !hasServers ? [requiredField(`${field}.dnsConfig.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')] : []),
    ...(isLacking || dnsConfig === undefined ? [] : dnsErrors(dnsConfig, `${field}.dnsConfig`)),
  ]
}

const SEARCH_WORDS =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')"
const SEARCH = /^_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*$/

function dnsErrors({ nameservers = [], searches = [], options = [] }: NonNullable<PodSpec['dnsConfig']>, field: string): FieldError[] {
  return [
    ...nameservers.flatMap((server, index) => addressErrors(server, `${field}.nameservers[${index}]`)),
    ...searches.flatMap((search, index) => (search === '.' || SEARCH.test(search.replace(/\.$/, '')) ? [] : [invalidField(`${field}.searches[${index}]`, search.replace(/\.$/, ''), SEARCH_WORDS)])),
    ...options.flatMap(({ name = '' }, index) => (name === '' ? [requiredField(`${field}.options[${index}]`, 'must not be empty')] : [])),
  ]
}

export function addressErrors(text: string, field: string): FieldError[] {
  return isAddress(text) ? [] : [invalidField(field, text, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')]
}

const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/
const SYSCTL_WORDS = 'must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$'
const FS_GROUP_POLICIES = ['Always', 'OnRootMismatch']

function contextErrors(spec: PodSpec, field: string): FieldError[] {
  const context = (spec.securityContext ?? {}) as PodSpec['securityContext'] & { fsGroupChangePolicy?: string; supplementalGroups?: readonly number[] }
  const { fsGroupChangePolicy: change } = context
  return [
    ...idErrors(context.fsGroup, `${field}.fsGroup`),
    ...idErrors(context.runAsUser, `${field}.runAsUser`),
    ...idErrors(context.runAsGroup, `${field}.runAsGroup`),
    ...(context.supplementalGroups ?? []).flatMap((group, index) => idErrors(group, `${field}.supplementalGroups[${index}]`)),
    ...(context.sysctls ?? []).flatMap(({ name = '' }, index) => (SYSCTL.test(name) ? [] : [invalidField(`${field}.sysctls[${index}].name`, name, SYSCTL_WORDS)])),
    ...(change === undefined || FS_GROUP_POLICIES.includes(change) ? [] : [unsupportedField(`${field}.fsGroupChangePolicy`, change, FS_GROUP_POLICIES)]),
  ]
}

function gateErrors(spec: PodSpec, field: string): FieldError[] {
  const gates = (spec as { schedulingGates?: readonly { name?: string }[] }).schedulingGates ?? []
  return [
    ...(spec.readinessGates ?? []).flatMap(({ conditionType = '' }, index) => invalidFields(`${field}.readinessGates[${index}].conditionType`, conditionType, labelKeyProblems(conditionType))),
    ...gates.flatMap(({ name = '' }, index) => [
      ...invalidFields(`${field}.schedulingGates[${index}]`, name, labelKeyProblems(name)),
      ...(gates.slice(0, index).some((other) => (other.name ?? '') === name) ? [duplicateField(`${field}.schedulingGates[${index}]`, name)] : []),
    ]),
  ]
}

function nameErrors(spec: PodSpec, field: string): FieldError[] {
  const named = (name: 'serviceAccountName' | 'nodeName' | 'hostname' | 'subdomain', problems: (text: string) => readonly string[]): FieldError[] => {
    const text = spec[name] ?? ''
    return text === '' ? [] : invalidFields(`${field}.${name}`, text, problems(text))
  }
  const { activeDeadlineSeconds: deadline } = spec
  const isDeadline = deadline === undefined || (deadline >= 1 && deadline <= INT_MAX)
  return [
    ...named('serviceAccountName', subdomainProblems),
    ...named('nodeName', subdomainProblems),
    ...(isDeadline ? [] : [invalidField(`${field}.activeDeadlineSeconds`, deadline, `must be between 1 and ${INT_MAX}, inclusive`)]),
    ...named('hostname', labelNameProblems),
    ...named('subdomain', labelNameProblems),
  ]
}

function remainingErrors(spec: PodSpec, field: string): FieldError[] {
  const { priorityClassName = '', preemptionPolicy, overhead, hostAliases = [] } = spec
  return [
    ...hostAliases.flatMap(({ ip = '', hostnames = [] }, index) => [
      ...addressErrors(ip, `${field}.hostAliases[${index}].ip`),
      ...hostnames.flatMap((name, position) => invalidFields(`${field}.hostAliases[${index}].hostnames[${position}]`, name, subdomainProblems(name))),
    ]),
    ...(priorityClassName === '' ? [] : invalidFields(`${field}.priorityClassName`, priorityClassName, subdomainProblems(priorityClassName))),
    ...(preemptionPolicy === undefined || PREEMPTION_POLICIES.includes(preemptionPolicy) ? [] : [unsupportedField(`${field}.preemptionPolicy`, preemptionPolicy, PREEMPTION_POLICIES)]),
    ...(overhead === undefined ? [] : resourceErrors({ limits: overhead }, `${field}.overhead`)),
  ]
}

/** Good enough to tell an address from a word; the server's parser is stricter about IPv6. */
function isAddress(text: string): boolean {
  const bytes = text.split('.')
  return (bytes.length === 4 && bytes.every((byte) => /^\d{1,3}$/.test(byte) && Number(byte) < 256)) || /^[0-9a-fA-F:]*:[0-9a-fA-F:.]*$/.test(text)
}
