import { expect, test } from 'vitest'
import { fieldsFound } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { gitopsChartUnpinned } from './gitops-chart-unpinned.ts'

const application = (source: object) => [object('argoproj.io/v1alpha1', 'Application', 'a', { spec: { source } })]
const release = (spec: object) => [object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', 'r', { spec: { chart: { spec: { chart: 'x', ...spec } } } })]

test.each([
  { name: 'everything', objects: application({ chart: 'operator', targetRevision: '*' }), want: ['Application a spec.source.targetRevision'] },
  { name: 'a range', objects: release({ version: '>=1.0.0' }), want: ['HelmRelease r spec.chart.spec.version'] },
  { name: 'nothing', objects: release({}), want: ['HelmRelease r spec.chart.spec'] },
  { name: 'good', objects: [...application({ chart: 'operator', targetRevision: '1.7.0' }), ...release({ version: 'v1.2.3-rc.1' })], want: [] },
  { name: 'look-alike: a branch of Git', objects: application({ path: 'deploy', targetRevision: 'HEAD' }), want: [] },
  { name: 'look-alike: a chart in Git', objects: release({ sourceRef: { kind: 'GitRepository' } }), want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(gitopsChartUnpinned, { objects })).toEqual(want))
