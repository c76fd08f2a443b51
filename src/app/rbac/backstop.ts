/**
 * The last line, inside the API server: a ValidatingAdmissionPolicy for Boyd's own accounts.
 *
 * It holds also where somebody gave those accounts more than they need, and where Boyd itself is wrong or taken over:
 * only the changes that the enabled verbs make pass, never in a protected namespace, never on a control-plane node.
 * It cannot guard itself: the API server exempts admission policies from admission policies, so that nobody is locked out.
 * Who may change those is the business of roles, and the doctor looks at it.
 *
 * Its expressions were evaluated by a real API server (`test/cluster/credentials.test.ts`).
 */

import type { KubeObject } from '../../model/kube-object.ts'
import type { Right } from '../../model/access.ts'

export interface BackstopOptions {
  /** Where Boyd's accounts live. */
  readonly home: string
  readonly accounts: { readonly issuer: string; readonly reader: string; readonly actor: string }
  readonly rights: readonly Right[]
  readonly protectedNamespaces: readonly string[]
}

const NAME = 'boyd-limits'

/** Never, whatever the roles say; the list of what is allowed would do, this one says why. */
const OUT_OF_REACH = [
  'secrets', 'serviceaccounts', 'roles', 'rolebindings', 'clusterroles', 'clusterrolebindings', 'certificatesigningrequests', 'validatingwebhookconfigurations',
  'mutatingwebhookconfigurations', 'validatingadmissionpolicies', 'validatingadmissionpolicybindings', 'mutatingadmissionpolicies', 'mutatingadmissionpolicybindings', 'apiservices',
  'customresourcedefinitions',
]

const OPERATIONS: Readonly<Record<string, string>> = { create: 'CREATE', update: 'UPDATE', patch: 'UPDATE', delete: 'DELETE' }

export function backstop(options: BackstopOptions): readonly KubeObject[] {
  return [policy(options), binding()]
}

function policy(options: BackstopOptions): KubeObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: NAME },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: { resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'], resources: ['*/*'] }] },
      matchConditions: [
        { name: 'only-boyd', expression: `request.userInfo.username.startsWith("system:serviceaccount:${options.home}:")` },
        { name: 'not-questions', expression: '!(request.resource.group in ["authorization.k8s.io", "authentication.k8s.io"])' },
        { name: 'not-its-own-tokens', expression: notItsOwnTokens(options) },
      ],
      variables: VARIABLES,
      validations: validations(options),
    },
  }
}

/** Fields that are empty are absent, and asking for one is an error; an error is a refusal (`failurePolicy`). `namespace` is a word that the language keeps for itself. */
const VARIABLES: readonly object[] = Object.entries({ inNamespace: 'namespace', part: 'subResource', named: 'name' }).map(([name, field]) => ({ name, expression: `has(request.${field}) ? request.${field} : ""` }))

/** The issuer asks for tokens of the other two, and of nobody else. */
function notItsOwnTokens({ home, accounts }: BackstopOptions): string {
  const issuer = `request.userInfo.username == "system:serviceaccount:${home}:${accounts.issuer}"`
  return `!(${issuer} && request.resource.resource == "serviceaccounts" && has(request.subResource) && request.subResource == "token" && request.namespace == "${home}" && request.name in ${list([accounts.reader, accounts.actor])})`
}

function validations(options: BackstopOptions): object[] {
  const namespaces = list([...new Set([...options.protectedNamespaces, 'kube-system', options.home])])
  const acts = `request.userInfo.username == "system:serviceaccount:${options.home}:${options.accounts.actor}"`
  return [
    { expression: 'request.operation != "CONNECT"', message: 'no exec, attach, port-forward or proxy' },
    { expression: `!(variables.inNamespace in ${namespaces}) && !(request.resource.resource == "namespaces" && variables.named in ${namespaces})`, message: 'a protected namespace is out of reach' },
    { expression: `!(request.resource.resource in ${list(OUT_OF_REACH)})`, message: 'this kind is out of reach' },
    { expression: acts, message: 'only the account that acts changes anything' },
    { expression: `(request.operation + " " + request.resource.group + "/" + request.resource.resource + (variables.part == "" ? "" : "/" + variables.part)) in ${list(allowed(options.rights))}`, message: 'no enabled verb makes this change' },
    {
      expression: 'request.resource.resource != "nodes" || oldObject == null || !has(oldObject.metadata.labels) || !("node-role.kubernetes.io/control-plane" in oldObject.metadata.labels)',
      message: 'nodes of the control plane are out of reach',
    },
  ]
}

/** `UPDATE apps/deployments`, `CREATE /pods/eviction`: what admission sees of the changing verbs. */
function allowed(rights: readonly Right[]): string[] {
  const changes = rights.flatMap(({ group, resource, verbs }) => verbs.flatMap((verb) => (OPERATIONS[verb] === undefined ? [] : [`${OPERATIONS[verb]} ${group}/${resource}`])))
  // An eviction deletes its pod in the end, as part of the same request.
  return [...new Set(changes)].sort()
}

function binding(): KubeObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: NAME },
    spec: { policyName: NAME, validationActions: ['Deny', 'Audit'] },
  }
}

function list(items: readonly string[]): string {
  return JSON.stringify(items)
}
