import { expect, test } from 'vitest'
import { findingsOf, oneContainer, workload } from '../testing/audit.ts'
import { inDockerfile, inValues } from '../testing/files.ts'
import { registryNotAllowed } from './registry-not-allowed.ts'

const of = (image: string) => [workload(oneContainer({ image }))]
const site = { registries: ['registry.example', 'ghcr.io/acme', 'docker.io/library/*'], mirrors: { 'quay.io': 'registry.example/quay' } }

test.each([
  { name: 'another registry', objects: of('quay.io/a/b:1'), want: ['Use registry.example/quay/a/b:1.'] },
  { name: 'another path of one', objects: of('ghcr.io/acmes/web:1'), want: ['Mirror it, and name the mirror; or add its registry to scan.registries.'] },
  { name: 'Docker Hub, where only its own names are allowed', objects: of('grafana/grafana:1'), want: ['Mirror it, and name the mirror; or add its registry to scan.registries.'] },
  { name: 'good', objects: [...of('registry.example/web:1'), ...of('ghcr.io/acme/web@sha256:1'), ...of('nginx:1')], want: [] },
  { name: 'look-alike: a variable', objects: of('${REGISTRY}/web:1'), want: [] },
])('$name', ({ objects, want }) => expect(findingsOf(registryNotAllowed, { objects, site }).map(({ advice }) => advice)).toEqual(want))

test('look-alike: a site without a list', () => expect(findingsOf(registryNotAllowed, { objects: of('quay.io/a/b:1') })).toEqual([]))

test('in values and builds', async () => {
  expect([await inValues(registryNotAllowed, 'image: {repository: quay.io/a/b, tag: "1"}', { site }), await inDockerfile(registryNotAllowed, 'FROM quay.io/a/b:1\n', { site })]).toEqual([['image.repository'], ['0 FROM']])
})
