/** Fields whose feature is off in a release are dropped without a word, as `pkg/api/pod/util.go` (dropDisabledFields) drops them. */

import type { Container, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { isPod } from '../../model/kube/workload.ts'
import { withoutDisabledDevices } from '../devices/drop-disabled.ts'
import type { VersionProfile } from '../profile.ts'

type Ruled = Container & { readonly restartPolicyRules?: unknown }

export function withoutDisabled(object: KubeObject, profile: Pick<VersionProfile, 'containerRestartRules' | 'minor'>): KubeObject {
  if (object.apiVersion.startsWith('resource.k8s.io/')) return withoutDisabledDevices(object, profile)
  if (profile.containerRestartRules) return object
  const spec = object['spec'] as Templated | undefined
  if (isPod(object)) return object.spec === undefined ? object : { ...object, spec: withoutRestartRules(object.spec) }
  if (object.kind === 'CronJob' && spec?.jobTemplate?.spec !== undefined) return { ...object, spec: { ...spec, jobTemplate: { ...spec.jobTemplate, spec: withTemplate(spec.jobTemplate.spec) } } }
  return spec?.template?.spec?.containers === undefined ? object : { ...object, spec: withTemplate(spec) }
}

interface Templated {
  readonly template?: { readonly spec?: PodSpec }
  readonly jobTemplate?: { readonly spec?: Templated }
}

function withTemplate<T extends Templated>(spec: T): T {
  return spec.template?.spec === undefined ? spec : { ...spec, template: { ...spec.template, spec: withoutRestartRules(spec.template.spec) } }
}

/** Init containers may restart always since sidecars came; the rest is ContainerRestartRules. */
function withoutRestartRules(spec: PodSpec): PodSpec {
  const { initContainers, containers, ephemeralContainers } = spec
  if (![...(initContainers ?? []), ...(containers ?? []), ...(ephemeralContainers ?? [])].some((container) => isRuled(container))) return spec
  return {
    ...spec,
    containers: containers.map((container) => plain(container)),
    ...(initContainers === undefined ? {} : { initContainers: initContainers.map((container) => (container.restartPolicy === 'Always' ? { ...plain(container), restartPolicy: 'Always' } : plain(container))) }),
    ...(ephemeralContainers === undefined ? {} : { ephemeralContainers: ephemeralContainers.map((container) => plain(container)) }),
  }
}

function isRuled(container: Ruled): boolean {
  return container?.restartPolicy !== undefined || container?.restartPolicyRules !== undefined
}

function plain<T extends object>(container: T): T {
  const { restartPolicy: _, restartPolicyRules: __, ...rest } = container as T & Ruled
  return rest as unknown as T
}
