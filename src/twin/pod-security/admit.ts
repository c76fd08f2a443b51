/**
 * PodSecurity admission (`pod-security-admission/admission/admission.go`): a namespace's labels say what its pods may be. A pod that
 * is more is refused; of a template that its controller could not make pods from the writer is told, and nothing is refused.
 * Exemptions in the server's own settings are not in the API: none is taken to be there.
 */

import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { isPod, podTemplateOf, type PodObject } from '../../model/kube/workload.ts'
import type { ApiEnvironment } from '../api/environment.ts'
import { invalidObject } from '../api/field-error.ts'
import type { Resource } from '../api/resource.ts'
import { forbidden } from '../api/status-error.ts'
import type { JudgedPod } from './check.ts'
import { warningsOfPods } from './existing-pods.ts'
import { detailOf, violationsOf } from './judge.ts'
import { compareLevels, levelText, policyOf, type LevelVersion, type SecurityPolicy } from './levels.ts'

type Environment = Pick<ApiEnvironment, 'store' | 'requester'> & { readonly profile: { readonly minor: number } }

export interface SecurityRequest {
  readonly resource: Pick<Resource, 'group' | 'plural'>
  readonly next: KubeObject
  /** Absent for a creation. */
  readonly before?: KubeObject
  readonly subresource?: string | undefined
}

const TEMPLATED = new Set(['/replicationcontrollers', '/podtemplates', 'apps/replicasets', 'apps/deployments', 'apps/statefulsets', 'apps/daemonsets', 'batch/jobs', 'batch/cronjobs'])

/** Throws 403 for a pod, and 422 for labels that nobody can read. */
export function admitSecurity(environment: Environment, asked: SecurityRequest): void {
  const { resource, subresource } = asked
  const name = `${resource.group}/${resource.plural}`
  if (name === '/pods' && !['status', 'binding', 'eviction'].includes(subresource ?? '')) return admitPodSecurity(environment, asked)
  if (subresource !== undefined) return
  if (name === '/namespaces') admitLabels(environment, asked)
  if (TEMPLATED.has(name)) warnOfTemplate(environment, asked.next)
}

function admitPodSecurity(environment: Environment, { resource, next, before }: SecurityRequest): void {
  if (!isPod(next) || (before !== undefined && isPod(before) && !isSignificant(next, before))) return
  const { enforce, warn } = policyIn(environment, next)
  const pod = judgedOf(next)
  const found = violationsOf(pod, enforce, environment.profile.minor)
  if (found.length > 0) throw forbidden(resource, next.metadata.name ?? '', `violates PodSecurity "${levelText(enforce)}": ${detailOf(found)}`)
  warnOf(environment, pod, warn)
}

function policyIn({ store }: Environment, { metadata }: KubeObject): SecurityPolicy {
  return policyOf(store.get({ apiVersion: 'v1', kind: 'Namespace', name: metadata.namespace ?? '' })?.metadata.labels)
}

function judgedOf({ metadata, spec }: Partial<JudgedPod>): JudgedPod {
  return { metadata, spec: spec ?? { containers: [] } }
}

function warnOfTemplate(environment: Environment, object: KubeObject): void {
  const template = object.kind === 'PodTemplate' ? (object['template'] as Partial<JudgedPod> | undefined) : podTemplateOf(object)
  if (template !== undefined) warnOf(environment, judgedOf(template), policyIn(environment, object).warn)
}

function warnOf({ requester, profile }: Environment, pod: JudgedPod, level: LevelVersion): void {
  if (requester.warn === undefined) return
  const found = violationsOf(pod, level, profile.minor)
  if (found.length > 0) requester.warn(`would violate PodSecurity "${levelText(level)}": ${detailOf(found)}`)
}

/** Of what may change in a pod, images and containers that are added matter; the rest passes whatever the level has become. */
function isSignificant({ spec: next = { containers: [] } }: PodObject, { spec: old = { containers: [] } }: PodObject): boolean {
  const images = (containers: readonly { readonly image?: string }[] = []): readonly string[] => containers.map(({ image = '' }) => image)
  if (!jsonEqual(images(next.containers), images(old.containers)) || !jsonEqual(images(next.initContainers), images(old.initContainers))) return true
  const known = new Map((old.ephemeralContainers ?? []).map(({ name, image }) => [name, image ?? '']))
  return (next.ephemeralContainers ?? []).some(({ name, image }) => known.get(name) !== (image ?? ''))
}

/** What was wrong before stays so unasked. A level that asks more is held against the pods that are there. */
function admitLabels({ store, requester, profile }: Environment, { next, before }: SecurityRequest): void {
  const name = next.metadata.name ?? ''
  const [now, was] = [policyOf(next.metadata.labels), before === undefined ? undefined : policyOf(before.metadata.labels)]
  if (now.errors.length > 0 && !jsonEqual(now.errors, was?.errors ?? [])) throw invalidObject(next, name, now.errors)
  if (was === undefined || requester.warn === undefined || !isStricter(now.enforce, was.enforce)) return
  const pods = [...store.list('/Pod', name)].filter(isPod)
  for (const text of warningsOfPods(pods, { namespace: name, enforce: now.enforce, minor: profile.minor })) requester.warn(text)
}

function isStricter(now: LevelVersion, was: LevelVersion): boolean {
  if (now.level === 'privileged' || jsonEqual(now, was)) return false
  return now.version !== was.version || compareLevels(now.level, was.level) > 0
}
