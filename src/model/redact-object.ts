/**
 * A Kubernetes object without its secrets, before anything else sees it.
 *
 * Kubernetes has no permission for "keys only", so what a read brings is taken out here: all values of Secrets; values
 * of environments and ConfigMaps whose names say secret; the copy of the whole object that `kubectl apply` leaves in
 * an annotation; whatever in any other text looks like a secret. Names of objects and references between them stay,
 * since they say which object is meant.
 *
 * There is no plain digest of a value: one of a short password can be guessed offline. Marks are keyed, so that a
 * changed secret still looks changed.
 */

import { isRecord } from '../kernel/json.ts'
import { redactNamedValue } from '../kernel/redact/redact-json.ts'
import type { Redactor } from '../kernel/redact/redactor.ts'
import type { KubeObject } from './kube-object.ts'
import { createSiblings } from './siblings.ts'

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** All of a list. What is the same in the sibling of an object, where nothing had to be taken out of that one, is looked at once. */
export function redactObjects(objects: readonly KubeObject[], redactor: Redactor): KubeObject[] {
  const siblings = createSiblings()
  return objects.map((object) => {
    const kept = redactObject(object, redactor, siblings.of(object))
    if (kept === object) siblings.keep(object)
    return kept
  })
}

/** The same object where there was nothing to take out, as in a `sibling`. */
export function redactObject(object: KubeObject, redactor: Redactor, sibling?: KubeObject): KubeObject {
  const { apiVersion, kind, metadata, ...rest } = object
  const fields = isSecret(object) ? hideValues(rest, redactor) : kind === 'ConfigMap' && apiVersion === 'v1' ? redactConfig(rest, redactor) : redactor.json(rest, sibling)
  const keptMetadata = redactMetadata(object, redactor, sibling)
  return fields === rest && keptMetadata === metadata ? object : { apiVersion, kind, metadata: keptMetadata, ...fields }
}

export function isSecret(object: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean {
  return object.kind === 'Secret' && object.apiVersion === 'v1'
}

function redactMetadata(object: KubeObject, redactor: Redactor, sibling?: KubeObject): KubeObject['metadata'] {
  const { labels, annotations } = object.metadata
  const keptLabels = labels === undefined || labels === sibling?.metadata.labels ? labels : redactor.json(labels, sibling?.metadata.labels)
  const keptAnnotations = annotations === undefined || annotations === sibling?.metadata.annotations ? annotations : redactAnnotations(object, annotations, redactor)
  if (keptLabels === labels && keptAnnotations === annotations) return object.metadata
  return { ...object.metadata, ...(keptLabels === undefined ? {} : { labels: keptLabels }), ...(keptAnnotations === undefined ? {} : { annotations: keptAnnotations }) }
}

function redactAnnotations(object: KubeObject, annotations: Readonly<Record<string, string>>, redactor: Redactor): Readonly<Record<string, string>> {
  if (isSecret(object)) return annotationsOfSecret(object, annotations, redactor)
  const { [LAST_APPLIED]: applied, ...others } = annotations
  const kept = redactor.json(others)
  if (applied === undefined) return kept === others ? annotations : kept
  const keptApplied = redactApplied(applied, redactor)
  return kept === others && keptApplied === applied ? annotations : { ...kept, [LAST_APPLIED]: keptApplied }
}

/** Tools leave copies of the whole object behind, as JSON or packed; people leave a value in a note. What of it is hidden is hidden whole. */
function annotationsOfSecret(secret: KubeObject, annotations: Readonly<Record<string, string>>, redactor: Redactor): Readonly<Record<string, string>> {
  // Of this copy nobody needs to know that it changed.
  const { [LAST_APPLIED]: _, ...others } = annotations
  const values = valuesOf(secret)
  const isTold = (text: string): boolean => /^\s*[{[]/.test(text) || PACKED.test(text) || values.some((value) => text.includes(value))
  return redactor.json(Object.fromEntries(Object.entries(others).map(([key, text]) => [key, typeof text === 'string' && isTold(text) ? redactor.value('data', text) : text])))
}

/** Base64 that is too long for a digest in hex or a name. */
const PACKED = /^[A-Za-z0-9+/_-]{80,}={0,2}$/
/** Shorter ones are in every other word. */
const VALUE_CHARS_MIN = 4

/** As they are written and as they are meant. */
function valuesOf(secret: KubeObject): string[] {
  const texts = [secret['data'], secret['stringData']].flatMap((map) => (isRecord(map) ? Object.values(map) : [])).filter((value) => typeof value === 'string')
  return texts.flatMap((text) => [text, Buffer.from(text, 'base64').toString('utf8'), Buffer.from(text).toString('base64')]).filter(({ length }) => length >= VALUE_CHARS_MIN)
}

/** The copy is an object like the one that carries it. Text that is none is a text. */
function redactApplied(text: string, redactor: Redactor): string {
  const applied = parsed(text)
  if (!isRecord(applied) || typeof applied['kind'] !== 'string' || typeof applied['apiVersion'] !== 'string') return redactor.text(text)
  const { apiVersion, kind, metadata, ...rest } = applied
  const copy: KubeObject = { apiVersion, kind, metadata: isRecord(metadata) ? metadata : {}, ...rest }
  const kept = redactObject(copy, redactor)
  return kept === copy ? text : JSON.stringify(kept)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

type Fields = Readonly<Record<string, unknown>>

/** Values in base64, so that the object stays valid; an empty one stays empty, because that is a fault one can diagnose. */
function hideValues(secret: Fields, redactor: Redactor): Fields {
  const { data, stringData, ...rest } = secret
  return {
    ...redactor.json(rest),
    ...(isRecord(data) ? { data: hidden(data, (value) => hiddenBase64(value, redactor)) } : {}),
    ...(isRecord(stringData) ? { stringData: hidden(stringData, (value) => redactor.value('data', value)) } : {}),
  }
}

function hidden(values: Readonly<Record<string, unknown>>, hide: (value: string) => string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, typeof value === 'string' && value !== '' ? hide(value) : '']))
}

/** A value that is hidden already is not hidden twice, and `null` in disguise is hidden like everything else. */
function hiddenBase64(value: string, redactor: Redactor): string {
  const plain = Buffer.from(value, 'base64').toString('utf8')
  if (/^⟦secret:data:[a-z2-7]{4}⟧$/.test(plain)) return value
  return Buffer.from(redactor.value('data', `value ${value}`)).toString('base64')
}

function redactConfig(config: Fields, redactor: Redactor): Fields {
  const { data, ...rest } = config
  const kept = redactor.json(rest)
  if (!isRecord(data)) return kept === rest ? config : { ...kept, ...(data === undefined ? {} : { data }) }
  let changed = false
  const values = Object.entries(data).map(([key, value]) => {
    const next = typeof value === 'string' ? redactNamedValue(redactor, key, value) : value
    changed ||= next !== value
    return [key, next] as const
  })
  return changed || kept !== rest ? { ...kept, data: Object.fromEntries(values) } : config
}
