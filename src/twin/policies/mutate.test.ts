import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { createSnapshot, type Snapshot } from '../../model/snapshot.ts'
import { notModelledIn } from '../not-modelled.ts'
import { allGaps } from '../gaps/all-gaps.test-support.ts'
import { twinFromSnapshot } from '../from-snapshot.ts'
import { TEST_START_MS, TEST_VERSION } from '../test-twin.ts'

const GROUP = 'admissionregistration.k8s.io/v1'

function ofPolicy(apiVersion: string): readonly KubeObject[] {
  const resourceRules = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }]
  const mutations = [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{data: Object.data{tier: "web"}}' } }]
  return [
    { apiVersion, kind: 'MutatingAdmissionPolicy', metadata: { name: 'tier' }, spec: { failurePolicy: 'Fail', reinvocationPolicy: 'Never', matchConstraints: { resourceRules }, mutations } },
    { apiVersion, kind: 'MutatingAdmissionPolicyBinding', metadata: { name: 'tier' }, spec: { policyName: 'tier' } },
  ]
}

function snapshotAt(minor: number, apiVersion: string): Snapshot {
  const shop = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' }, status: { phase: 'Active' } }
  return createSnapshot({ takenAtMs: TEST_START_MS, clusterVersion: { ...TEST_VERSION, minor, gitVersion: `v1.${minor}.1` }, clusterId: 'folder', resourceVersion: '0', objects: [shop, ...ofPolicy(apiVersion)], logs: [], notes: [] })
}

describe('mutating policies by release', () => {
  test.each([[34, false], [35, false], [36, true]])('1.%i: on is %s', (minor, isOn) => {
    const { api } = twinFromSnapshot({ snapshot: snapshotAt(minor, GROUP), seed: 1 }).twin
    expect(api.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'shop' } })['data']).toEqual(isOn ? { tier: 'web' } : undefined)
    expect(api.resources.all().some(({ kind }) => kind === 'MutatingAdmissionPolicy')).toBe(isOn)
  })

  test.each([[34, 1], [36, 0]])('1.%i: a snapshot that has some is told so %i times', (minor, times) => {
    expect(allGaps(notModelledIn(snapshotAt(minor, 'admissionregistration.k8s.io/v1beta1'))).filter((text) => text.includes('off by default'))).toHaveLength(times)
  })
})
