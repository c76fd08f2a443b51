/**
 * A cluster of a handful of objects for the tests of verbs: honest about identity, versions, dry runs and budgets, and
 * with no controllers at all. How verbs fare with controllers is tested on the twin.
 */

import { applyPatch, type Operation } from 'rfc6902'
import type { Clock } from '../kernel/clock.ts'
import { fault } from '../kernel/fault.ts'
import { isRecord } from '../kernel/json.ts'
import { objectKey, refOf, type KubeObject, type ObjectRef } from '../model/kube-object.ts'
import type { Realm } from '../model/clearance.ts'
import type { Cluster, Patch } from '../ports/cluster.ts'

export interface SmallCluster {
  readonly cluster: Cluster
  readonly clock: Clock
  /** Changes that were stored, as `verb Kind name`. */
  readonly sent: string[]
  /** Pods a budget refuses until this time. */
  readonly blockedUntilMs: Map<string, number>
  object(ref: ObjectRef): KubeObject | undefined
  put(object: KubeObject): void
}

export interface SmallOptions {
  readonly realm?: Realm
  readonly objects: readonly KubeObject[]
  /** How long an evicted pod takes to go. Default: 2 s. */
  readonly graceMs?: number
  readonly dryRun?: 'supported' | 'unsupported' | 'refused'
  /** Runs before a change is answered, after it was stored: a lost answer throws here. */
  readonly answer?: (sent: string) => void
}

export function smallCluster(options: SmallOptions): SmallCluster {
  const objects = new Map<string, KubeObject>()
  const sent: string[] = []
  const blockedUntilMs = new Map<string, number>()
  const doomed = new Map<string, number>()
  let nowMs = 1_000_000
  let version = 100
  const put = (object: KubeObject): void => void objects.set(objectKey(refOf(object)), withVersion(object, String((version += 1))))
  options.objects.forEach(put)
  const clock: Clock = {
    now: () => nowMs,
    after: () => () => undefined,
    async sleep(durationMs) {
      nowMs += durationMs
      for (const [key, atMs] of doomed) if (atMs <= nowMs && doomed.delete(key)) objects.delete(key)
    },
  }
  const existing = (ref: ObjectRef, uid?: string): KubeObject => {
    const object = objects.get(objectKey(ref))
    if (object === undefined) throw fault({ code: 'not-found', operation: 'test', message: `${ref.name} not found` })
    if (uid !== undefined && object.metadata.uid !== uid) throw fault({ code: 'conflict', operation: 'test', message: 'uid differs' })
    return object
  }
  const done = (text: string): void => {
    sent.push(text)
    options.answer?.(text)
  }
  const terminate = (ref: ObjectRef): void => {
    const object = existing(ref)
    put({ ...object, metadata: { ...object.metadata, deletionTimestamp: '1970-01-01T00:16:40Z' as never } })
    doomed.set(objectKey(ref), nowMs + (options.graceMs ?? 2_000))
  }
  const cluster = {
    realm: options.realm ?? 'live',
    get: async (ref: ObjectRef) => objects.get(objectKey(ref)),
    list: async ({ kind, fieldSelector, namespace }) => {
      const node = fieldSelector?.replace('spec.nodeName=', '')
      const items = [...objects.values()].filter((object) => object.kind === kind && (namespace === undefined || object.metadata.namespace === namespace))
      return { items: items.filter((object) => node === undefined || (object['spec'] as { nodeName?: string }).nodeName === node), resourceVersion: String(version) }
    },
    patch: async (ref: ObjectRef, patch: Patch, write) => {
      if (write?.dryRun === true && options.dryRun === 'unsupported') throw fault({ code: 'invalid', operation: 'test', message: 'admission webhook "x" does not support dry run' })
      if (write?.dryRun === true && options.dryRun === 'refused') throw fault({ code: 'forbidden', operation: 'test', message: 'denied by webhook "x"' })
      const patched = patchedObject(existing(ref), patch)
      if (write?.dryRun === true) return patched
      put(patched)
      done(`patch ${ref.kind} ${ref.name}`)
      return patched
    },
    remove: async (ref: ObjectRef, remove) => {
      existing(ref, remove?.uid)
      terminate(ref)
      done(`remove ${ref.kind} ${ref.name}`)
    },
    evict: async (ref: ObjectRef, evict) => {
      const object = objects.get(objectKey(ref))
      if (object === undefined || (evict?.uid !== undefined && object.metadata.uid !== evict.uid)) return { type: 'gone' }
      if (nowMs < (blockedUntilMs.get(ref.name) ?? 0)) return { type: 'blocked', message: 'budget cart allows 0 disruptions', retryAfterMs: 0 }
      terminate(ref)
      done(`evict ${ref.kind} ${ref.name}`)
      return { type: 'evicted' }
    },
  } satisfies Partial<Cluster>
  return { cluster: cluster as unknown as Cluster, clock, sent, blockedUntilMs, object: (ref) => objects.get(objectKey(ref)), put }
}

function withVersion(object: KubeObject, resourceVersion: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion } }
}

function patchedObject(object: KubeObject, patch: Patch): KubeObject {
  if (patch.type === 'json') {
    const copy = structuredClone(object)
    const errors = applyPatch(copy, structuredClone(patch.body) as unknown as Operation[]).filter((error) => error !== null)
    if (errors.length > 0) throw fault({ code: 'invalid', operation: 'test', message: `the patch does not apply: ${errors[0]?.message}` })
    return copy
  }
  const merged = merge(object, patch.body) as KubeObject
  const { uid, resourceVersion } = merged.metadata
  if (uid !== object.metadata.uid || resourceVersion !== object.metadata.resourceVersion) throw fault({ code: 'conflict', operation: 'test', message: 'the object has been modified' })
  return merged
}

/** RFC 7386, and as much of a strategic merge as the tests use: lists by name, `$patch: replace`. */
function merge(current: unknown, patch: unknown): unknown {
  if (Array.isArray(patch) && Array.isArray(current) && patch.every((item) => isRecord(item) && 'name' in item)) {
    const named = (name: unknown): unknown => patch.find((item) => isRecord(item) && item['name'] === name)
    const kept = current.map((item: unknown) => (isRecord(item) && named(item['name']) !== undefined ? merge(item, named(item['name'])) : item))
    return [...kept, ...patch.filter((item) => isRecord(item) && !current.some((old) => isRecord(old) && old['name'] === item['name']))]
  }
  if (!isRecord(patch)) return patch
  const { $patch: directive, ...fields } = patch
  const result: Record<string, unknown> = isRecord(current) && directive !== 'replace' ? { ...current } : {}
  for (const [key, value] of Object.entries(fields)) {
    if (value === null) delete result[key]
    else result[key] = merge(result[key], value)
  }
  return result
}
