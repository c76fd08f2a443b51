/** What a server warns of in volumes, claims, classes and drivers, though it takes them. */

import type { PersistentVolume, PersistentVolumeClaim } from 'kubernetes-types/core/v1.d.ts'
import type { CSIDriver, StorageClass } from 'kubernetes-types/storage/v1.d.ts'
import { jsonEqual } from '../../../kernel/json.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import { claimWarnings } from './amounts.ts'
import { labelWarning, termWarnings } from './node-labels.ts'
import { oldVolumes } from './pod-warnings.ts'

const CLASS = 'volume.beta.kubernetes.io/storage-class'
const MOUNT_OPTIONS = 'volume.beta.kubernetes.io/mount-options'

export function volumeWarnings({ metadata, spec }: KubeObject & PersistentVolume): string[] {
  const terms = spec?.nodeAffinity?.required?.nodeSelectorTerms ?? []
  return [
    ...(metadata.annotations?.[CLASS] === undefined ? [] : [`metadata.annotations[${CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead`]),
    ...(metadata.annotations?.[MOUNT_OPTIONS] === undefined ? [] : [`metadata.annotations[${MOUNT_OPTIONS}]: deprecated since v1.31; use "mountOptions" attribute instead`]),
    ...(spec?.persistentVolumeReclaimPolicy === 'Recycle' ? ['spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.'] : []),
    ...terms.flatMap((term, index) => termWarnings(term, `spec.nodeAffinity.required.nodeSelectorTerms[${index}]`, { areValuesRead: false })),
    ...oldVolumes(spec ?? {}, 'spec'),
  ]
}

export function claimObjectWarnings({ metadata, spec }: KubeObject & PersistentVolumeClaim): string[] {
  return [...(metadata.annotations?.[CLASS] === undefined ? [] : [`metadata.annotations[${CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead`]), ...claimWarnings(spec?.resources, 'spec')]
}

export function classWarnings({ allowedTopologies = [] }: KubeObject & StorageClass): string[] {
  return allowedTopologies.flatMap(({ matchLabelExpressions = [] }, index) => matchLabelExpressions.flatMap(({ key }, at) => labelWarning(key, (message) => `allowedTopologies[${index}].matchLabelExpressions[${at}].key: ${message}`)))
}

const IN_SECRETS = 'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes'
const IN_SECRETS_SINCE_MINOR = 35

type Driver = KubeObject & { readonly spec?: CSIDriver['spec'] & { readonly serviceAccountTokenInSecrets?: boolean } }

export function driverWarnings({ spec }: Driver, { before, minor }: { readonly before?: KubeObject | undefined; readonly minor: number }): string[] {
  const requests = spec?.tokenRequests ?? []
  const isChanged = before === undefined || !jsonEqual((before as Driver).spec?.tokenRequests, requests)
  return minor >= IN_SECRETS_SINCE_MINOR && requests.length > 0 && isChanged && spec?.serviceAccountTokenInSecrets === undefined ? [IN_SECRETS] : []
}
