/**
 * Secrets keep their keys and lose their values at the door: whether a key is there explains a crash, its value never
 * may leave the cluster. The annotation of `kubectl apply` holds the values a second time.
 */

import { digestOf } from '../../kernel/canonical-json.ts'
import { isRecord } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

export function redactSecret(object: KubeObject): KubeObject {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return object
  const { [LAST_APPLIED]: _, ...annotations } = object.metadata.annotations ?? {}
  const metadata = object.metadata.annotations === undefined ? object.metadata : { ...object.metadata, annotations }
  const values = Object.fromEntries(['data', 'stringData'].flatMap((field) => (isRecord(object[field]) ? [[field, digests(object[field])]] : [])))
  return { ...object, metadata, ...values }
}

function digests(values: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, digestOf(String(value))]))
}
