/**
 * Checks of the operator's own about one target, in CEL: "only nodes with zero users". The live cluster and the twin are
 * asked by these very lines. Whatever is not plainly true is false: an expression that cannot be read, that names what
 * is not there, or that answers with anything but a boolean, holds for no target.
 */

import { Environment } from '@marcbachmann/cel-js'
import { isRecord } from '../kernel/json.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { isTerminal } from '../model/kube/workload.ts'
import type { View } from '../model/view.ts'

/** What an expression may talk about. */
export interface ExpressionFacts {
  /** The target, whole, as the API has it. */
  readonly object: KubeObject
  /** Its pods that have not ended: of a node those that run on it, of a workload those it owns. */
  readonly pods: readonly KubeObject[]
  /** The nodes on which those pods run; of a node itself. */
  readonly nodes: readonly KubeObject[]
}

/** One expression is a sentence, not a program. */
const LIMITS = { maxAstNodes: 500, maxDepth: 32, maxListElements: 100, maxMapEntries: 50, maxCallArguments: 8 }

const environment = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false, limits: LIMITS })
  .registerVariable('object', 'map')
  .registerVariable('pods', 'list')
  .registerVariable('nodes', 'list')

export function expressionFacts(object: KubeObject, view: View): ExpressionFacts {
  const isNode = object.kind === 'Node' && object.apiVersion === 'v1'
  const pods = (isNode ? view.podsOn(object.metadata.name ?? '') : view.podsOf(object)).filter((pod) => !isTerminal(pod))
  const names = new Set(pods.map((pod) => pod.spec?.nodeName))
  return { object, pods, nodes: isNode ? [object] : view.list('', 'Node').filter((node) => names.has(node.metadata.name)) }
}

export function evaluateExpression(expression: string, facts: ExpressionFacts): { readonly held: boolean; readonly detail: string } {
  try {
    const result: unknown = environment.parse(expression)({ ...facts })
    if (typeof result === 'boolean') return { held: result, detail: result ? 'the check holds' : `the check does not hold (${sizesOf(facts)})` }
    return { held: false, detail: `the check gives ${isRecord(result) ? 'a record' : typeof result}, not true or false` }
  } catch (error) {
    return { held: false, detail: `the check cannot be made: ${firstLine(error)}` }
  }
}

/** Why no target could ever be judged by it; undefined where it can be parsed and may give a boolean. */
export function flawOfExpression(expression: string): string | undefined {
  try {
    const { valid, type = 'dyn', error } = environment.check(expression)
    if (!valid) return firstLine(error)
    return ['bool', 'dyn'].includes(type) ? undefined : `it gives ${type}, not bool`
  } catch (error) {
    return firstLine(error)
  }
}

function sizesOf({ pods }: ExpressionFacts): string {
  return `${pods.length} pods`
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}
