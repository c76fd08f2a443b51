/** Labels of nodes that have newer names (`pkg/api/node/util.go`), wherever something chooses nodes. */

import type { NodeSelectorTerm } from 'kubernetes-types/core/v1.d.ts'
import { labelValueProblems } from '../object-names.ts'

const DEPRECATED: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'app.kubernetes.io/created-by': 'deprecated since v1.9',
  'scheduler.alpha.kubernetes.io/preferAvoidPods': 'deprecated since v1.22; use Taints and Tolerations instead',
  'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
}

export function labelWarning(key: string, say: (message: string) => string): string[] {
  const message = DEPRECATED[key]
  return message === undefined ? [] : [say(message)]
}

export function selectorWarnings(selector: Readonly<Record<string, string>> | undefined, path: string): string[] {
  return Object.keys(selector ?? {}).flatMap((key) => labelWarning(key, (message) => `${path}[${key}]: ${message}`))
}

/** Values are looked at where nothing else does: what is only preferred is not refused. */
export function termWarnings({ matchExpressions = [] }: NodeSelectorTerm, path: string, { areValuesRead }: { readonly areValuesRead: boolean }): string[] {
  return matchExpressions.flatMap(({ key, values = [] }, index) => [
    ...labelWarning(key, (message) => `${path}.matchExpressions[${index}].key: ${key} is ${message}`),
    ...(areValuesRead ? values : []).flatMap((value, at) => labelValueProblems(value).map((problem) => `${path}.matchExpressions[${index}].values[${at}]: ${value} is invalid, ${problem}`)),
  ])
}
