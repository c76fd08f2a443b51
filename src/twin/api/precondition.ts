/** A uid or version that a write expects and the storage has not (`apiserver/pkg/storage`). */

import type { KubeObject } from '../../model/kube-object.ts'
import { storageKey } from './go-names.ts'
import type { Resource } from './resource.ts'
import { conflict, type ApiFault } from './status-error.ts'

/** 409, as the storage says it. */
export function preconditionFailed(resource: Resource, sent: Pick<KubeObject, 'metadata'>, { found, isDryRun }: { readonly found: KubeObject | undefined; readonly isDryRun: boolean }): ApiFault {
  const { name = '', namespace, uid } = sent.metadata
  const key = storageKey(resource, { name, ...(namespace === undefined ? {} : { namespace }) }, isDryRun)
  return conflict(resource, name, `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid ?? ''}, UID in object meta: ${found?.metadata.uid ?? ''}`)
}
