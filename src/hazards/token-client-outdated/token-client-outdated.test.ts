import { expect, test } from 'vitest'
import { inPartsList } from '../testing/files.ts'
import { tokenClientOutdated } from './token-client-outdated.ts'

const cyclone = (...purls: string[]) => ({ bomFormat: 'CycloneDX', components: purls.map((purl) => ({ purl })) })
const spdx = (purl: string) => ({ spdxVersion: 'SPDX-2.3', name: 'worker', packages: [{ externalRefs: [{ referenceType: 'purl', referenceLocator: purl }] }] })

test.each([
  { name: 'Python', list: cyclone('pkg:pypi/requests@2.0', 'pkg:pypi/kubernetes@11.0.0'), want: ['components.1'] },
  { name: 'Go, by its own numbers', list: cyclone('pkg:golang/k8s.io/client-go@v0.15.6'), want: ['components.0'] },
  { name: 'JavaScript, in SPDX', list: spdx('pkg:npm/%40kubernetes/client-node@0.10.2'), want: ['packages.0'] },
  { name: 'good', list: cyclone('pkg:pypi/kubernetes@31.0.0', 'pkg:golang/k8s.io/client-go@v0.33.1?type=module'), want: [] },
  { name: 'look-alike: another package', list: cyclone('pkg:npm/kubernetes@1.0.0', 'pkg:pypi/kubernetes-asyncio@9.0.0'), want: [] },
  { name: 'look-alike: no version', list: cyclone('pkg:pypi/kubernetes'), want: [] },
])('$name', async ({ list, want }) => expect(await inPartsList(tokenClientOutdated, list)).toEqual(want))
