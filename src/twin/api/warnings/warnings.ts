/**
 * What a server warns of, though it takes it: the `WarningsOnCreate` and `WarningsOnUpdate` of its strategies. Not said: that a
 * certificate and its key are no pair, and that an address has another form than the usual one.
 */

import type { CronJob, Job, JobSpec } from 'kubernetes-types/batch/v1.d.ts'
import type { StatefulSet } from 'kubernetes-types/apps/v1.d.ts'
import type { NodeSpec, ResourceQuota } from 'kubernetes-types/core/v1.d.ts'
import type { RuntimeClass } from 'kubernetes-types/node/v1.d.ts'
import { jsonEqual } from '../../../kernel/json.ts'
import { parseMilli } from '../../../model/kube/quantity.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import { labelNameProblems } from '../object-names.ts'
import type { Resource } from '../resource.ts'
import { claimWarnings } from './amounts.ts'
import { labelWarning } from './node-labels.ts'
import { podWarnings, type PodForm } from './pod-warnings.ts'
import { serviceWarnings } from './service-warnings.ts'
import { claimObjectWarnings, classWarnings, driverWarnings, volumeWarnings } from './storage-warnings.ts'

interface Written {
  readonly object: KubeObject
  /** Where it was there. */
  readonly before?: KubeObject | undefined
  readonly minor: number
}

/** In the server's words and order. */
export function warningsOf({ group, kind }: Pick<Resource, 'group' | 'kind'>, written: Written): readonly string[] {
  return WARNINGS[`${group}/${kind}`]?.(written) ?? []
}

const JOB_COMPLETIONS_MAX = 100_000
const JOB_PARALLELISM_MAX = 10_000
const MOUNTABLE = 'kubernetes.io/enforce-mountable-secrets'
const INGRESS_CLASS = 'kubernetes.io/ingress.class'

const WARNINGS: Readonly<Record<string, (written: Written) => string[]>> = {
  '/Pod': ({ object, before }) => (before === undefined ? [...nameWarnings(object, "the Pod's hostname"), ...podWarnings(object as PodForm)] : []),
  '/PodTemplate': (written) => (isChanged(written) ? podWarnings((written.object['template'] ?? {}) as PodForm, 'template.') : []),
  '/ReplicationController': (written) => [...podNames(written), ...templateWarnings(written)],
  'apps/Deployment': (written) => [...podNames(written), ...templateWarnings(written)],
  'apps/ReplicaSet': (written) => [...podNames(written), ...templateWarnings(written)],
  'apps/DaemonSet': (written) => (jsonEqual(templateOf(written.object), templateOf(written.before)) ? [] : podWarnings(templateOf(written.object) ?? {}, 'spec.template.')),
  'apps/StatefulSet': (written) => [...templateWarnings(written), ...setWarnings(written)],
  'batch/Job': (written) => [...podNames(written), ...(isChanged(written) ? jobWarnings((written.object as Job).spec, 'spec') : [])],
  'batch/CronJob': (written) => [...podNames(written), ...(isChanged(written) ? jobWarnings((written.object as CronJob).spec?.jobTemplate.spec, 'spec.jobTemplate.spec') : []), ...zoneWarnings(written)],
  '/Service': ({ object, minor }) => serviceWarnings(object, minor),
  '/PersistentVolume': ({ object }) => volumeWarnings(object as never),
  '/PersistentVolumeClaim': ({ object }) => claimObjectWarnings(object as never),
  '/ResourceQuota': ({ object, before }) => (before === undefined ? quotaWarnings(object as ResourceQuota) : []),
  '/ServiceAccount': ({ object, before }) => (object.metadata.annotations?.[MOUNTABLE] === undefined || before?.metadata.annotations?.[MOUNTABLE] !== undefined ? [] : [`metadata.annotations[${MOUNTABLE}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`]),
  '/Node': ({ object }) => nodeWarnings(object),
  'networking.k8s.io/Ingress': ({ object, before }) => (before === undefined && object.metadata.annotations?.[INGRESS_CLASS] !== undefined && (object['spec'] as { ingressClassName?: string } | undefined)?.ingressClassName === undefined ? [`annotation "${INGRESS_CLASS}" is deprecated, please use 'spec.ingressClassName' instead`] : []),
  'discovery.k8s.io/EndpointSlice': ({ object, before }) => (before === undefined && object['addressType'] === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : []),
  'storage.k8s.io/StorageClass': ({ object }) => classWarnings(object as never),
  'storage.k8s.io/CSIDriver': ({ object, before, minor }) => driverWarnings(object as never, { before, minor }),
  'node.k8s.io/RuntimeClass': ({ object }) => Object.keys((object as unknown as RuntimeClass).scheduling?.nodeSelector ?? {}).flatMap((key) => labelWarning(key, (message) => `scheduling.nodeSelector: ${message}`)),
}

function isChanged({ object, before }: Written): boolean {
  return object.metadata.generation !== before?.metadata.generation
}

function nameWarnings({ metadata: { name = '' } }: KubeObject, use: string): string[] {
  const problems = labelNameProblems(name)
  return problems.length === 0 ? [] : [`metadata.name: this is used in ${use}, which can result in surprising behavior; a DNS label is recommended: [${problems.join(' ')}]`]
}

function podNames({ object, before }: Written): string[] {
  return before === undefined ? nameWarnings(object, 'Pod names and hostnames') : []
}

function templateOf(object: KubeObject | undefined): PodForm | undefined {
  return (object?.['spec'] as { readonly template?: PodForm } | undefined)?.template
}

function templateWarnings(written: Written): string[] {
  return isChanged(written) ? podWarnings(templateOf(written.object) ?? {}, 'spec.template.') : []
}

/** The path of a claim differs between a new set and a changed one. */
function setWarnings({ object, before }: Written): string[] {
  const { volumeClaimTemplates = [], revisionHistoryLimit = 0 } = (object as StatefulSet).spec ?? {}
  const claims = volumeClaimTemplates.flatMap(({ spec }, index) => claimWarnings(spec?.resources, `spec.volumeClaimTemplates[${index}]${before === undefined ? '' : '.Spec'}`))
  return [...claims, ...(revisionHistoryLimit < 0 ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended'] : [])]
}

function jobWarnings(spec: JobSpec | undefined, path: string): string[] {
  const { completionMode, completions = 0, parallelism = 0 } = spec ?? {}
  const isLarge = completionMode === 'Indexed' && completions > JOB_COMPLETIONS_MAX && parallelism > JOB_PARALLELISM_MAX
  const large = `${path}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`
  return [...(isLarge ? [large] : []), ...podWarnings((spec?.template ?? {}) as PodForm, `${path}.template.`)]
}

function zoneWarnings({ object, before }: Written): string[] {
  const isZoned = before !== undefined && (object as CronJob).spec?.schedule.includes('TZ') === true
  return isZoned ? ['cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details'] : []
}

function nodeWarnings(node: KubeObject): string[] {
  const { configSource, externalID = '' } = (node['spec'] ?? {}) as NodeSpec
  return [...(configSource === undefined ? [] : ['spec.configSource: the feature is removed']), ...(externalID === '' ? [] : ['spec.externalID: this field is deprecated, and is unused by Kubernetes'])]
}

/** More is promised than may be used. */
function quotaWarnings({ spec }: ResourceQuota): string[] {
  const hard: Readonly<Record<string, string>> = spec?.hard ?? {}
  return ['cpu', 'memory', 'storage', 'ephemeral-storage'].flatMap((name) => {
    const isBare = hard[`requests.${name}`] === undefined && (name === 'cpu' || name === 'memory')
    const [asked, limited] = [isBare ? name : `requests.${name}`, `limits.${name}`]
    const isMore = hard[asked] !== undefined && hard[limited] !== undefined && (parseMilli(hard[asked]) ?? 0) > (parseMilli(hard[limited]) ?? 0)
    return isMore ? [`ResourceQuota ${asked} (${hard[asked]}) should be less than ${limited} (${hard[limited]})`] : []
  })
}
