/**
 * A scenario: objects and a script of actions, as plain data, that is played on a real control plane and on a twin.
 *
 * Objects carry no namespace: each play has one of its own. Nodes that a scenario brings are its own too; their names
 * are the letters that the scenario gives them, with a prefix of the play in front, so that `@a` in a text names node a.
 */

import type { KubeObject } from '../../src/model/kube-object.ts'
import type { JsonValue } from '../../src/kernel/json.ts'
import type { NodeFault } from '../../src/ports/world-control.ts'
import type { Patch } from '../../src/ports/cluster.ts'
import { requestText, type RawRequest } from './requests/raw-request.ts'

/** An object of the play's namespace, or a cluster-scoped one. */
export interface Target {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
}

/** Pods are chosen by label and place: their names differ from side to side. */
export interface PodChoice {
  readonly app: string
  /** Among the pods of the label that are not on their way out, in order of what they are, their nodes and their names; modulo their number. */
  readonly index: number
}

export type Step =
  | { readonly do: 'create'; readonly object: KubeObject; readonly dryRun?: boolean }
  | { readonly do: 'patch'; readonly target: Target; readonly patch: Patch; readonly subresource?: 'status' | 'scale' }
  | { readonly do: 'remove'; readonly target: Target; readonly propagation?: 'Background' | 'Foreground' | 'Orphan'; readonly gracePeriodSeconds?: number }
  | { readonly do: 'evict'; readonly pod: PodChoice; readonly gracePeriodSeconds?: number }
  | { readonly do: 'remove-pod'; readonly pod: PodChoice; readonly gracePeriodSeconds?: number }
  /** A merge patch of a pod that is chosen: another label, a finalizer. */
  | { readonly do: 'patch-pod'; readonly pod: PodChoice; readonly body: JsonValue }
  /** A strategic patch of a node of the play. Its controllers write to it at the same time: no answer is compared. */
  | { readonly do: 'alter-node'; readonly node: string; readonly body: JsonValue }
  /** Until the play's moment of this number is over: see `momentsOf`. */
  | { readonly do: 'await'; readonly moment: number }
  /** Our own drain, with a time limit in seconds of the cluster. */
  | { readonly do: 'drain'; readonly node: string; readonly timeoutSeconds: number; readonly deleteEmptyDirData?: true }
  | { readonly do: 'cordon' | 'uncordon'; readonly node: string }
  | { readonly do: 'fault'; readonly node: string; readonly fault: NodeFault }
  /** Both sides come to rest, and their states are compared: for families that otherwise compare answers and places only. */
  | { readonly do: 'settle' }
  /** A kind that was just defined is served some time later. */
  | { readonly do: 'await-kind'; readonly apiVersion: string; readonly kind: string }
  /** A Deployment gets the template of an earlier revision, as `kubectl rollout undo` does it. */
  | { readonly do: 'undo'; readonly deployment: string; readonly revision: number }
  /** A Job is made from a CronJob, as `kubectl create job --from` does it. */
  | { readonly do: 'instantiate'; readonly cronJob: string; readonly name: string }
  /** What goes over the wire. `waits`: controllers have their say first, and the real side is asked until it answers as the twin does. */
  | { readonly do: 'request'; readonly request: RawRequest; readonly waits?: true }

export interface Script {
  readonly name: string
  /** Absent: the play needs no nodes, or those of the fleet. */
  readonly nodes?: readonly KubeObject[]
  readonly steps: readonly Step[]
}

/** A node goes, or what it runs is not heard of any more. */
export function isLoss(step: Step): boolean {
  return step.do === 'fault' || (step.do === 'remove' && step.target.kind === 'Node')
}

export function stepText(step: Step): string {
  switch (step.do) {
    case 'create':
      return `create ${step.object.kind} ${step.object.metadata.name ?? '*'}`
    case 'patch':
      return `patch ${step.target.kind} ${step.target.name} ${JSON.stringify(step.patch.body).slice(0, 120)}`
    case 'remove':
      return `remove ${step.target.kind} ${step.target.name}`
    case 'evict':
    case 'remove-pod':
      return `${step.do} ${step.pod.app}#${step.pod.index}`
    case 'patch-pod':
      return `patch ${step.pod.app}#${step.pod.index} ${JSON.stringify(step.body)}`
    case 'alter-node':
      return `alter ${step.node} ${JSON.stringify(step.body)}`
    case 'await':
      return `await moment ${step.moment}`
    case 'settle':
      return 'settle'
    case 'request':
      return requestText(step.request)
    case 'await-kind':
      return `wait for ${step.kind}`
    case 'instantiate':
      return `make Job ${step.name} from ${step.cronJob}`
    case 'undo':
      return `undo ${step.deployment} to ${step.revision}`
    case 'drain':
    case 'cordon':
    case 'uncordon':
    case 'fault':
      return `${step.do} ${step.node}`
  }
}
