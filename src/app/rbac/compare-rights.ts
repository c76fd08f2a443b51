/**
 * Compares what an account may do with what it needs. The API server is asked: for the rules that hold for the account
 * (SelfSubjectRulesReview), and, one by one, for what no account of Boyd's may ever have (SelfSubjectAccessReview), because
 * an authorizer may not be able to list its rules.
 */

import { isRecord } from '../../kernel/json.ts'
import { mapLimited } from '../../kernel/map-limited.ts'
import { NEVER, type Right } from '../../model/access.ts'
import type { Cluster } from '../../ports/cluster.ts'

export type Comparison =
  /** `missing` and `beyond` as `verb group/resource`, sorted. */
  | { readonly type: 'compared'; readonly missing: readonly string[]; readonly beyond: readonly string[]; readonly complete: boolean }
  /** The cluster says that it does not evaluate rights. */
  | { readonly type: 'not-evaluated'; readonly why: string }

interface Rule {
  readonly verbs: readonly string[]
  readonly groups: readonly string[]
  readonly resources: readonly string[]
  /** Only for objects of these names. */
  readonly names: readonly string[]
}

const REVIEWS_AT_ONCE = 4

export interface ComparedWith {
  readonly needed: readonly Right[]
  /** Where rights that are given by namespace are looked up: all in which Boyd may act, at least one. */
  readonly namespaces: readonly string[]
}

/** Rights that differ in some of the namespaces only are told with the namespace. */
export async function compareRights(cluster: Cluster, { needed, namespaces }: ComparedWith): Promise<Comparison> {
  const compared: { readonly namespace: string; readonly in: Comparison }[] = []
  for (const namespace of namespaces) compared.push({ namespace, in: await compareIn(cluster, { needed, namespace }) })
  const unknown = compared.find((one) => one.in.type === 'not-evaluated')
  if (unknown !== undefined) return unknown.in
  const each = compared.flatMap(({ namespace, in: found }) => (found.type === 'compared' ? [{ namespace, found }] : []))
  return {
    type: 'compared',
    missing: acrossNamespaces(each.map(({ namespace, found }) => ({ namespace, rights: found.missing }))),
    beyond: acrossNamespaces(each.map(({ namespace, found }) => ({ namespace, rights: found.beyond }))),
    complete: each.every(({ found }) => found.complete),
  }
}

function acrossNamespaces(found: readonly { readonly namespace: string; readonly rights: readonly string[] }[]): string[] {
  const all = [...new Set(found.flatMap(({ rights }) => rights))].sort()
  return all.map((right) => {
    const where = found.filter(({ rights }) => rights.includes(right)).map(({ namespace }) => namespace)
    return where.length === found.length ? right : `${right} in ${where.join(', ')}`
  })
}

async function compareIn(cluster: Cluster, options: { readonly needed: readonly Right[]; readonly namespace: string }): Promise<Comparison> {
  const review = await cluster.create({ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', metadata: {}, spec: { namespace: options.namespace } })
  const status = isRecord(review['status']) ? review['status'] : {}
  const why = status['evaluationError']
  if (status['incomplete'] === true && typeof why === 'string' && why.includes('not evaluated')) return { type: 'not-evaluated', why }
  const complete = status['incomplete'] !== true
  const rules = rulesIn(status['resourceRules'])
  const missing = complete ? missingIn(rules, options.needed) : await refused(cluster, options)
  const forbidden = await mapLimited(NEVER, REVIEWS_AT_ONCE, async (right) => ((await mayDo(cluster, { ...right, namespace: options.namespace })) ? [textOf(right)] : []))
  return { type: 'compared', missing: missing.sort(), beyond: [...new Set([...beyondIn(rules, options.needed), ...forbidden.flat()])].sort(), complete }
}

function rulesIn(raw: unknown): Rule[] {
  const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [])
  return (Array.isArray(raw) ? raw : []).filter(isRecord).map((rule) => ({ verbs: texts(rule['verbs']), groups: texts(rule['apiGroups']), resources: texts(rule['resources']), names: texts(rule['resourceNames']) }))
}

function missingIn(rules: readonly Rule[], needed: readonly Right[]): string[] {
  return needed.flatMap(({ group, resource, verbs }) => verbs.filter((verb) => !rules.some((rule) => rule.names.length === 0 && covers(rule, { verb, group, resource }))).map((verb) => textOf({ verb, group, resource })))
}

function covers(rule: Rule, { verb, group, resource }: { readonly verb: string; readonly group: string; readonly resource: string }): boolean {
  const has = (list: readonly string[], item: string): boolean => list.includes(item) || list.includes('*')
  return has(rule.verbs, verb) && has(rule.groups, group) && (has(rule.resources, resource) || rule.resources.includes(`*/${resource.split('/')[1] ?? ''}`))
}

/** Questions about oneself are everybody's right (ClusterRole `system:basic-user`), and change nothing. */
const EVERYBODY = ['selfsubjectaccessreviews', 'selfsubjectrulesreviews', 'selfsubjectreviews']

function beyondIn(rules: readonly Rule[], needed: readonly Right[]): string[] {
  return rules.flatMap((rule) =>
    rule.verbs.flatMap((verb) =>
      rule.groups.flatMap((group) =>
        rule.resources
          .filter((resource) => !EVERYBODY.includes(resource))
          .filter((resource) => !needed.some((right) => right.group === group && right.resource === resource && right.verbs.includes(verb)))
          .map((resource) => textOf({ verb, group, resource })),
      ),
    ),
  )
}

async function refused(cluster: Cluster, { needed, namespace }: { readonly needed: readonly Right[]; readonly namespace: string }): Promise<string[]> {
  const asked = needed.flatMap(({ group, resource, verbs }) => verbs.map((verb) => ({ verb, group, resource })))
  const answers = await mapLimited(asked, REVIEWS_AT_ONCE, async (right) => ((await mayDo(cluster, { ...right, namespace })) ? [] : [textOf(right)]))
  return answers.flat()
}

async function mayDo(cluster: Cluster, asked: { readonly verb: string; readonly group: string; readonly resource: string; readonly namespace: string }): Promise<boolean> {
  const { verb, group, namespace } = asked
  const [resource = '', subresource] = asked.resource.split('/')
  const spec = { resourceAttributes: { verb, group, resource, namespace, ...(subresource === undefined ? {} : { subresource }) } }
  const review = await cluster.create({ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', metadata: {}, spec })
  return isRecord(review['status']) && review['status']['allowed'] === true
}

function textOf({ verb, group, resource }: { readonly verb: string; readonly group: string; readonly resource: string }): string {
  return `${verb} ${group === '' ? '' : `${group}/`}${resource}`
}
