/** What an expression may ask about rights (`apiserver/pkg/cel/library/authz.go`): of who sent the request, or of a service account. */

import type { Requester } from '../../api/api.ts'
import { labelNameProblems, subdomainProblems } from '../../api/object-names.ts'
import type { Permission } from '../../access/authorize.ts'
import type { Access, ResourceAccess } from '../../access/policy-rule.ts'
import type { FunctionLibrary } from './functions.ts'

export type Judge = (subject: Requester, access: Access) => Permission

type Asked = Omit<ResourceAccess, 'verb'>

export class Authorizer {
  readonly subject: Requester
  readonly judge: Judge
  /** A check of the resource that the request is about. */
  readonly requestResource: ResourceCheck

  constructor(subject: Requester, judge: Judge, requested: Asked) {
    this.subject = subject
    this.judge = judge
    this.requestResource = new ResourceCheck(this, requested)
  }
}

class PathCheck {
  readonly authorizer: Authorizer
  readonly path: string

  constructor(authorizer: Authorizer, path: string) {
    this.authorizer = authorizer
    this.path = path
  }
}

class GroupCheck {
  readonly authorizer: Authorizer
  readonly group: string

  constructor(authorizer: Authorizer, group: string) {
    this.authorizer = authorizer
    this.group = group
  }
}

class ResourceCheck {
  readonly authorizer: Authorizer
  readonly asked: Asked

  constructor(authorizer: Authorizer, asked: Asked) {
    this.authorizer = authorizer
    this.asked = asked
  }
}

class Decision {
  readonly permission: Permission

  constructor(permission: Permission) {
    this.permission = permission
  }
}

const IN = 'kubernetes.authorization'
const [AUTHORIZER, PATH, GROUP, RESOURCE, DECISION] = [`${IN}.Authorizer`, `${IN}.PathCheck`, `${IN}.GroupCheck`, `${IN}.ResourceCheck`, `${IN}.Decision`]

export const AUTHORIZERS: FunctionLibrary = {
  types: { [AUTHORIZER]: Authorizer, [PATH]: PathCheck, [GROUP]: GroupCheck, [RESOURCE]: ResourceCheck, [DECISION]: Decision },
  functions: {
    [`${AUTHORIZER}.path(string): ${PATH}`]: (authorizer: Authorizer, path: string) => new PathCheck(authorizer, demanded(path, 'path')),
    [`${AUTHORIZER}.group(string): ${GROUP}`]: (authorizer: Authorizer, group: string) => new GroupCheck(authorizer, group),
    [`${AUTHORIZER}.serviceAccount(string, string): ${AUTHORIZER}`]: accountOf,
    [`${GROUP}.resource(string): ${RESOURCE}`]: ({ authorizer, group }: GroupCheck, resource: string) => new ResourceCheck(authorizer, { group, resource: demanded(resource, 'resource'), subresource: '', name: '', namespace: '' }),
    [`${RESOURCE}.subresource(string): ${RESOURCE}`]: (check: ResourceCheck, subresource: string) => narrowed(check, { subresource }),
    [`${RESOURCE}.namespace(string): ${RESOURCE}`]: (check: ResourceCheck, namespace: string) => narrowed(check, { namespace }),
    [`${RESOURCE}.name(string): ${RESOURCE}`]: (check: ResourceCheck, name: string) => narrowed(check, { name }),
    // RBAC knows no selectors: a right to list is one to list whatever is selected.
    [`${RESOURCE}.fieldSelector(string): ${RESOURCE}`]: (check: ResourceCheck) => check,
    [`${RESOURCE}.labelSelector(string): ${RESOURCE}`]: (check: ResourceCheck) => check,
    [`${PATH}.check(string): ${DECISION}`]: ({ authorizer: { judge, subject }, path }: PathCheck, verb: string) => new Decision(judge(subject, { verb, path })),
    [`${RESOURCE}.check(string): ${DECISION}`]: ({ authorizer: { judge, subject }, asked }: ResourceCheck, verb: string) => new Decision(judge(subject, { ...asked, verb })),
    [`${DECISION}.allowed(): bool`]: ({ permission }: Decision) => permission.allowed,
    [`${DECISION}.reason(): string`]: ({ permission }: Decision) => permission.reason,
    [`${DECISION}.errored(): bool`]: () => false,
    [`${DECISION}.error(): string`]: () => '',
  },
}

function demanded(text: string, what: string): string {
  if (text.trim() === '') throw new Error(`${what} must not be empty`)
  return text
}

function narrowed({ authorizer, asked }: ResourceCheck, change: Partial<Asked>): ResourceCheck {
  return new ResourceCheck(authorizer, { ...asked, ...change })
}

function accountOf({ judge, requestResource }: Authorizer, namespace: string, name: string): Authorizer {
  if (subdomainProblems(name).length > 0) throw new Error('Invalid service account name')
  if (labelNameProblems(namespace).length > 0) throw new Error('Invalid service account namespace')
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated']
  return new Authorizer({ user: `system:serviceaccount:${namespace}:${name}`, groups }, judge, requestResource.asked)
}
