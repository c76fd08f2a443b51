/**
 * Objects that the twin can play. One that no API server would have stored (a pod without containers, a Deployment
 * without a template, text for a number) is left out and named: it would stop the whole rehearsal, and it cannot have run.
 */

import { isRecord } from '../../kernel/json.ts'
import { CLUSTER_PODS_MAX } from '../../kernel/limits.ts'
import { groupKind, subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { createSiblings } from '../../model/siblings.ts'
import type { SnapshotNote } from '../../model/snapshot.ts'
import { misshapenField } from '../../model/kube/shapes.ts'
import { mistypedField } from './mistyped-field.ts'

export interface SoundObjects {
  readonly objects: readonly KubeObject[]
  readonly leftOut: readonly LeftOut[]
}

/** An object that the twin does not have, although something of it was read. */
export interface LeftOut {
  readonly object: KubeObject
  readonly why: string
}

/** A snapshot is looked at for each plan, and its objects never change. */
const knownSound = new WeakSet<KubeObject>()

export function soundObjects(read: readonly KubeObject[]): SoundObjects {
  const leftOut: LeftOut[] = []
  const siblings = createSiblings()
  const objects = read.filter((object) => {
    if (knownSound.has(object)) return true
    const flaw = flawIn(object, siblings.of(object))
    if (flaw === undefined) {
      knownSound.add(object)
      siblings.keep(object)
    } else leftOut.push({ object, why: `${nameOf(object)} is malformed (${flaw}) and is left out of the twin.` })
    return flaw === undefined
  })
  return { objects, leftOut }
}

function nameOf(object: KubeObject): string {
  return typeof object.metadata.name === 'string' ? subjectText(subjectOf(object)) : `A ${object.kind} without a name`
}

function flawIn(object: KubeObject, sibling: KubeObject | undefined): string | undefined {
  return misshapenField(object, sibling) ?? mistypedField(object, sibling) ?? flawOf(object)
}

type Fields = Readonly<Record<string, unknown>>

const CLUSTER_WIDE = new Set(['/Namespace', '/Node', '/PersistentVolume'])
const MAKERS = new Set(['/ReplicationController', 'apps/Deployment', 'apps/ReplicaSet', 'apps/StatefulSet', 'apps/DaemonSet', 'batch/Job'])

/** What no path can hold (`apimachinery/pkg/api/validation/path`); every kind asks at least this. */
const UNUSABLE_NAME = /[/%]|^\.\.?$/

/** The first thing that the twin relies on and that is not there. */
function flawOf(object: KubeObject): string | undefined {
  const owner = (object.metadata.ownerReferences ?? []).find((reference) => ![reference.apiVersion, reference.kind, reference.name].every(isText))
  if (owner !== undefined) return 'field metadata.ownerReferences names no object'
  if (UNUSABLE_NAME.test(object.metadata.name ?? '')) return 'field metadata.name is no name of an object'
  const spec = fieldsOf(object['spec'])
  const kind = groupKind(object.apiVersion, object.kind)
  if (CLUSTER_WIDE.has(kind) && object.metadata.namespace !== undefined) return `field metadata.namespace is set, and a ${object.kind} is in no namespace`
  if (kind === '/Pod') return podFlaw(spec, 'spec') ?? statusFlaw(fieldsOf(object['status']))
  if (MAKERS.has(kind)) return sizeFlaw(spec, 'replicas') ?? sizeFlaw(spec, 'parallelism') ?? podFlaw(fieldsOf(fieldsOf(spec['template'])['spec']), 'spec.template.spec')
  if (kind === 'batch/CronJob') return isText(spec['schedule']) ? podFlaw(fieldsOf(fieldsOf(fieldsOf(fieldsOf(spec['jobTemplate'])['spec'])['template'])['spec']), 'spec.jobTemplate.spec.template.spec') : 'field spec.schedule is not text'
  if (kind === 'storage.k8s.io/VolumeAttachment') return isText(spec['nodeName']) && isRecord(spec['source']) ? undefined : 'field spec names no node or no source'
  return undefined
}

/** A server would store more than a cluster holds; it could not run them, and playing it would not end. */
function sizeFlaw(spec: Fields, field: string): string | undefined {
  const size = Number(spec[field] ?? 0)
  if (size < 0) return `field spec.${field} is negative`
  return size > CLUSTER_PODS_MAX ? `field spec.${field} is more than the ${CLUSTER_PODS_MAX} pods that a cluster holds` : undefined
}

function podFlaw(spec: Fields, at: string): string | undefined {
  const { containers, initContainers, ephemeralContainers, volumes } = spec
  if (!Array.isArray(containers) || containers.length === 0) return `field ${at}.containers is missing`
  for (const [field, list] of Object.entries({ containers, initContainers, ephemeralContainers, volumes })) {
    if (Array.isArray(list) && !list.every((item) => isText(fieldsOf(item)['name']))) return `an entry of ${at}.${field} has no name`
  }
  return undefined
}

function statusFlaw(status: Fields): string | undefined {
  for (const field of ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses']) {
    const list = status[field]
    if (Array.isArray(list) && !list.every((item) => isText(fieldsOf(item)['name']))) return `an entry of status.${field} has no name`
  }
  return undefined
}

function fieldsOf(value: unknown): Fields {
  return isRecord(value) ? value : {}
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

/** Those that the reader left out already. */
export function leftOutByReader(notes: readonly SnapshotNote[]): LeftOut[] {
  return notes.flatMap(({ about, message }) => {
    if (about === undefined) return []
    const { apiVersion, kind, namespace, name = 'without a name' } = about
    return [{ object: { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } }, why: `It is malformed and was left out: ${message}.` }]
  })
}
