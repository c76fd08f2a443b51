import { expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { withoutDisabled } from './drop-disabled.ts'

const ruled = { name: 'main', image: 'a', restartPolicy: 'Never', restartPolicyRules: [{ action: 'Restart' }] }
const sidecar = { name: 'side', image: 'a', restartPolicy: 'Always' }
const spec = { initContainers: [sidecar, { ...ruled, name: 'init' }], containers: [ruled] }
const plain = { initContainers: [{ image: 'a', name: 'side', restartPolicy: 'Always' }, { name: 'init', image: 'a' }], containers: [{ name: 'main', image: 'a' }] }

const of = (kind: string, value: object): KubeObject => ({ apiVersion: kind === 'Pod' ? 'v1' : 'x/v1', kind, metadata: { name: 'x' }, spec: value }) as KubeObject

test.each([
  { kind: 'Pod', sent: spec, kept: plain },
  { kind: 'Deployment', sent: { replicas: 1, template: { spec } }, kept: { replicas: 1, template: { spec: plain } } },
  { kind: 'CronJob', sent: { jobTemplate: { spec: { template: { spec } } } }, kept: { jobTemplate: { spec: { template: { spec: plain } } } } },
  { kind: 'ConfigMap', sent: { template: 'text' }, kept: { template: 'text' } },
])('$kind', ({ kind, sent, kept }) => {
  expect(withoutDisabled(of(kind, sent), { containerRestartRules: false, minor: 34 })['spec']).toEqual(kept)
  expect(withoutDisabled(of(kind, sent), { containerRestartRules: true, minor: 35 })['spec']).toEqual(sent)
})
