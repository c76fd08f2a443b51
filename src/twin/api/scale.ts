/**
 * The scale subresource: replicas and selector of any workload in one shape (`autoscaling/v1` Scale).
 */

import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import { isRecord } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { WriteOptions } from '../../ports/cluster.ts'
import type { ApiEnvironment } from './environment.ts'
import { invalidField, invalidObject } from './field-error.ts'
import { valueAt } from '../../model/evidence.ts'
import type { ScalePaths } from './resource.ts'
import { conflict, statusError } from './status-error.ts'
import { updateObject } from './update.ts'

/** The Scale of a workload. Throws 404 for kinds that have none. */
export function scaleOf(environment: ApiEnvironment, object: KubeObject): KubeObject {
  const resource = environment.resources.demand(object.apiVersion, object.kind)
  if (!resource.subresources.includes('scale')) throw statusError('NotFound', 'the server could not find the requested resource')
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const found = resource.scale === undefined ? builtInScale(object) : customScale(object, resource.scale)
  const metadata = Object.fromEntries(Object.entries({ name, namespace, uid, resourceVersion, creationTimestamp }).filter(([, value]) => value !== undefined))
  const { replicas, current, selector } = found
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata,
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: current, ...(selector === '' ? {} : { selector }) },
  }
}

interface FoundScale {
  readonly replicas: number
  readonly current: number
  readonly selector: string
}

function builtInScale(object: KubeObject): FoundScale {
  const spec = (object['spec'] ?? {}) as { replicas?: number; selector?: LabelSelector | Record<string, string> }
  const status = (object['status'] ?? {}) as { replicas?: number }
  return { replicas: spec.replicas ?? 0, current: status.replicas ?? 0, selector: selectorText(spec.selector) }
}

function customScale(object: KubeObject, { specReplicasPath, statusReplicasPath, labelSelectorPath }: ScalePaths): FoundScale {
  const number = (path: string): number => Number(valueAt(object, path.replace(/^\./, '')) ?? 0)
  const selector = labelSelectorPath === undefined ? undefined : valueAt(object, labelSelectorPath.replace(/^\./, ''))
  return { replicas: number(specReplicasPath), current: number(statusReplicasPath), selector: typeof selector === 'string' ? selector : '' }
}

/** The object with the replicas set where its kind keeps them. */
function withReplicas(object: KubeObject, path: string, replicas: number): KubeObject {
  const set = (value: unknown, [step, ...rest]: readonly string[]): unknown => (step === undefined ? replicas : { ...(isRecord(value) ? value : {}), [step]: set(isRecord(value) ? value[step] : undefined, rest) })
  return set(object, path.split('.').filter((step) => step !== '')) as KubeObject
}

/** Sets the replicas that a Scale asks for on the workload it belongs to, and returns the new Scale. */
export function updateScale(environment: ApiEnvironment, object: KubeObject, scale: object, options: WriteOptions = {}): KubeObject {
  const current = scaleOf(environment, object)
  const asked = (scale as { spec?: { replicas?: unknown } }).spec?.replicas ?? 0
  if (typeof asked !== 'number' || !Number.isInteger(asked) || asked < 0) {
    throw invalidObject(current, object.metadata.name ?? '', [invalidField('spec.replicas', asked, 'must be greater than or equal to 0')])
  }
  const { resourceVersion, uid = '' } = (scale as Partial<KubeObject>).metadata ?? {}
  const { resourceVersion: _, ...metadata } = object.metadata
  const stamped = { ...metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }), ...(uid === '' ? {} : { uid }) }
  const resource = environment.resources.demand(object.apiVersion, object.kind)
  const next = withReplicas({ ...object, metadata: stamped }, resource.scale?.specReplicasPath ?? 'spec.replicas', asked)
  const { dryRun, fieldManager } = options
  const write = { ...(dryRun === undefined ? {} : { dryRun }), ...(fieldManager === undefined ? {} : { fieldManager }) }
  return scaleOf(environment, updateObject(environment, next, write))
}

/** The patch is one of the Scale, not of the workload. */
export function patchScale(environment: ApiEnvironment, object: KubeObject, change: (scale: KubeObject) => object, options: WriteOptions): KubeObject {
  const next = change(scaleOf(environment, object))
  const { uid } = (next as Partial<KubeObject>).metadata ?? {}
  if (uid !== undefined && uid !== object.metadata.uid) {
    const { group, plural } = environment.resources.demand(object.apiVersion, object.kind)
    throw conflict({ group, plural: `${plural}/scale` }, object.metadata.name ?? '', `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${object.metadata.uid ?? ''}`)
  }
  return updateScale(environment, object, isRecord(next) ? next : {}, options)
}

/** As `metav1.FormatLabelSelector` writes it. */
export function selectorText(selector: LabelSelector | Record<string, string> | undefined): string {
  if (selector === undefined) return ''
  const { matchLabels, matchExpressions } = selector as LabelSelector
  if (matchLabels === undefined && matchExpressions === undefined) return labelsText(selector as Record<string, string>)
  const expressions = (matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key
    if (operator === 'DoesNotExist') return `!${key}`
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${[...values].sort().join(',')})`
  })
  return [labelsText(matchLabels ?? {}), ...expressions].filter((part) => part !== '').join(',')
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',')
}
