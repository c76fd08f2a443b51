/**
 * The eviction subresource: the decision of `eviction.ts`, and the writes that go before and after it
 * (`pkg/registry/core/pod/storage/eviction.go`).
 */

import { toKubeTime } from '../../kernel/clock.ts'
import { isFault } from '../../kernel/fault.ts'
import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject, ObjectRef } from '../../model/kube-object.ts'
import { isPod, type PodObject } from '../../model/kube/workload.ts'
import { budgetsOf } from '../disruption-budget.ts'
import { busyBudget, decideEviction, EVICTION_CONDITION, type BlockedEviction, type EvictionDecision } from '../eviction.ts'
import { admitByPolicies } from '../policies/admit.ts'
import { admitIntoNamespace } from './admit-namespace.ts'
import type { Eviction } from './api.ts'
import { isDryRun, readDeleteOptions, type DeleteOptions } from './delete-options.ts'
import type { ApiEnvironment } from './environment.ts'
import { invalidField, invalidObject } from './field-error.ts'
import { refuseOther, removeStored } from './remove.ts'
import type { Resource } from './resource.ts'
import { badRequest, forbidden, notFound, statusError, type ApiFault } from './status-error.ts'
import { updateStatus } from './update.ts'

/** Starts the deletion of the pod. Throws 404, 409 for a precondition that fails, 429 with a cause where a budget refuses for now, 403 or 500 where waiting cannot help. */
export function evictPod(environment: ApiEnvironment, ref: ObjectRef, { metadata, deleteOptions = {} }: Eviction, dryRun: readonly string[] = []): void {
  const { store, profile } = environment
  const resource = environment.resources.demand('v1', 'Pod')
  admitEviction(environment, ref, resource)
  if (metadata?.name !== ref.name) throw badRequest('name in URL does not match name in Eviction object')
  if (deleteOptions.ignoreStoreReadErrorWithClusterBreakingPotential === true) throw breaking(ref.name)
  const options = withDryRun(deleteOptions, dryRun)
  askPolicies(environment, ref, isDryRun(dryRun))
  const pod = store.get({ ...ref, apiVersion: 'v1', kind: 'Pod' })
  if (pod === undefined || !isPod(pod)) throw notFound(resource, ref.name)
  carryOut({ environment, resource, pod, options }, decideEviction({ pod, budgets: budgetsOf(pod, store), nowMs: environment.nowMs(), profile }))
}

/** Nothing new may begin in a namespace on its way out, which removes its pods itself. */
function admitEviction({ store }: ApiEnvironment, { name, namespace = '' }: ObjectRef, resource: Resource): void {
  if (store.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace }) !== undefined) admitIntoNamespace({ store, resource, namespace, name })
}

const EVICTION = { apiVersion: 'policy/v1', kind: 'Eviction' }

function breaking(name: string): ApiFault {
  return invalidObject(EVICTION, name, [invalidField('deleteOptions.ignoreStoreReadErrorWithClusterBreakingPotential', true, 'can not be set for pod eviction, try after removing the option')])
}

/** A dry run may be asked for in the request or in what is posted, and where in both, in the same words. */
function withDryRun(options: DeleteOptions, asked: readonly string[]): DeleteOptions {
  const { dryRun = [] } = options
  if (dryRun.length === 0) return { ...options, dryRun: asked }
  if (asked.length > 0 && !jsonEqual(asked, dryRun)) throw statusError('', `Non-matching dry-run options in request and content: [${asked.join(' ')}] and [${dryRun.join(' ')}]`)
  return options
}

/** What they see is the Eviction, sent to the pod. */
function askPolicies(environment: ApiEnvironment, { name, namespace = '' }: ObjectRef, dryRun: boolean): void {
  const resource = environment.resources.demand('v1', 'Pod')
  admitByPolicies(environment, { operation: 'CREATE', resource, subresource: 'eviction', dryRun, object: { ...EVICTION, metadata: { name, namespace } } })
}

interface Asked {
  readonly environment: ApiEnvironment
  readonly resource: Resource
  readonly pod: PodObject
  readonly options: DeleteOptions
}

function carryOut(asked: Asked, decision: EvictionDecision): void {
  const { environment, pod, options } = asked
  if (decision.type === 'forbidden') throw forbidden({ group: 'policy', plural: 'poddisruptionbudget' }, decision.budget, decision.why)
  if (decision.type === 'unsupported') throw statusError('', decision.message)
  if (decision.type === 'blocked') throw refusedByBudget(decision)
  // Reading, deciding and writing are one instant here: nobody has been faster.
  if (decision.spend !== undefined && !isDryRun(options.dryRun)) updateStatus(environment, decision.spend.budget, decision.spend.status)
  if (decision.unspent === undefined) return deleteEvicted(asked)
  const { resourceVersion } = pod.metadata
  try {
    deleteEvicted({ ...asked, options: { ...options, preconditions: { ...options.preconditions, ...(resourceVersion === undefined ? {} : { resourceVersion }) } } })
  } catch (error) {
    const isOther = isFault(error) && error.code === 'conflict' && options.preconditions?.resourceVersion === undefined
    throw isOther ? refusedByBudget(busyBudget(decision.unspent)) : error
  }
}

/** Without a hint when to ask again there must be no header either: client-go would sleep on it by itself, past the caller's timeout. */
function refusedByBudget({ message, cause, retryAfterSeconds }: BlockedEviction): ApiFault {
  return statusError('TooManyRequests', message, { causes: [{ reason: 'DisruptionBudget', message: cause }], ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) })
}

/** Admission is asked about the eviction only, and not about the two writes that follow from it. */
function deleteEvicted({ environment, resource, pod, options }: Asked): void {
  const isDry = isDryRun(options.dryRun)
  const marked = isDry ? pod : markEvicted({ environment, resource, pod, options })
  const removal = readDeleteOptions(options)
  const { resourceVersion } = marked.metadata
  const isBound = !isDry && removal.resourceVersion !== undefined && resourceVersion !== undefined
  refuseOther(resource, marked, isBound ? { ...removal, resourceVersion } : removal)
  removeStored(environment, marked, removal)
}

/** The condition is what lets a Job tell an eviction from a failure of its own. */
function markEvicted({ environment, resource, pod, options: { preconditions: { uid = '', resourceVersion = '' } = {} } }: Asked): KubeObject {
  refuseOther(resource, pod, { ...(uid === '' ? {} : { uid }), ...(resourceVersion === '' ? {} : { resourceVersion }) })
  const before = pod.status?.conditions ?? []
  const known = before.find(({ type }) => type === EVICTION_CONDITION.type)
  const lastTransitionTime = known?.status === EVICTION_CONDITION.status ? known.lastTransitionTime : toKubeTime(environment.nowMs())
  const condition = { ...EVICTION_CONDITION, ...(lastTransitionTime === undefined ? {} : { lastTransitionTime }) }
  const conditions = known === undefined ? [...before, condition] : before.map((one) => (one === known ? condition : one))
  return jsonEqual(before, conditions) ? pod : environment.store.put({ ...pod, status: { ...pod.status, conditions } })
}
