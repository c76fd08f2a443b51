/** Files of one volume that would lie in each other's place (`warningsForOverlappingVirtualPaths`). */

import type { Volume, VolumeProjection } from 'kubernetes-types/core/v1.d.ts'

interface Laid {
  readonly path: string
  /** Of several in one volume. */
  readonly source: string
}

export function overlapWarnings(volume: Volume): string[] {
  const { name, configMap, secret, downwardAPI, projected } = volume
  const say = (what: string, files: readonly Laid[]): string[] => overlaps(files).map((text) => `volume "${name}" (${what}): overlapping paths: ${text}`)
  return [
    ...say(`ConfigMap "${configMap?.name ?? ''}"`, laid(configMap?.items)),
    ...say(`Secret "${secret?.secretName ?? ''}"`, laid(secret?.items)),
    ...say('DownwardAPI', laid(downwardAPI?.items)),
    ...(projected?.sources ?? []).flatMap((source) => (Object.keys(source).length === 0 ? [`volume "${name}" (Projected) has no sources provided`] : [])),
    ...say('Projected', (projected?.sources ?? []).flatMap(projectedFiles)),
  ]
}

function laid(items: readonly { readonly path: string }[] | undefined, source = ''): Laid[] {
  return (items ?? []).map(({ path }) => ({ path, source }))
}

function projectedFiles({ configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle }: VolumeProjection): Laid[] {
  if (configMap?.items !== undefined) return laid(configMap.items, `ConfigMap "${configMap.name ?? ''}"`)
  if (secret?.items !== undefined) return laid(secret.items, `Secret "${secret.name ?? ''}"`)
  if (downwardAPI?.items !== undefined) return laid(downwardAPI.items, 'DownwardAPI')
  if (serviceAccountToken !== undefined) return laid([serviceAccountToken], 'ServiceAccountToken')
  return clusterTrustBundle === undefined ? [] : laid([clusterTrustBundle], `ClusterTrustBundle "${clusterTrustBundle.name ?? clusterTrustBundle.signerName ?? ''}"`)
}

function overlaps(files: readonly Laid[]): string[] {
  const bare = files.map(({ path, source }) => ({ path: path.replace(/\/+$/, ''), source }))
  return bare.flatMap((file, index) => bare.slice(0, index).filter((other) => areNested(file.path, other.path)).map((other) => `${fileText(file)} with ${fileText(other)}`))
}

function areNested(one: string, other: string): boolean {
  return one !== '' && other !== '' && (`${one}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${one}/`))
}

function fileText({ path, source }: Laid): string {
  return source === '' ? `"${path}"` : `"${path}" (${source})`
}
