/**
 * Can the pod's volumes be set up? Names the first that cannot, in the words of the FailedMount event
 * (`pkg/volume/{configmap,secret}`, `pkg/kubelet/volumemanager`).
 *
 * What an attacher must bring first is asked in `attached.ts`.
 */

import type { Volume } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import type { StoreReader } from '../store.ts'
import { configObject, configValues, notFoundText } from './container-env.ts'

interface Lookup {
  readonly store: Pick<StoreReader, 'get'>
  readonly pod: PodObject
}

interface KeyedSource {
  readonly name: string | undefined
  readonly kind: 'ConfigMap' | 'Secret'
  readonly items?: readonly { readonly key: string }[] | undefined
  readonly optional?: boolean | undefined
}

/** Made for every namespace by the control plane; folders of manifests seldom hold it. */
const ROOT_CERTIFICATE = 'kube-root-ca.crt'

/** The message of the failure; undefined when all volumes are set up. */
export function mountFailure(lookup: Lookup): string | undefined {
  for (const volume of lookup.pod.spec?.volumes ?? []) {
    const failure = volumeFailure(lookup, volume)
    if (failure !== undefined) return failure
  }
  return undefined
}

function volumeFailure(lookup: Lookup, volume: Volume): string | undefined {
  for (const source of keyedSources(volume)) {
    const failure = sourceFailure(lookup, source)
    if (failure !== undefined) return `MountVolume.SetUp failed for volume "${volume.name}" : ${failure}`
  }
  const claim = volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral === undefined ? undefined : `${lookup.pod.metadata.name ?? ''}-${volume.name}`)
  return claim === undefined ? undefined : claimFailure(lookup, volume.name, claim)
}

/** Configuration that a volume brings in, whatever the form. */
export function keyedSources(volume: Volume): KeyedSource[] {
  const projected = volume.projected?.sources ?? []
  return [
    ...(volume.configMap === undefined ? [] : [{ kind: 'ConfigMap' as const, name: volume.configMap.name, items: volume.configMap.items, optional: volume.configMap.optional }]),
    ...(volume.secret === undefined ? [] : [{ kind: 'Secret' as const, name: volume.secret.secretName, items: volume.secret.items, optional: volume.secret.optional }]),
    ...projected.flatMap((source): KeyedSource[] => [
      ...(source.configMap === undefined ? [] : [{ kind: 'ConfigMap' as const, ...source.configMap, name: source.configMap.name }]),
      ...(source.secret === undefined ? [] : [{ kind: 'Secret' as const, ...source.secret, name: source.secret.name }]),
    ]),
  ]
}

function sourceFailure(lookup: Lookup, source: KeyedSource): string | undefined {
  const name = source.name ?? ''
  if (source.kind === 'ConfigMap' && name === ROOT_CERTIFICATE) return undefined
  const holder = configObject(lookup, source.kind, name)
  if (source.optional === true) return undefined
  if (holder === undefined) return notFoundText(source.kind, name)
  const values = configValues(holder)
  const missing = source.items?.find((item) => values[item.key] === undefined)
  if (missing === undefined) return undefined
  return source.kind === 'ConfigMap' ? `configmap references non-existent config key: ${missing.key}` : `references non-existent secret key: ${missing.key}`
}

function claimFailure({ store, pod }: Lookup, volumeName: string, claimName: string): string | undefined {
  const claim = store.get({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: pod.metadata.namespace ?? '', name: claimName })
  const prefix = `Unable to attach or mount volumes: unmounted volumes=[${volumeName}]`
  if (claim === undefined) return `${prefix}: error processing PVC ${pod.metadata.namespace ?? ''}/${claimName}: failed to fetch PVC from API server: persistentvolumeclaims "${claimName}" not found`
  return isBound(claim) ? undefined : `${prefix}: error processing PVC ${pod.metadata.namespace ?? ''}/${claimName}: PVC is not bound`
}

/** A claim of a plain manifest has no status: it is taken as bound when it names its volume. */
function isBound(claim: KubeObject): boolean {
  const phase = (claim['status'] as { phase?: string } | undefined)?.phase
  return phase === 'Bound' || (phase === undefined && (claim['spec'] as { volumeName?: string } | undefined)?.volumeName !== undefined)
}
