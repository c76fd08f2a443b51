/** The patch that `set image`, `set env` and `set resources` make of what is wanted of containers. */

import type { Container, EnvVar } from 'kubernetes-types/core/v1.d.ts'
import { fault } from '../../kernel/fault.ts'
import type { JsonValue } from '../../kernel/json.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { containersOf, podTemplateOf } from '../../model/kube/workload.ts'
import type { ContainerChange } from '../../model/what-if.ts'
import type { Twin } from '../../twin/twin.ts'
import { findObject } from './find-objects.ts'

/** Fault `not-found` for a container that is not there, with those that are. */
export function containersPatch(twin: Twin, object: KubeObject, changes: readonly ContainerChange[]): JsonValue {
  const template = podTemplateOf(object)
  demandContainers(object, containersOf(template), changes)
  const part = (list: 'containers' | 'initContainers'): object => {
    const changed = changes.flatMap((change) => (template?.spec?.[list] ?? []).filter(({ name }) => isMeant(change, name)).map((container) => ({ name: container.name, ...fieldsOf(twin, container, change) })))
    return changed.length === 0 ? {} : { [list]: changed }
  }
  return around(object, { ...part('containers'), ...part('initContainers') }) as JsonValue
}

function isMeant({ container }: ContainerChange, name: string): boolean {
  return container === '*' || container === name
}

function demandContainers(object: KubeObject, containers: readonly Container[], changes: readonly ContainerChange[]): void {
  const names = containers.map(({ name }) => name)
  const missing = changes.find((change) => !names.some((name) => isMeant(change, name)))
  if (missing === undefined) return
  const isEmpty = names.length === 0
  throw fault({ code: 'not-found', operation: 'what if', subject: subjectText(subjectOf(object)), message: isEmpty ? 'it has no containers' : `it has no container ${missing.container}`, hint: isEmpty ? 'Name a workload or a pod.' : `Its containers: ${names.join(', ')}.` })
}

function fieldsOf(twin: Twin, container: Container, change: ContainerChange): object {
  const { image, limits, requests } = change
  const resources = { ...(limits === undefined ? {} : { limits }), ...(requests === undefined ? {} : { requests }) }
  const env = envOf(twin, container.env ?? [], change)
  return { ...(image === undefined ? {} : { image }), ...(env === undefined ? {} : { env: [{ $patch: 'replace' }, ...env] }), ...(Object.keys(resources).length === 0 ? {} : { resources }) }
}

/** The whole list, in kubectl's order: what was there keeps its place, what is new comes last. */
function envOf(twin: Twin, present: readonly EnvVar[], { env, envOf: from }: ContainerChange): readonly EnvVar[] | undefined {
  if (env === undefined && from === undefined) return undefined
  const removed = new Set((env ?? []).flatMap(({ name, value }) => (value === undefined ? [name] : [])))
  const wanted: EnvVar[] = [...(from === undefined ? [] : variablesFrom(twin, from)), ...(env ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }]))]
  const byName = new Map(present.filter(({ name }) => !removed.has(name)).map((variable) => [variable.name, variable]))
  for (const variable of wanted) byName.set(variable.name, variable)
  return [...byName.values()]
}

/** A variable a key, named as kubectl names it (`keyToEnvName`). */
function variablesFrom(twin: Twin, { source, prefix }: NonNullable<ContainerChange['envOf']>): EnvVar[] {
  const object = findObject(twin, source)
  const { name = '' } = object.metadata
  const keys = Object.keys({ ...(object['data'] as object | undefined), ...(object['binaryData'] as object | undefined) }).sort()
  if (object.kind !== 'ConfigMap' && object.kind !== 'Secret') throw fault({ code: 'invalid', operation: 'what if', subject: subjectText(subjectOf(object)), message: 'variables come from a ConfigMap or a Secret', hint: 'Write --from=configmap/NAME.' })
  return keys.map((key) => ({ name: `${prefix}${key.replaceAll(/[^a-zA-Z0-9_]/g, '_').toUpperCase()}`, valueFrom: object.kind === 'ConfigMap' ? { configMapKeyRef: { name, key } } : { secretKeyRef: { name, key } } }))
}

/** Where the kind keeps the pods that it makes. */
function around({ kind }: KubeObject, podSpec: object): object {
  if (kind === 'Pod') return { spec: podSpec }
  const template = { spec: { template: { spec: podSpec } } }
  return kind === 'CronJob' ? { spec: { jobTemplate: template } } : template
}
