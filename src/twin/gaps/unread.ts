/**
 * What was there to be read and was not: kinds that could not be listed, and namespaces of which only the content is known.
 * What nobody saw cannot refuse anything in the twin, so an answer that it might have changed is not called safe.
 */

import { groupKind, subjectText, subjectOf, type KubeObject } from '../../model/kube-object.ts'
import { podTemplateOf } from '../../model/kube/workload.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { violationsOf } from '../pod-security/judge.ts'
import { profileFor } from '../profile.ts'
import { gapOf, type Affected, type Gap } from './gap.ts'
import { podMakers } from './pod-makers.ts'

type Touches = (affected: Affected) => boolean

const writes: Touches = ({ written }) => written.length > 0
const makesPods: Touches = ({ written }) => written.some(({ operation, resource }) => operation === 'CREATE' && resource === 'pods')
const removesPods: Touches = ({ written }) => written.some(({ operation, resource }) => operation === 'DELETE' && resource === 'pods')
const schedules: Touches = ({ hasScheduled }) => hasScheduled
const moves: Touches = (affected) => writes(affected) || schedules(affected) || affected.nodes.size > 0

/** What each kind could have done, and to which answers. */
const DECIDING: Readonly<Record<string, { readonly what: string; readonly touches: Touches }>> = {
  'policy/PodDisruptionBudget': { what: 'which evictions they refuse is not known', touches: removesPods },
  '/ResourceQuota': { what: 'which new pods they refuse is not known', touches: makesPods },
  '/LimitRange': { what: 'what they change or refuse of new pods is not known', touches: makesPods },
  'scheduling.k8s.io/PriorityClass': { what: 'whom new pods may preempt is not known', touches: makesPods },
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': { what: 'what they change or refuse is not known', touches: writes },
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': { what: 'what they refuse is not known', touches: writes },
  'admissionregistration.k8s.io/MutatingAdmissionPolicy': { what: 'what they change or refuse is not known', touches: writes },
  'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding': { what: 'what they change or refuse is not known', touches: writes },
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy': { what: 'what they refuse is not known', touches: writes },
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding': { what: 'what they refuse is not known', touches: writes },
  'autoscaling/HorizontalPodAutoscaler': { what: 'what they scale is not known', touches: moves },
  '/Service': { what: 'whom callers reach is not known', touches: moves },
  '/PersistentVolumeClaim': { what: 'where pods with volumes may run is not known', touches: schedules },
  '/PersistentVolume': { what: 'where pods with volumes may run is not known', touches: schedules },
  'storage.k8s.io/StorageClass': { what: 'where new volumes come to be is not known', touches: schedules },
  'storage.k8s.io/CSINode': { what: 'how many volumes a node bears is not known', touches: schedules },
  'storage.k8s.io/VolumeAttachment': { what: 'which volumes are held by which node is not known', touches: moves },
  '/Node': { what: 'where pods may run is not known', touches: moves },
  '/Pod': { what: 'what runs is not known', touches: moves },
  'apps/Deployment': { what: 'who makes pods is not known', touches: moves },
  'apps/ReplicaSet': { what: 'who makes pods is not known', touches: moves },
  'apps/StatefulSet': { what: 'who makes pods is not known', touches: moves },
  'apps/DaemonSet': { what: 'who makes pods is not known', touches: moves },
  'batch/Job': { what: 'who makes pods is not known', touches: moves },
}

/** A note about a kind names it as `apiVersion Kind` (`loop/take-snapshot.ts`). The kind stands in for its objects. */
export function unreadKinds({ notes }: Snapshot): Gap[] {
  return notes.flatMap(({ code, source }) => {
    const [, apiVersion = '', kind = ''] = /^(\S+) ([A-Z]\w+)$/.exec(source) ?? []
    const deciding = code === 'forbidden' || code === 'unreadable' ? DECIDING[groupKind(apiVersion, kind)] : undefined
    return deciding === undefined ? [] : gapOf([{ apiVersion, kind, metadata: { name: 'any' } }], () => `${kind}s could not be read: ${deciding.what}.`, (_, affected) => deciding.touches(affected))
  })
}

/** What a malformed object would have decided; one in a namespace decides there. */
export function leftOutObjects(objects: readonly KubeObject[]): Gap[] {
  return objects.flatMap((object) => {
    const deciding = DECIDING[groupKind(object.apiVersion, object.kind)]
    const { namespace } = object.metadata
    const isThere = ({ written }: Affected): boolean => namespace === undefined || written.some((one) => one.namespace === namespace)
    return deciding === undefined ? [] : gapOf([object], (name) => `${name} is malformed and left out: ${deciding.what}.`, (_, affected) => deciding.touches(affected) && isThere(affected))
  })
}

/** Resources that hold a template of pods; what is written to one may ask for more than its pods did before. */
const MAKERS = new Set(['deployments', 'statefulsets', 'daemonsets', 'jobs', 'cronjobs', 'replicationcontrollers'])

/** Pods of which every level allows all are admitted whatever the namespace asks. */
export function unreadNamespaces({ objects, clusterVersion }: Snapshot): Gap[] {
  const known = new Set(objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name ?? ''))
  const makers = podMakers(objects).filter(({ object }) => !known.has(object.metadata.namespace ?? ''))
  const { minor } = profileFor(clusterVersion)
  const demanding = new Set(makers.filter(({ object, spec }) => violationsOf({ metadata: podTemplateOf(object)?.metadata ?? {}, spec }, { level: 'restricted', version: 'latest' }, minor).length > 0).map(({ object }) => object))
  const touches = (namespace: KubeObject, { written, objects: affected }: Affected): boolean => {
    const inside = written.filter((one) => one.namespace === namespace.metadata.name)
    if (!inside.some(({ operation, resource }) => operation === 'CREATE' && resource === 'pods')) return false
    return inside.some(({ operation, resource }) => operation !== 'DELETE' && MAKERS.has(resource)) || [...demanding].some((maker) => maker.metadata.namespace === namespace.metadata.name && affected.has(subjectText(subjectOf(maker))))
  }
  const names = [...new Set(makers.map(({ object }) => object.metadata.namespace ?? ''))].filter((name) => name !== '').sort()
  return gapOf(names.map((name): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })), (said, count) => `${said} ${count === 1 ? 'was' : 'were'} not collected: which level of pod security ${count === 1 ? 'it enforces' : 'they enforce'} is not known, and none is taken to be.`, touches)
}
