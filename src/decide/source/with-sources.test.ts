import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { planSchema, sourceLines, type Plan } from '../../model/plan.ts'
import { createSnapshot, DEFAULT_CLUSTER_VERSION } from '../../model/snapshot.ts'
import { createView } from '../../model/view.ts'
import { withSources } from './with-sources.ts'

const target = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }
const image = (tag: string) => `registry.test/web:${tag}`
const live = (metadata: object): KubeObject => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'shop', name: 'web', ...metadata }, spec: { replicas: 2, template: { metadata: {}, spec: { containers: [{ name: 'main', image: image('2') }, { name: 'log', image: 'log:1' }] } } } })
const custom = (apiVersion: string, kind: string, name: string, fields: object): KubeObject => ({ apiVersion, kind, metadata: { namespace: 'delivery', name }, ...fields })
const plan: Plan = {
  kind: 'plan', id: 'mend', goal: 'web runs', hazard: 'bad-image', subject: { kind: 'Deployment', namespace: 'shop', name: 'web' }, proof: [{ type: 'workload-available', target }], risk: 'disruptive', expectedEffect: '', needsInput: [], rationale: 'why.', values: 'observed',
  steps: [{ id: '1-patch', reason: '', preconditions: [], action: { verb: 'patch', target, patchType: 'json', patch: [{ op: 'test', path: '/spec/template/spec/containers/0/image', value: image('2') }, { op: 'replace', path: '/spec/template/spec/containers/0/image', value: image('1') }], undo: [] } }],
}

function told(objects: readonly KubeObject[]): Plan {
  const view = createView(createSnapshot({ takenAtMs: 0, clusterVersion: DEFAULT_CLUSTER_VERSION, clusterId: 'test', resourceVersion: '1', objects, logs: [], notes: [] }))
  return planSchema.parse(withSources(plan, view))
}

const argo = { annotations: { 'argocd.argoproj.io/tracking-id': 'web:apps/Deployment:shop/web' } }
const application = (source: object, automated?: object) => custom('argoproj.io/v1alpha1', 'Application', 'web', { spec: { source: { repoURL: 'https://git.test/web.git', targetRevision: 'main', ...source }, syncPolicy: automated === undefined ? {} : { automated } } })
const flux = { labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'delivery' } }
const repository = custom('source.toolkit.fluxcd.io/v1', 'GitRepository', 'fleet', { spec: { url: 'ssh://git@git.test/fleet', ref: { branch: 'prod' } } })
const kustomization = custom('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'apps', { spec: { path: './clusters/a', interval: '10m', sourceRef: { kind: 'GitRepository', name: 'fleet' } } })
const released = { labels: { 'helm.toolkit.fluxcd.io/name': 'web', 'helm.toolkit.fluxcd.io/namespace': 'delivery' } }
const release = (fields: object): KubeObject => ({ ...custom('helm.toolkit.fluxcd.io/v2', 'HelmRelease', 'web', { spec: { chart: { spec: { chart: 'web', version: '4.1.0' } }, ...fields } }), metadata: { namespace: 'delivery', name: 'web', ...flux } } as KubeObject)
const helm = { annotations: { 'meta.helm.sh/release-name': 'web', 'meta.helm.sh/release-namespace': 'shop' }, labels: { 'helm.sh/chart': 'web-4.1.0' } }
const secret = (version: string, status: string): KubeObject => ({ apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'shop', name: `sh.helm.release.v1.web.v${version}`, labels: { owner: 'helm', name: 'web', version, status } }, type: 'helm.sh/release.v1' } as unknown as KubeObject)

const MANIFEST = 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  template:\n    spec:\n      containers:\n        - name: main\n          image: registry.test/web:1\n'

describe('where the change belongs, and in which form', () => {
  test.each([
    { name: 'Argo CD, plain manifests', objects: [live(argo), application({ path: 'web' })], want: { owner: 'Application delivery/web', repository: 'https://git.test/web.git', revision: 'main', path: 'web', form: 'manifest', reverts: 'next sync', patch: MANIFEST } },
    { name: 'Argo CD, automated without self-heal', objects: [live(argo), application({ path: 'web' }, { prune: true })], want: { form: 'manifest', reverts: 'next sync' } },
    { name: 'Argo CD, kustomize', objects: [live(argo), application({ path: 'web', kustomize: { namePrefix: 'a-' } })], want: { form: 'kustomize', patch: expect.stringContaining('patches:\n  - target:\n      group: apps\n      kind: Deployment\n      name: web\n    patch: |\n') as string } },
    { name: 'Argo CD, values that name the image in two parts', objects: [live(argo), application({ chart: 'web', helm: { valuesObject: { image: { repository: 'registry.test/web', tag: '2' }, other: { tag: '9' } } } })], want: { chart: 'web', form: 'helm-values', patch: expect.stringContaining('valuesObject:\n        image:\n          tag: "1"\n') as string } },
    { name: 'Argo CD, values that do not tell', objects: [live(argo), application({ chart: 'web', helm: { valuesObject: { a: { tag: '2' }, b: { tag: '2' } } } })], want: { form: 'manifest', patch: MANIFEST, notes: [expect.stringContaining('Which values make these fields is not known') as string] } },
    { name: 'Argo CD, the Application was not collected', objects: [live(argo)], want: { owner: 'Application web', form: 'manifest', reverts: 'unknown' } },
    { name: 'Flux, a Kustomization', objects: [live(flux), kustomization, repository], want: { owner: 'Kustomization delivery/apps', repository: 'ssh://git@git.test/fleet', revision: 'prod', path: './clusters/a', form: 'kustomize', reverts: 'next sync', notes: ['It is reconciled every 10m.'] } },
    { name: 'Flux, a HelmRelease that a Kustomization brings', objects: [live(released), release({ values: { image: image('2') } }), kustomization, repository], want: { owner: 'HelmRelease delivery/web', repository: 'ssh://git@git.test/fleet', path: './clusters/a', chart: 'web 4.1.0', form: 'helm-values', patch: expect.stringContaining('kind: HelmRelease') as string } },
    { name: 'Helm, with the revision before', objects: [live(helm), secret('3', 'superseded'), secret('4', 'deployed')], want: { owner: 'Helm release web in shop', chart: 'web-4.1.0', revision: '4 (Secret sh.helm.release.v1.web.v4)', form: 'manifest', reverts: 'next upgrade', notes: [expect.stringContaining('helm rollback web 3 --namespace shop') as string, expect.stringContaining('not known') as string] } },
  ])('$name', ({ objects, want }) => {
    const { sourceChanges, steps } = told(objects)
    expect(sourceChanges).toEqual([expect.objectContaining(want)])
    expect(steps).toHaveLength(1)
  })

  test('what nobody signed for has no source', () => expect(told([live({})])).toEqual(plan))
})

describe('a change that is put back at once is no cure', () => {
  test.each([
    { name: 'Argo CD heals itself', objects: [live(argo), application({ path: 'web' }, { selfHeal: true })] },
    { name: 'Flux watches a HelmRelease for drift', objects: [live(released), release({ values: {}, driftDetection: { mode: 'enabled' } })] },
  ])('$name: the plan is the question to commit it', ({ objects }) => {
    const asked = told(objects)
    expect([asked.id, asked.steps, asked.needsInput[0]?.name, asked.proof]).toEqual(['commit-mend', [], 'commit', plan.proof])
    expect(asked.needsInput[0]?.question).toMatch(/puts a change on the cluster back at once/)
  })

  test.each([
    { name: 'self-heal is off', objects: [live(argo), application({ path: 'web' }, { selfHeal: false })] },
    { name: 'automation is switched off', objects: [live(argo), application({ path: 'web' }, { enabled: false, selfHeal: true })] },
    { name: 'the release is suspended', objects: [live(released), release({ suspend: true, driftDetection: { mode: 'enabled' } })] },
  ])('look-alike: $name', ({ objects }) => expect(told(objects).steps).toHaveLength(1))
})

test('a person reads where, what, and for how long', () => {
  const [change] = told([live(argo), application({ path: 'web' })]).sourceChanges ?? []
  expect(change === undefined ? [] : sourceLines(change)).toEqual(['Application delivery/web: https://git.test/web.git at main, path web (Deployment shop/web, in the manifest):', ...MANIFEST.trimEnd().split('\n').map((line) => `  ${line}`), 'note: A change on the cluster lasts until the next sync.'])
})
