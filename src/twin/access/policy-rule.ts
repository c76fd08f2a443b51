/** Which requests a rule of a role allows (`pkg/apis/rbac/v1/evaluation_helpers.go`). */

export interface PolicyRule {
  readonly verbs: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
}

export interface ResourceAccess {
  readonly verb: string
  readonly group: string
  readonly resource: string
  /** Empty for the object itself. */
  readonly subresource: string
  /** Empty where the request names none. */
  readonly name: string
  /** Empty at the cluster scope. */
  readonly namespace: string
}

/** What somebody wants to do: to objects, or with a path that is about none. */
export type Access = ResourceAccess | { readonly verb: string; readonly path: string }

export function isPathAccess(access: Access): access is Extract<Access, { readonly path: string }> {
  return 'path' in access
}

export function ruleAllows(rule: PolicyRule, access: Access): boolean {
  if (!names(rule.verbs, access.verb)) return false
  if (isPathAccess(access)) return (rule.nonResourceURLs ?? []).some((url) => urlCovers(url, access.path))
  return names(rule.apiGroups, access.group) && resourceMatches(rule, access) && nameMatches(rule, access.name)
}

function names(list: readonly string[] | undefined, wanted: string): boolean {
  return list !== undefined && (list.includes('*') || list.includes(wanted))
}

/** `pods/log` by itself, by `*`, or by `*` of the subresource; `pods` does not cover it. */
function resourceMatches({ resources = [] }: PolicyRule, { resource, subresource }: ResourceAccess): boolean {
  const combined = subresource === '' ? resource : `${resource}/${subresource}`
  return resources.includes('*') || resources.includes(combined) || (subresource !== '' && resources.includes(`*/${subresource}`))
}

function nameMatches({ resourceNames = [] }: PolicyRule, name: string): boolean {
  return resourceNames.length === 0 || resourceNames.includes(name)
}

export function urlCovers(url: string, path: string): boolean {
  return url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.replace(/\*+$/, '')))
}
