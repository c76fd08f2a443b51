import { expect, test } from 'vitest'
import { findingsOf, oneContainer, workload } from '../testing/audit.ts'
import { resourcesMissing } from './resources-missing.ts'

const both = { cpu: '1', memory: '1Gi' }

test.each([
  { name: 'nothing', resources: undefined, want: ['no requests'] },
  { name: 'only one of the two', resources: { requests: { cpu: '1' }, limits: { cpu: '2' } }, want: ['no requests'] },
  { name: 'requests and no memory limit', resources: { requests: both }, want: ['no memory limit'] },
  { name: 'good', resources: { requests: both, limits: { memory: '1Gi' } }, want: [] },
  { name: 'look-alike: limits only, which are the requests too', resources: { limits: both }, want: [] },
])('$name', ({ resources, want }) => expect(findingsOf(resourcesMissing, { objects: [workload(oneContainer({ resources }))] }).map(({ cause }) => cause)).toEqual(want))

test('look-alike: an init container ends before the others start; a sidecar among them does not', () => {
  const containers = [{ name: 'main', image: 'a', resources: { limits: both } }]
  const found = findingsOf(resourcesMissing, { objects: [workload({ containers, initContainers: [{ name: 'init', image: 'a' }, { name: 'proxy', image: 'b', restartPolicy: 'Always' }] })] })
  expect(found.map(({ path }) => path.join('.'))).toEqual(['spec.template.spec.initContainers.1.resources'])
})

test('look-alike: an ephemeral container may not ask for anything', () => {
  const asks = { resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '1Gi' } } }
  expect(findingsOf(resourcesMissing, { objects: [workload(oneContainer(asks, { ephemeralContainers: [{ name: 'debug', image: 'busybox' }] }), { kind: 'Pod' })] })).toEqual([])
})
