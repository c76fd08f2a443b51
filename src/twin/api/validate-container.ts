/** What must hold for a container: `validateContainerCommon`, `validateContainers`, `validateInitContainers`. */

import type { Container, ContainerPort, SecurityContext, VolumeMount } from 'kubernetes-types/core/v1.d.ts'
import type { VersionProfile } from '../profile.ts'
import { duplicateField, forbiddenField, invalidField, invalidFields, notFoundField, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { labelNameProblems, portNameProblems } from './object-names.ts'
import { descendingPathErrors, portNumberErrors } from './validate-port.ts'
import { environmentErrors } from './validate-env.ts'
import { lifecycleErrors, probeErrors } from './validate-probe.ts'
import { resourceErrors } from './validate-resources.ts'

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never']
const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError']
const PROTOCOLS = ['SCTP', 'TCP', 'UDP']

export interface Surroundings {
  /** Of those volumes that are right themselves. */
  readonly volumeNames: ReadonlySet<string>
  readonly graceSeconds: number | undefined
  readonly profile: Pick<VersionProfile, 'containerRestartRules' | 'minor'>
}

type OwnPolicy = Container & { readonly restartPolicy?: string }

export function containerListErrors(containers: readonly Container[], field: string, around: Surroundings): FieldError[] {
  if (containers.length === 0) return [requiredField(field)]
  const each = containers.flatMap((container, index) => {
    const at = `${field}[${index}]`
    return [
      ...commonErrors(container, at, around),
      ...(containers.slice(0, index).some(({ name }) => name === container.name) ? [duplicateField(`${at}.name`, container.name ?? '')] : []),
      ...runningErrors(container, at, around),
      ...restartErrors((container as OwnPolicy).restartPolicy, `${at}.restartPolicy`, around),
    ]
  })
  return [...each, ...hostPortConflicts(containers, field)]
}

const OWN_RESTART_POLICIES = ['Always', 'Never', 'OnFailure']

/** Containers have a policy of their own since restart rules (on by default since 1.35); init containers could always be sidecars. */
function restartErrors(policy: string | undefined, field: string, { profile }: Surroundings): FieldError[] {
  if (policy === undefined) return []
  if (!profile.containerRestartRules) return [forbiddenField(field, 'may not be set for non-init containers')]
  return OWN_RESTART_POLICIES.includes(policy) ? [] : [unsupportedField(field, policy, OWN_RESTART_POLICIES)]
}

function initRestartErrors(policy: string | undefined, field: string, { profile }: Surroundings): FieldError[] {
  const known = profile.containerRestartRules ? OWN_RESTART_POLICIES : ['Always']
  return policy === undefined || known.includes(policy) ? [] : [unsupportedField(field, policy, known)]
}

/** Probes and hooks of one that runs as long as its pod. */
function runningErrors(container: Container, at: string, { graceSeconds }: Surroundings): FieldError[] {
  return [
    ...lifecycleErrors(container.lifecycle, `${at}.lifecycle`, graceSeconds),
    ...(['livenessProbe', 'readinessProbe', 'startupProbe'] as const).flatMap((probe) => probeErrors(container[probe], `${at}.${probe}`, probe)),
  ]
}

export function initContainerErrors(containers: readonly Container[], main: readonly Container[], place: { readonly field: string; readonly around: Surroundings }): FieldError[] {
  const { field, around } = place
  const names = new Set(main.map(({ name }) => name))
  return containers.flatMap((container, index) => {
    const at = `${field}[${index}]`
    const { restartPolicy } = container as OwnPolicy
    const isTaken = names.has(container.name)
    if ((container.name ?? '') !== '') names.add(container.name)
    return [
      ...commonErrors(container, at, around),
      ...initRestartErrors(restartPolicy, `${at}.restartPolicy`, around),
      ...(isTaken ? [duplicateField(`${at}.name`, container.name)] : []),
      ...hostPortConflicts([container], field),
      ...(restartPolicy === 'Always' ? runningErrors(container, at, around) : passingErrors(container, at)),
    ]
  })
}

function passingErrors(container: Container, at: string): FieldError[] {
  const parts = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const
  return parts.filter((part) => container[part] !== undefined).map((part) => forbiddenField(`${at}.${part}`, 'may not be set for init containers without restartPolicy=Always'))
}

function commonErrors(container: Container, at: string, around: Surroundings): FieldError[] {
  const { name = '', image = '', imagePullPolicy: pull, terminationMessagePolicy: message } = container
  return [
    ...(name === '' ? [requiredField(`${at}.name`)] : invalidFields(`${at}.name`, name, labelNameProblems(name))),
    ...(image === '' ? [requiredField(`${at}.image`)] : []),
    ...(message === undefined || MESSAGE_POLICIES.includes(message) ? [] : [unsupportedField(`${at}.terminationMessagePolicy`, message, MESSAGE_POLICIES)]),
    ...portErrors(container.ports ?? [], `${at}.ports`),
    ...environmentErrors(container, at, around.profile),
    ...mountErrors(container.volumeMounts ?? [], `${at}.volumeMounts`, around),
    ...(pull === undefined || PULL_POLICIES.includes(pull) ? [] : [unsupportedField(`${at}.imagePullPolicy`, pull, PULL_POLICIES)]),
    ...resourceErrors(container.resources ?? {}, `${at}.resources`),
    ...privilegeErrors(container.securityContext, `${at}.securityContext`),
  ]
}

function portErrors(ports: readonly ContainerPort[], field: string): FieldError[] {
  return ports.flatMap(({ name = '', containerPort = 0, hostPort = 0, protocol = 'TCP' }, index) => {
    const at = `${field}[${index}]`
    const problems = name === '' ? [] : portNameProblems(name)
    const isTaken = name !== '' && problems.length === 0 && ports.slice(0, index).some((other) => other.name === name)
    return [
      ...invalidFields(`${at}.name`, name, problems),
      ...(isTaken ? [duplicateField(`${at}.name`, name)] : []),
      ...(containerPort === 0 ? [requiredField(`${at}.containerPort`)] : portNumberErrors(containerPort, `${at}.containerPort`)),
      ...(hostPort === 0 ? [] : portNumberErrors(hostPort, `${at}.hostPort`)),
      ...(PROTOCOLS.includes(protocol) ? [] : [unsupportedField(`${at}.protocol`, protocol, PROTOCOLS)]),
    ]
  })
}

function hostPortConflicts(containers: readonly Container[], field: string): FieldError[] {
  const taken = new Set<string>()
  return containers.flatMap((container, index) =>
    (container.ports ?? []).flatMap(({ hostPort = 0, hostIP = '', protocol = 'TCP' }, position) => {
      if (hostPort === 0) return []
      const text = `${protocol}/${hostIP}/${hostPort}`
      if (taken.has(text)) return [duplicateField(`${field}[${index}].ports[${position}].hostPort`, text)]
      taken.add(text)
      return []
    }),
  )
}

/** The paths below a mount name the list, not the item: so does upstream. */
function mountErrors(mounts: readonly VolumeMount[], field: string, { volumeNames }: Surroundings): FieldError[] {
  return mounts.flatMap(({ name = '', mountPath = '', subPath = '' }, index) => {
    const at = `${field}[${index}]`
    return [
      ...(name === '' ? [requiredField(`${at}.name`)] : []),
      ...(volumeNames.has(name) ? [] : [notFoundField(`${at}.name`, name)]),
      ...(mountPath === '' ? [requiredField(`${at}.mountPath`)] : []),
      ...(mounts.slice(0, index).some((other) => (other.mountPath ?? '') === mountPath) ? [invalidField(`${at}.mountPath`, mountPath, 'must be unique')] : []),
      ...(subPath === '' ? [] : descendingPathErrors(subPath, `${field}.subPath`)),
    ]
  })
}

const ID_MAX = 2_147_483_647

export function idErrors(id: number | undefined, field: string): FieldError[] {
  return id === undefined || (id >= 0 && id <= ID_MAX) ? [] : [invalidField(field, id, `must be between 0 and ${ID_MAX}, inclusive`)]
}

function privilegeErrors(context: SecurityContext | undefined, field: string): FieldError[] {
  if (context === undefined) return []
  const { privileged, allowPrivilegeEscalation, capabilities } = context
  const isBound = allowPrivilegeEscalation === false
  const isAdmin = capabilities?.add?.includes('CAP_SYS_ADMIN') === true
  return [
    ...idErrors(context.runAsUser, `${field}.runAsUser`),
    ...idErrors(context.runAsGroup, `${field}.runAsGroup`),
    ...(isBound && privileged === true ? [invalidField(field, goContext(context), 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true')] : []),
    ...(isBound && isAdmin ? [invalidField(field, goContext(context), 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN')] : []),
  ]
}

/** As Go shows the server's own form of a security context. */
function goContext(context: SecurityContext): object {
  const { capabilities } = context
  return {
    Capabilities: capabilities === undefined ? null : { Add: capabilities.add ?? null, Drop: capabilities.drop ?? null },
    Privileged: context.privileged ?? null,
    SELinuxOptions: null,
    WindowsOptions: null,
    RunAsUser: context.runAsUser ?? null,
    RunAsGroup: context.runAsGroup ?? null,
    RunAsNonRoot: context.runAsNonRoot ?? null,
    ReadOnlyRootFilesystem: context.readOnlyRootFilesystem ?? null,
    AllowPrivilegeEscalation: context.allowPrivilegeEscalation ?? null,
    ProcMount: null,
    SeccompProfile: null,
    AppArmorProfile: null,
  }
}
