import { describe, expect, test } from 'vitest'
import { actingRights, mergedRights, READING } from '../../model/access.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { Cluster } from '../../ports/cluster.ts'
import { compareRights } from './compare-rights.ts'
import { grantedTo } from './granted.ts'
import { rbacManifests, type RbacOptions } from './manifests.ts'

type Rule = { readonly apiGroups: readonly string[]; readonly resources: readonly string[]; readonly verbs: readonly string[] }

/** A cluster that holds these objects and answers questions about the rights of one account, as its bindings have them. */
function clusterWith(objects: readonly KubeObject[], account: string): Cluster {
  const rulesIn = (namespace: string): Rule[] =>
    objects.filter(({ kind, metadata, ['subjects']: subjects }) => (kind === 'ClusterRoleBinding' || (kind === 'RoleBinding' && metadata.namespace === namespace)) && (subjects as { name: string }[]).some(({ name }) => name === account)).flatMap((binding) => objects.filter(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === (binding['roleRef'] as { name: string }).name).flatMap((role) => role['rules'] as Rule[]))
  const create = (asked: KubeObject): Promise<KubeObject> => Promise.resolve({ ...asked, status: asked.kind === 'SelfSubjectRulesReview' ? { incomplete: false, resourceRules: rulesIn((asked['spec'] as { namespace: string }).namespace) } : { allowed: false } })
  return { create, list: () => Promise.resolve({ items: objects.filter(({ kind }) => kind === 'ClusterRole'), resourceVersion: '1' }) } as unknown as Cluster
}

const manifests = (options: Partial<RbacOptions>) => rbacManifests({ protectedNamespaces: [], ...options })

describe('what an installation was given', () => {
  test.each([
    { name: 'as its role says', options: { verbs: ['cordon', 'scale'] as const, namespaces: ['shop', 'billing'] }, settings: {}, want: { verbs: ['cordon', 'scale'], namespaces: ['shop', 'billing'], saidBy: 'ClusterRole boyd-actor' } },
    { name: 'the settings win', options: { verbs: ['cordon'] as const }, settings: { verbs: ['scale'] as const }, want: { verbs: ['scale'], namespaces: [], saidBy: 'the settings' } },
  ])('$name', async ({ options, settings, want }) => expect(await grantedTo(clusterWith(manifests(options), 'boyd-reader'), settings)).toEqual(want))

  test('where nobody says it: all verbs, everywhere', async () => expect(await grantedTo(clusterWith([], 'x'), {})).toMatchObject({ verbs: expect.arrayContaining(['drain', 'patch']) as string[], namespaces: [] }))

  test('a role that cannot be read says nothing', async () => {
    const cluster = { list: () => Promise.reject(new Error('forbidden')) } as unknown as Cluster
    expect((await grantedTo(cluster, {})).saidBy).toBeUndefined()
  })
})

describe('an account beside it', () => {
  const compare = async (options: Partial<RbacOptions>, needed = options, namespaces = options.namespaces ?? ['default']) => compareRights(clusterWith(manifests(options), 'boyd-actor'), { needed: mergedRights(actingRights(needed.verbs ?? ['scale'])), namespaces })

  test.each([
    { name: 'fewer verbs, and just these rights', options: { verbs: ['cordon', 'scale'] as const }, want: { missing: [], beyond: [] } },
    { name: 'in some namespaces only', options: { verbs: ['scale'] as const, namespaces: ['shop', 'billing'] }, want: { missing: [], beyond: [] } },
  ])('$name', async ({ options, want }) => expect(await compare(options)).toMatchObject(want))

  test('a binding that is not there is told with its namespace', async () => {
    const found = await compare({ verbs: ['delete-pod'], namespaces: ['shop'] }, { verbs: ['delete-pod'] }, ['shop', 'billing'])
    expect(found).toMatchObject({ missing: ['delete pods in billing', 'get pods in billing'], beyond: [] })
  })

  test('a verb that was not given is missing, one too many is beyond', async () => {
    expect(await compare({ verbs: ['cordon'] }, { verbs: ['evict'] })).toMatchObject({ missing: expect.arrayContaining(['create pods/eviction']) as string[], beyond: expect.arrayContaining(['patch nodes']) as string[] })
  })

  test('the reader needs what looking takes', async () => expect(await compareRights(clusterWith(manifests({}), 'boyd-reader'), { needed: mergedRights(READING), namespaces: ['default'] })).toMatchObject({ missing: [], beyond: [] }))
})
