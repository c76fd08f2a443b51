import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { BUILT_IN_RESOURCES } from '../api/built-in-resources.ts'
import { aggregatedDiscovery, apiResourceList, resourcesIn } from './discovery.ts'

/** As upstream published them with 1.36 (`scripts/generate/discovery-documents.ts`). */
const { aggregated, core } = JSON.parse(brotliDecompressSync(readFileSync(new URL('discovery-1.36.br', import.meta.url))).toString('utf8')) as { aggregated: Groups; core: { resources: Named[] } }

interface Named {
  readonly name: string
  readonly storageVersionHash?: string
}

interface Groups {
  readonly items: readonly { readonly metadata: { readonly name?: string }; readonly versions: readonly { readonly version: string; readonly resources: readonly { readonly resource: string }[] }[] }[]
}

test('the core group is discovered as upstream publishes it', () => {
  const own = (apiResourceList('v1', resourcesIn(BUILT_IN_RESOURCES, 'v1')) as { resources: Named[] }).resources
  expect(own).toEqual(core.resources)
})

test('every other group too, and in the same order', () => {
  const { items } = aggregatedDiscovery(BUILT_IN_RESOURCES, { core: false, version: 'v2' }) as Groups
  const entries = (groups: Groups['items']): readonly object[] =>
    groups.flatMap(({ metadata, versions }) =>
      versions.flatMap(({ version, resources }) => resources.map((resource) => ({ group: metadata.name, version, ...resource }))),
    )
  const served = new Set(items.flatMap(({ metadata, versions }) => versions.map(({ version }) => `${metadata.name}/${version}`)))
  const published = aggregated.items.map((group) => ({ ...group, versions: group.versions.filter(({ version }) => served.has(`${group.metadata.name}/${version}`)) })).filter(({ versions }) => versions.length > 0)
  expect(items.map(({ metadata }) => metadata.name)).toEqual(published.map(({ metadata }) => metadata.name))
  expect(entries(items)).toEqual(entries(published))
})
