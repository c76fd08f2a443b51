/** What a pod needs to exist before it can start: ConfigMaps, Secrets and their keys, claims, with where it says so. */

import type { Container, PodSpec, Volume } from 'kubernetes-types/core/v1.d.ts'

export interface ConfigReference {
  readonly kind: 'ConfigMap' | 'Secret'
  readonly name: string
  /** Absent: the whole object. */
  readonly key?: string
  /** `env DB_URL of main`, `volume config`: for a person. */
  readonly where: string
  readonly container?: string
}

/** Every reference that is not optional. */
export function configReferences(spec: PodSpec | undefined): ConfigReference[] {
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]
  return [...containers.flatMap(ofContainer), ...(spec?.volumes ?? []).flatMap(ofVolume)]
}

interface KeyRef {
  readonly name?: string
  readonly key?: string
  readonly optional?: boolean
}

function ofContainer(container: Container): ConfigReference[] {
  const keyed = (container.env ?? []).flatMap((entry) => {
    const where = `env ${entry.name} of ${container.name}`
    return [...one('ConfigMap', entry.valueFrom?.configMapKeyRef, where), ...one('Secret', entry.valueFrom?.secretKeyRef, where)]
  })
  const whole = (container.envFrom ?? []).flatMap((source) => [...one('ConfigMap', source.configMapRef, `envFrom of ${container.name}`), ...one('Secret', source.secretRef, `envFrom of ${container.name}`)])
  return [...keyed, ...whole].map((reference) => ({ ...reference, container: container.name }))
}

function ofVolume(volume: Volume): ConfigReference[] {
  const where = `volume ${volume.name}`
  const projected = (volume.projected?.sources ?? []).flatMap((source) => [...withItems('ConfigMap', source.configMap, where), ...withItems('Secret', source.secret, where)])
  const { secret } = volume
  const asSource = secret === undefined ? undefined : { ...secret, ...(secret.secretName === undefined ? {} : { name: secret.secretName }) }
  return [...withItems('ConfigMap', volume.configMap, where), ...withItems('Secret', asSource, where), ...projected]
}

function withItems(kind: ConfigReference['kind'], source: (KeyRef & { readonly items?: readonly { readonly key: string }[] }) | undefined, where: string): ConfigReference[] {
  if (source === undefined) return []
  const whole = one(kind, { ...(source.name === undefined ? {} : { name: source.name }), ...(source.optional === undefined ? {} : { optional: source.optional }) }, where)
  return [...whole, ...whole.flatMap((reference) => (source.items ?? []).map((item) => ({ ...reference, key: item.key })))]
}

function one(kind: ConfigReference['kind'], ref: KeyRef | undefined, where: string): ConfigReference[] {
  if (ref?.name === undefined || ref.optional === true) return []
  return [{ kind, name: ref.name, where, ...(ref.key === undefined ? {} : { key: ref.key }) }]
}
