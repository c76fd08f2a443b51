/**
 * From a denial to a rule: what a person refused once is written down so that policy refuses it the next time, with an example
 * that the rule decides and a near miss that it leaves alone. A proposal is text; nothing here puts a rule in force.
 *
 * A rule is as narrow as policies can say: the verb and the kind of object, in that namespace; for what has no namespace, in
 * that environment.
 */

import { digestOf } from '../kernel/canonical-json.ts'
import { visible } from '../kernel/visible.ts'
import type { BaseRequest } from './fact-schema.ts'

export interface Denial {
  readonly approvalId: string
  readonly incidentId: string
  /** Who denied it, as people call them, and why. */
  readonly by: string
  readonly reason: string
  /** What policy was asked for the steps that a person had to approve. */
  readonly requests: readonly BaseRequest[]
}

export interface ProposedRule {
  readonly id: string
  readonly cedar: string
  /** Denied by the rule. */
  readonly decides: { readonly name: string; readonly given: BaseRequest }
  /** Next to it, and none of the rule's business. */
  readonly nearMiss: { readonly name: string; readonly given: BaseRequest }
}

/** One rule for each kind of step, however many objects the plan had. */
export function proposeRules(denial: Denial): ProposedRule[] {
  const rules = denial.requests.map((request) => ruleOf(denial, request))
  return rules.filter((rule, index) => rules.findIndex((other) => other.id === rule.id) === index)
}

function ruleOf(denial: Denial, request: BaseRequest): ProposedRule {
  const { action, resource } = request
  const scope = scopeOf(request)
  const kind = resource.kind === '' ? resource.type : resource.kind
  const id = `denied-${[action, kind, scope.name].join('-').toLowerCase().replaceAll(/[^a-z0-9-]/g, '-')}-${digestOf(denial.approvalId).slice(7, 13)}`
  const conditions = [...(resource.kind === '' || resource.kind === resource.type ? [] : [`resource.kind == ${quoted(resource.kind)}`]), scope.condition]
  return {
    id,
    cedar: `// ${visible(denial.by)} denied it in incident ${denial.incidentId} (${denial.approvalId}).
@id(${quoted(id)})
@title(${quoted(denial.reason === '' ? `${action} of ${kind} was denied in ${scope.name}` : visible(denial.reason))})
forbid (principal, action == Boyd::Action::${quoted(action)}, resource is Boyd::${resource.type})
when { ${conditions.join(' && ')} };
`,
    decides: { name: `${action} ${kind} in ${scope.name}, as it was denied`, given: request },
    nearMiss: { name: `${action} ${kind} elsewhere`, given: scope.elsewhere },
  }
}

interface Scope {
  readonly name: string
  readonly condition: string
  readonly elsewhere: BaseRequest
}

function scopeOf(request: BaseRequest): Scope {
  const { resource, target } = request
  const namespace = resource.type === 'Namespace' ? resource.name : resource.namespace
  if (namespace !== undefined) {
    const moved = resource.type === 'Namespace' ? { ...resource, name: `${namespace}-elsewhere` } : { ...resource, namespace: `${namespace}-elsewhere` }
    return { name: namespace, condition: `resource in Boyd::NamespaceName::${quoted(namespace)}`, elsewhere: { ...request, resource: moved } }
  }
  const { environment } = target
  return { name: environment, condition: `context.target.environment == ${quoted(environment)}`, elsewhere: { ...request, target: { ...target, environment: `${environment}-elsewhere` } } }
}

/** A string of Cedar's: a backslash and a quote are the only characters that mean something in one line. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', String.raw`\\`).replaceAll('"', String.raw`\"`)}"`
}
