/**
 * The digest of all that decides how a process starts: command, arguments, environment, the configuration it mounts and
 * where, and as whom it runs with which rights on its machine. A fault that was seen stays until one of these (or the image) changes; restarting alone heals nothing.
 *
 * Limits are left out: a process that exits by itself does so with more memory, too. Values the downward API gives
 * differ per pod without changing the set-up, so references to them count and not their values.
 */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import { digestOfJson } from '../../kernel/canonical-json.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import type { StoreReader } from '../store.ts'
import { configObject, configValues } from './container-env.ts'
import { keyedSources } from './volumes.ts'

interface Lookup {
  readonly store: Pick<StoreReader, 'get'>
  readonly pod: PodObject
}

export function setupDigest(lookup: Lookup, container: Container): string {
  return digestOfJson({
    command: container.command ?? [],
    args: container.args ?? [],
    directory: container.workingDir ?? '',
    identity: [container.securityContext ?? {}, lookup.pod.spec?.securityContext ?? {}, lookup.pod.spec?.serviceAccountName ?? 'default'],
    env: (container.env ?? []).map((variable) => ({ name: variable.name, value: variable.value ?? '', from: variable.valueFrom === undefined ? null : { ...variable.valueFrom, content: keyContent(lookup, variable.valueFrom) } })),
    envFrom: (container.envFrom ?? []).map((source) => ({ prefix: source.prefix ?? '', content: contentOf(lookup, source.configMapRef === undefined ? 'Secret' : 'ConfigMap', source.configMapRef?.name ?? source.secretRef?.name) })),
    mounts: (container.volumeMounts ?? []).filter((mount) => !isApiAccess(mount.name)).map(({ mountPath, subPath = '', readOnly = false }) => ({ mountPath, subPath, readOnly })),
    mounted: mountedContent(lookup, container),
  })
}

type ValueFrom = NonNullable<NonNullable<Container['env']>[number]['valueFrom']>

function keyContent(lookup: Lookup, from: ValueFrom): string | null {
  const reference = from.configMapKeyRef ?? from.secretKeyRef
  if (reference === undefined) return null
  return contentOf(lookup, from.configMapKeyRef === undefined ? 'Secret' : 'ConfigMap', reference.name)?.[reference.key] ?? null
}

function mountedContent(lookup: Lookup, container: Container): unknown {
  const mounted = new Set(container.volumeMounts?.map((mount) => mount.name) ?? [])
  return (lookup.pod.spec?.volumes ?? [])
    .filter((volume) => mounted.has(volume.name) && !isApiAccess(volume.name))
    .flatMap((volume) => keyedSources(volume).map((source) => contentOf(lookup, source.kind, source.name)))
}

/** The API server gives each pod a mount of its own for its token. */
function isApiAccess(name: string): boolean {
  return name.startsWith('kube-api-access-')
}

function contentOf(lookup: Lookup, kind: 'ConfigMap' | 'Secret', name: string | undefined): Readonly<Record<string, string>> | null {
  const holder = name === undefined ? undefined : configObject(lookup, kind, name)
  return holder === undefined ? null : configValues(holder)
}
