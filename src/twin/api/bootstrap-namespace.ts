/**
 * What every namespace holds: the default ServiceAccount and the cluster's root certificate, which the service
 * account and root CA controllers put there within milliseconds of its creation. Pods cannot be admitted before.
 */

import { isDeepStrictEqual } from 'node:util'
import type { KubeObject } from '../../model/kube-object.ts'
import type { StoreReader } from '../store.ts'

const ROOT_CERTIFICATE = 'kube-root-ca.crt'
/** The twin has no certificate authority: the map is there because pods mount it. */
const CERTIFICATE_TEXT = '# The simulated cluster speaks plain HTTP: it has no certificate authority.\n'

/** Adds what is missing by `create`; existing objects are left alone. */
export function bootstrapNamespace(store: StoreReader, namespace: string, create: (object: KubeObject) => void): void {
  const wanted: readonly KubeObject[] = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: ROOT_CERTIFICATE, namespace }, data: certificateOf(store) },
  ]
  for (const object of wanted) {
    const ref = { apiVersion: 'v1', kind: object.kind, namespace, name: object.metadata.name ?? '' }
    if (store.get(ref) === undefined) create(object)
  }
}

export function isRootCertificate({ kind, metadata }: KubeObject): boolean {
  return kind === 'ConfigMap' && metadata.name === ROOT_CERTIFICATE
}

/** The certificate of a namespace as it ought to be, where somebody wrote something else; that of `kube-system` is the measure. */
export function restoredCertificate(store: StoreReader, namespace: string): KubeObject | undefined {
  const found = store.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: ROOT_CERTIFICATE })
  const wanted = certificateOf(store)
  return found === undefined || isDeepStrictEqual(found['data'], wanted) ? undefined : { ...found, data: wanted }
}

/** Every namespace of a cluster has the same. */
function certificateOf(store: StoreReader): unknown {
  return store.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name: ROOT_CERTIFICATE })?.['data'] ?? { 'ca.crt': CERTIFICATE_TEXT }
}
