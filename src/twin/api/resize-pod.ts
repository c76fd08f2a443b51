/**
 * A change of what a running pod's containers may use, by the subresource `resize`: what may be asked, and in which words the
 * rest is refused (`pkg/registry/core/pod/strategy.go`, dropNonResizeUpdates; `pkg/apis/core/validation`, ValidatePodResize).
 */

import type { Container, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { isSidecar } from '../../model/kube/pod-requests.ts'
import { isPod, type PodObject } from '../../model/kube/workload.ts'
import type { VersionProfile } from '../profile.ts'
import { forbiddenField, invalidField, invalidObject, type FieldError } from './field-error.ts'
import { qosClass } from './pod-status.ts'

type Release = Pick<VersionProfile, 'initContainerResize' | 'podLevelResize' | 'podLevelResizeRefusal'>
type Quantities = Readonly<Record<string, string>>

export interface Resources {
  readonly requests?: Quantities
  readonly limits?: Quantities
}

/**
 * The pod with the resources and resize policies that `next` asks for; all else of `next` is overlooked. Throws 422 for what
 * may not be; `judge` says what would be wrong with such a pod by itself, which is told first.
 */
export function resized(before: KubeObject, next: KubeObject, { release, judge }: { readonly release: Release; readonly judge: (pod: KubeObject) => readonly FieldError[] }): KubeObject {
  if (!isPod(before) || !isPod(next)) return next
  const wanted = { ...before, spec: resizedSpec(before.spec, next.spec, release) }
  const never = neverErrors(before, wanted, release)
  const errors = never.length > 0 ? never : [...judge(wanted as KubeObject), ...resizeErrors(before, wanted, release)]
  if (errors.length > 0) throw invalidObject(before, before.metadata.name ?? '', errors)
  return wanted as KubeObject
}

/** Where containers came, went or changed places, the whole of `next`, for validation to refuse. */
function resizedSpec(old: PodSpec = { containers: [] }, next: PodSpec = { containers: [] }, release: Release): PodSpec {
  if (next.containers.length !== old.containers.length || (next.initContainers ?? []).length !== (old.initContainers ?? []).length) return next
  const { resources: _, ...rest } = old as PodSpec & { readonly resources?: Resources }
  const whole = (release.podLevelResize ? next : old) as PodSpec & { readonly resources?: Resources }
  return {
    ...rest,
    ...(whole.resources === undefined ? {} : { resources: whole.resources }),
    containers: withResources(old.containers, next.containers),
    ...(old.initContainers === undefined ? {} : { initContainers: withResources(old.initContainers, next.initContainers ?? []) }),
  }
}

function withResources(old: readonly Container[], next: readonly Container[]): Container[] {
  if (next.some(({ name }, index) => name !== old[index]?.name)) return [...next]
  return old.map((container, index) => {
    const { resources: _, resizePolicy: __, ...rest } = container as Container & { resizePolicy?: unknown }
    const { resources, resizePolicy } = next[index] as Container & { resizePolicy?: unknown }
    return { ...rest, ...(resources === undefined ? {} : { resources }), ...(resizePolicy === undefined ? {} : { resizePolicy }) } as Container
  })
}

/** Pods that are not resized, whatever is asked. */
function neverErrors(before: PodObject, next: PodObject, release: Release): FieldError[] {
  const [old, wanted] = [specOf(before), specOf(next)]
  const isWhole = isStated(old.resources) || isStated(wanted.resources)
  if (isWhole && !release.podLevelResize && release.podLevelResizeRefusal === 'first') return [forbiddenField('', 'pods with pod-level resources cannot be resized')]
  if (before.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return [forbiddenField('', 'static pods cannot be resized')]
  if ((old as { os?: { name?: string } }).os?.name === 'windows') return [forbiddenField('', 'windows pods cannot be resized')]
  return []
}

function resizeErrors(before: PodObject, next: PodObject, release: Release): FieldError[] {
  const [old, wanted] = [specOf(before), specOf(next)]
  const isWhole = isStated(old.resources) || isStated(wanted.resources)
  const errors = [
    ...(qosClass(old) === qosClass(wanted) ? [] : [invalidField('spec', before.status?.qosClass ?? qosClass(old), 'Pod QOS Class may not change as a result of resizing')]),
    ...(isSupported(before) ? [] : [forbiddenField('spec', 'Pod running on node without support for resize')]),
  ]
  if (isWhole && !release.podLevelResize) return [...errors, forbiddenField('', 'resize of pods with pod-level resources is forbidden when InPlacePodLevelResourcesVerticalScalingEnabled feature gate is disabled')]
  errors.push(...wholeErrors(old.resources, wanted.resources))
  const order = [...orderErrors('containers', old.containers, wanted.containers), ...orderErrors('initContainers', old.initContainers ?? [], wanted.initContainers ?? [])]
  if (order.length > 0) return [...errors, ...order]
  return [...errors, ...removedErrors('initContainers', old.initContainers ?? [], wanted.initContainers ?? [], release), ...removedErrors('containers', old.containers, wanted.containers, release), ...regularErrors(old.containers, wanted.containers), ...initErrors(old.initContainers ?? [], wanted.initContainers ?? [], release)]
}

type Spec = PodSpec & { readonly resources?: Resources }

function specOf(pod: PodObject): Spec {
  return (pod.spec ?? { containers: [] }) as Spec
}

function isStated(resources: Resources = {}): boolean {
  return Object.keys(resources.requests ?? {}).length + Object.keys(resources.limits ?? {}).length > 0
}

/** A kubelet that knows of resizing reports what its running containers have. */
function isSupported({ status }: PodObject): boolean {
  const running = status?.containerStatuses?.find(({ state }) => state?.running !== undefined && state.running !== null)
  return running === undefined || (running as { resources?: object }).resources !== undefined
}

function wholeErrors(old: Resources | undefined, next: Resources | undefined): FieldError[] {
  if (!isStated(old) && !isStated(next)) return []
  if (old !== undefined && next === undefined) return [forbiddenField('spec.resources', 'pod-level resources cannot be removed')]
  const gone = (kind: 'requests' | 'limits'): FieldError[] => (old !== undefined && isRemoved(old[kind], next?.[kind]) ? [forbiddenField(`spec.resources.${kind}`, `pod-level resource ${kind} cannot be removed`)] : [])
  return [...gone('requests'), ...gone('limits'), ...(isOtherTouched(old, next) ? [forbiddenField('spec', 'only cpu and memory resources are mutable at pod-level')] : [])]
}

function orderErrors(list: 'containers' | 'initContainers', old: readonly Container[], next: readonly Container[]): FieldError[] {
  if (old.length !== next.length) return [forbiddenField(`spec.${list}`, `${list} may not be added or removed on resize`)]
  return old.flatMap(({ name }, index) => (next[index]?.name === name ? [] : [forbiddenField(`spec.${list}[${index}].name`, `${list} may not be renamed or reordered on resize`)]))
}

function removedErrors(list: 'containers' | 'initContainers', old: readonly Container[], next: readonly Container[], release: Release): FieldError[] {
  return old.flatMap((container, index) => {
    if (list === 'initContainers' && !isSidecar(container) && !release.initContainerResize) return []
    const [had, has] = [container.resources as Resources | undefined, next[index]?.resources as Resources | undefined]
    return (['requests', 'limits'] as const).flatMap((kind) => (isRemoved(had?.[kind], has?.[kind]) ? [forbiddenField(`spec.${list}[${index}].resources.${kind}`, `resource ${kind} cannot be removed`)] : []))
  })
}

function isRemoved(old: Quantities = {}, next: Quantities = {}): boolean {
  return Object.keys(old).some((name) => next[name] === undefined)
}

function regularErrors(old: readonly Container[], next: readonly Container[]): FieldError[] {
  return old.flatMap((container, index) => (isOtherTouched(container.resources as Resources, next[index]?.resources as Resources) ? [forbiddenField('spec', 'only cpu and memory resources are mutable')] : []))
}

function initErrors(old: readonly Container[], next: readonly Container[], release: Release): FieldError[] {
  return old.flatMap((container, index) => {
    const now = next[index] as Container & { readonly resizePolicy?: readonly { readonly restartPolicy?: string }[] }
    const isModified = !jsonEqual(container, now)
    if (!isSidecar(container) && !release.initContainerResize) return isModified ? [forbiddenField('spec', 'resources for non-sidecar init containers are immutable')] : []
    const at = release.initContainerResize ? `spec.initContainers[${index}]` : 'spec'
    const kinds = release.initContainerResize ? 'init or sidecar' : 'sidecar'
    const other = isOtherTouched(container.resources as Resources, now.resources as Resources) ? [forbiddenField(at, `only cpu and memory resources for ${kinds} containers are mutable`)] : []
    const restarts = isModified && !isSidecar(container) ? (now.resizePolicy ?? []).filter(({ restartPolicy }) => restartPolicy === 'RestartContainer') : []
    return [...other, ...restarts.map(() => forbiddenField(at, 'non-sidecar init containers with a resize policy of RestartContainer cannot be resized'))]
  })
}

function isOtherTouched(old: Resources = {}, next: Resources = {}): boolean {
  return (['requests', 'limits'] as const).some((kind) => !jsonEqual(others(old[kind]), others(next[kind])))
}

function others(quantities: Quantities = {}): Quantities {
  const { cpu: _, memory: __, ...rest } = quantities
  return rest
}
