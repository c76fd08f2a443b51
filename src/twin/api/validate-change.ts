/**
 * What is asked when an object is replaced, and in which order. The server asks some of it again: what holds for every kind
 * comes first, and the rules of a kind repeat it, so that one mistake may be named two, three or four times
 * (`rest.BeforeUpdate`, and each kind's `ValidateUpdate`).
 */

import type { VersionProfile } from '../profile.ts'
import type { FieldError } from './field-error.ts'

export interface ChangeParts {
  /** Metadata as new objects' is. */
  meta(): readonly FieldError[]
  /** Metadata as an update's is: less of it. */
  metaAgain(): readonly FieldError[]
  /** The rules of the kind for new objects. */
  own(): readonly FieldError[]
  /** What is asked of the object as a whole, once. */
  whole(): readonly FieldError[]
  /** What is asked of it once all of it is known to be right, or wrong. */
  end(): readonly FieldError[]
  /** What may not become of it. */
  change(): readonly FieldError[]
}

type Order = (parts: ChangeParts) => readonly FieldError[]

/** A kind whose rules for updates call those for new objects. */
const ordinary: Order = ({ meta, metaAgain, own, change }) => [...metaAgain(), ...meta(), ...own(), ...change()]
/** A kind that looks at its spec alone. */
const specOnly: Order = ({ metaAgain, own, change }) => [...metaAgain(), ...own(), ...change()]
const changeFirst: Order = ({ metaAgain, own, change }) => [...metaAgain(), ...change(), ...own()]

/** A kind whose updates are asked what new objects are, and no more of their metadata. */
const newOnly: Order = ({ meta, own, change }) => [...meta(), ...own(), ...change()]
const changeOnly: Order = ({ metaAgain, change }) => [...metaAgain(), ...change()]
const changeThenNew: Order = ({ meta, metaAgain, own, change }) => [...metaAgain(), ...change(), ...meta(), ...own()]
const metaLater: Order = ({ meta, metaAgain, own, change }) => [...meta(), ...own(), ...metaAgain(), ...change()]

const metaLaterThanNew: Order = ({ meta, metaAgain, own, change }) => [...meta(), ...metaAgain(), ...own(), ...change()]

const ORDERS: Readonly<Record<string, Order>> = {
  'apps/Deployment': specOnly,
  'apps/ReplicaSet': specOnly,
  'apps/StatefulSet': specOnly,
  'apps/DaemonSet': changeFirst,
  'batch/CronJob': specOnly,
  // All of a Job is looked at, and then its spec once more.
  'batch/Job': ({ meta, metaAgain, whole, own, end, change }) => [...meta(), ...whole(), ...own(), ...end(), ...metaAgain(), ...own(), ...change()],
  'policy/PodDisruptionBudget': ({ own }) => own(),
  '/Service': changeFirst,
  '/ConfigMap': changeThenNew,
  '/Secret': changeThenNew,
  'rbac.authorization.k8s.io/Role': metaLater,
  'rbac.authorization.k8s.io/ClusterRole': metaLater,
  'rbac.authorization.k8s.io/RoleBinding': metaLater,
  'rbac.authorization.k8s.io/ClusterRoleBinding': metaLater,
  'networking.k8s.io/NetworkPolicy': specOnly,
  'networking.k8s.io/IngressClass': changeThenNew,
  'autoscaling/HorizontalPodAutoscaler': specOnly,
  '/Node': metaLater,
  '/ResourceQuota': specOnly,
  '/PersistentVolume': ({ meta, own, change }) => [...meta(), ...own(), ...meta(), ...own(), ...change()],
  '/LimitRange': newOnly,
  '/PodTemplate': specOnly,
  '/Event': ({ own }) => own(),
  'scheduling.k8s.io/PriorityClass': changeOnly,
  'node.k8s.io/RuntimeClass': metaLater,
  'coordination.k8s.io/Lease': specOnly,
  'discovery.k8s.io/EndpointSlice': newOnly,
  'apiextensions.k8s.io/CustomResourceDefinition': ({ metaAgain, own, change, end }) => [...metaAgain(), ...own(), ...change(), ...end()],
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': newOnly,
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': newOnly,
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy': newOnly,
  'admissionregistration.k8s.io/MutatingAdmissionPolicy': newOnly,
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding': newOnly,
  'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding': newOnly,
  'storage.k8s.io/StorageClass': metaLater,
  'storage.k8s.io/CSIDriver': specOnly,
  'storage.k8s.io/CSINode': newOnly,
  'storage.k8s.io/VolumeAttachment': newOnly,
  'storage.k8s.io/CSIStorageCapacity': metaLater,
  'storage.k8s.io/VolumeAttributesClass': changeThenNew,
  'certificates.k8s.io/CertificateSigningRequest': ({ meta, metaAgain, own, change }) => [...meta(), ...own(), ...change(), ...metaAgain()],
  'resource.k8s.io/DeviceClass': metaLaterThanNew,
  'resource.k8s.io/ResourceClaim': ({ meta, metaAgain, change }) => [...meta(), ...metaAgain(), ...change()],
  'resource.k8s.io/ResourceClaimTemplate': metaLater,
  'resource.k8s.io/ResourceSlice': specOnly,
  'flowcontrol.apiserver.k8s.io/FlowSchema': newOnly,
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration': newOnly,
}

/** Until 1.34 a claim was looked at by its storage, and then by its rules for updates. */
const twice: Order = (parts) => [...parts.meta(), ...parts.own(), ...ordinary(parts)]

const UNTIL_1_34: Readonly<Record<string, Order>> = { '/PersistentVolumeClaim': twice, 'resource.k8s.io/ResourceClaim': changeFirst, 'resource.k8s.io/DeviceClass': specOnly }

export function errorsInOrder(kind: string, parts: ChangeParts, { minor, isCustom = false }: Pick<VersionProfile, 'minor'> & { readonly isCustom?: boolean }): readonly FieldError[] {
  if (isCustom) return specOnly(parts)
  const order = (minor <= 34 ? UNTIL_1_34[kind] : undefined) ?? ORDERS[kind] ?? ordinary
  return order(parts)
}
