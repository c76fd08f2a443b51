/**
 * A Secret without its values.
 *
 * Hazards need to know that a Secret is there and which keys it has; nobody downstream needs what the keys hold, and a
 * snapshot is stored, rehearsed on and may be handed to support. The values cannot be kept out of the read itself
 * (Kubernetes has no permission for "keys only"), so they are dropped here, before anything else sees the object.
 *
 * There is no digest either: a digest of a short password can be guessed offline. Whether a Secret changed is
 * told by its resourceVersion.
 */

import type { KubeObject } from '../model/kube-object.ts'

/** Stands for any value that is not empty: `redacted` in base64, so that the object stays valid. */
export const HIDDEN_VALUE = 'cmVkYWN0ZWQ='

/** `kubectl apply` copies the whole object, values included, into this annotation. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

export function isSecret(object: KubeObject): boolean {
  return object.kind === 'Secret' && object.apiVersion === 'v1'
}

/** The same Secret with each value replaced; an empty value stays empty, because that is a fault one can diagnose. */
export function hideSecret(secret: KubeObject): KubeObject {
  const { data, stringData, ...rest } = secret as KubeObject & Record<'data' | 'stringData', Readonly<Record<string, string>> | null | undefined>
  const { [LAST_APPLIED]: lastApplied, ...annotations } = secret.metadata.annotations ?? {}
  return {
    ...rest,
    metadata: lastApplied === undefined ? secret.metadata : { ...secret.metadata, annotations },
    ...(data ? { data: hidden(data) } : {}),
    ...(stringData ? { stringData: hidden(stringData) } : {}),
  }
}

function hidden(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value === '' ? '' : HIDDEN_VALUE]))
}
