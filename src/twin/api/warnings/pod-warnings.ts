/** What a server warns of in a pod or a template, though it takes it (`pkg/api/pod/warnings.go`). */

import type { Container, PodAffinityTerm, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { claimWarnings, fractionWarnings } from './amounts.ts'
import { containerWarnings, portWarnings, type Placed } from './container-warnings.ts'
import { labelWarning, selectorWarnings, termWarnings } from './node-labels.ts'
import { overlapWarnings } from './path-overlaps.ts'

export interface PodForm {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> }
  readonly spec?: PodSpec
}

/** `root` is the path of a template (`spec.template.`), or nothing for a pod. */
export function podWarnings({ metadata, spec }: PodForm, root = ''): string[] {
  if (spec === undefined) return []
  const at = `${root}spec`
  const placed = containersIn(spec, at)
  return [
    ...nodeWarnings(spec, at),
    ...spreadWarnings(spec, at),
    ...annotationWarnings(metadata?.annotations, `${root}metadata.annotations`),
    ...volumeWarnings(spec, at),
    ...(spec.volumes ?? []).flatMap(overlapWarnings),
    ...listWarnings(spec, at),
    ...fractionWarnings(spec.overhead, `${at}.overhead`),
    ...placed.flatMap((container) => containerWarnings(container, { annotations: metadata?.annotations ?? {}, path: `${root}metadata.annotations`, isProfiled: spec.securityContext?.appArmorProfile !== undefined })),
    ...portWarnings(placed),
    ...((spec.terminationGracePeriodSeconds ?? 0) < 0 ? [`${at}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`] : []),
    ...affinityWarnings(spec, at),
  ]
}

function containersIn(spec: PodSpec, at: string): readonly Placed[] {
  const groups: readonly (readonly [string, readonly Container[] | undefined])[] = [['initContainers', spec.initContainers], ['containers', spec.containers]]
  return groups.flatMap(([field, list]) => (list ?? []).map((container, index) => ({ container, path: `${at}.${field}[${index}]` })))
}

function nodeWarnings(spec: PodSpec, at: string): string[] {
  const { requiredDuringSchedulingIgnoredDuringExecution: required, preferredDuringSchedulingIgnoredDuringExecution: preferred = [] } = spec.affinity?.nodeAffinity ?? {}
  const path = `${at}.affinity.nodeAffinity`
  return [
    ...selectorWarnings(spec.nodeSelector, `${at}.nodeSelector`),
    ...(required?.nodeSelectorTerms ?? []).flatMap((term, index) => termWarnings(term, `${path}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${index}]`, { areValuesRead: false })),
    ...preferred.flatMap(({ preference }, index) => termWarnings(preference, `${path}.preferredDuringSchedulingIgnoredDuringExecution[${index}].preference`, { areValuesRead: true })),
  ]
}

const MATCHES_NOTHING = 'a null labelSelector results in matching no pod'

function spreadWarnings({ topologySpreadConstraints = [] }: PodSpec, at: string): string[] {
  return topologySpreadConstraints.flatMap(({ topologyKey, labelSelector }, index) => {
    const path = `${at}.topologySpreadConstraints[${index}]`
    return [...labelWarning(topologyKey, (message) => `${path}.topologyKey: ${topologyKey} is ${message}`), ...(labelSelector === undefined ? [`${path}.labelSelector: ${MATCHES_NOTHING}`] : [])]
  })
}

function affinityWarnings({ affinity }: PodSpec, at: string): string[] {
  return (['podAffinity', 'podAntiAffinity'] as const).flatMap((field) => {
    const { requiredDuringSchedulingIgnoredDuringExecution: required = [], preferredDuringSchedulingIgnoredDuringExecution: preferred = [] } = affinity?.[field] ?? {}
    const warning = (term: PodAffinityTerm, path: string): string[] => (term.labelSelector === undefined ? [`${path}.labelSelector: ${MATCHES_NOTHING}`] : [])
    return [
      ...required.flatMap((term, index) => warning(term, `${at}.affinity.${field}.requiredDuringSchedulingIgnoredDuringExecution[${index}]`)),
      ...preferred.flatMap(({ podAffinityTerm }, index) => warning(podAffinityTerm, `${at}.affinity.${field}.preferredDuringSchedulingIgnoredDuringExecution[${index}].podAffinityTerm`)),
    ]
  })
}

const OLD_ANNOTATIONS: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
}

function annotationWarnings(annotations: Readonly<Record<string, string>> | undefined, path: string): string[] {
  return Object.entries(OLD_ANNOTATIONS).flatMap(([key, message]) => (annotations?.[key] === undefined ? [] : [`${path}[${key}]: ${message}`]))
}

const OLD_VOLUMES: Readonly<Record<string, string>> = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
}

function volumeWarnings({ volumes = [] }: PodSpec, at: string): string[] {
  return volumes.flatMap((volume, index) => {
    const path = `${at}.volumes[${index}]`
    const claim = volume.ephemeral?.volumeClaimTemplate?.spec
    return [...oldVolumes(volume, path), ...(claim === undefined ? [] : claimWarnings(claim.resources, `${path}.ephemeral.volumeClaimTemplate.spec`))]
  })
}

/** Kinds of volumes whose code is gone. */
export function oldVolumes(source: object, path: string): string[] {
  // Upstream names one of them otherwise than it is written.
  return Object.entries(OLD_VOLUMES).flatMap(([field, message]) => ((source as Record<string, unknown>)[field] === undefined ? [] : [`${path}.${field === 'storageos' ? 'storageOS' : field}: ${message}`]))
}

function listWarnings({ hostAliases = [], imagePullSecrets = [] }: PodSpec, at: string): string[] {
  const names = imagePullSecrets.map(({ name = '' }) => name)
  return [
    ...repeated(hostAliases.map(({ ip = '' }) => ip)).map(({ index, value }) => `${at}.hostAliases[${index}].ip: duplicate ip "${value}"`),
    ...repeated(names).map(({ index, value }) => `${at}.imagePullSecrets[${index}].name: duplicate name "${value}"`),
    ...names.flatMap((name, index) => (name === '' ? [`${at}.imagePullSecrets[${index}].name: invalid empty name ""`] : [])),
  ]
}

function repeated(values: readonly string[]): { readonly index: number; readonly value: string }[] {
  return values.map((value, index) => ({ index, value })).filter(({ index, value }) => values.indexOf(value) < index)
}
