import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { conditionOf } from '../../model/kube/workload.ts'
import { parseWorld } from '../../model/world.ts'
import { eventsAbout, podsOf, podTemplate, testDeployment, testTwin } from '../test-twin.ts'
import { allGaps } from '../gaps/all-gaps.test-support.ts'
import { twinFromSnapshot } from '../from-snapshot.ts'
import type { Twin } from '../twin.ts'

const REQUESTS = { resources: { requests: { cpu: '100m', memory: '64Mi' } } }
const CPU_50 = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }]

function scaler(spec: object, target: object = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }): KubeObject {
  return { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'web', namespace: 'shop' }, spec: { scaleTargetRef: target, minReplicas: 1, maxReplicas: 10, metrics: CPU_50, ...spec } }
}

function load(amount: string, kind = 'Deployment'): object {
  return { loads: [{ kind, namespace: 'shop', name: 'web', metrics: [{ name: 'cpu', amount }] }] }
}

function replicas(twin: Twin, key = 'apps/Deployment'): number {
  return (twin.store.byKey(`${key}|shop|web`) as unknown as { spec: { replicas: number } }).spec.replicas
}

function hpa(twin: Twin): KubeObject {
  return twin.store.byKey('autoscaling/HorizontalPodAutoscaler|shop|web') as KubeObject
}

describe('an autoscaler', () => {
  test('grows its target until the load is borne, and shrinks it five minutes after the load has gone', () => {
    const twin = testTwin({ objects: [testDeployment('web', REQUESTS), scaler({})], world: load('300m') })
    twin.advance(240_000)
    expect(replicas(twin)).toBe(6)
    expect(podsOf(twin, 'web')).toHaveLength(6)
    expect(conditionOf(hpa(twin), 'ScalingActive')).toMatchObject({ status: 'True', reason: 'ValidMetricFound' })
    expect(eventsAbout(twin, 'web')).toContain('SuccessfulRescale: New size: 4; reason: cpu resource utilization (percentage of request) above target')
    void twin.control.setWorld(parseWorld(load('90m')))
    twin.advance(240_000)
    expect(replicas(twin)).toBe(6)
    expect(conditionOf(hpa(twin), 'AbleToScale')).toMatchObject({ reason: 'ScaleDownStabilized' })
    twin.advance(120_000)
    expect(replicas(twin)).toBe(2)
  })

  test('whose metric nobody measures says so and holds', () => {
    const twin = testTwin({ objects: [testDeployment('web', REQUESTS), scaler({})] })
    twin.advance(120_000)
    expect(replicas(twin)).toBe(2)
    expect(conditionOf(hpa(twin), 'ScalingActive')).toMatchObject({ status: 'False', reason: 'FailedGetResourceMetric', message: 'the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API' })
  })

  test.each([
    ['more than the maximum', 12, 10],
    ['less than the minimum', 1, 3],
  ])('sets back %s within 15 s, without any metric', (_, asked, left) => {
    const twin = testTwin({ objects: [testDeployment('web', REQUESTS, { replicas: 4 }), scaler({ minReplicas: 3 })] })
    twin.advance(30_000)
    twin.api.patch({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }, { type: 'merge', body: { spec: { replicas: asked } } })
    twin.advance(15_001)
    expect(replicas(twin)).toBe(left)
  })

  test('leaves a target of nothing alone', () => {
    const twin = testTwin({ objects: [testDeployment('web', REQUESTS, { replicas: 0 }), scaler({ minReplicas: 2 })], world: load('900m') })
    twin.advance(60_000)
    expect(replicas(twin)).toBe(0)
    expect(conditionOf(hpa(twin), 'ScalingActive')).toMatchObject({ status: 'False', reason: 'ScalingDisabled' })
  })

  test('grows no faster than its policies allow', () => {
    const behavior = { scaleUp: { policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] } }
    const twin = testTwin({ objects: [testDeployment('web', REQUESTS), scaler({ behavior })], world: load('2') })
    twin.advance(75_000)
    expect(replicas(twin)).toBe(3)
    expect(conditionOf(hpa(twin), 'ScalingLimited')).toMatchObject({ status: 'True', reason: 'ScaleUpLimit' })
    twin.advance(60_000)
    expect(replicas(twin)).toBe(4)
  })

  test('of a target that is not there says that it found none', () => {
    const twin = testTwin({ objects: [scaler({})] })
    twin.advance(20_000)
    expect(conditionOf(hpa(twin), 'AbleToScale')).toMatchObject({ status: 'False', message: `the HPA controller was unable to get the target's current scale: deployments.apps "web" not found` })
  })

  test('scales a ReplicationController, which keeps its pods', () => {
    const controller = { apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'web', namespace: 'shop' }, spec: { replicas: 2, selector: { app: 'web' }, template: podTemplate('web', REQUESTS) } }
    const twin = testTwin({ objects: [controller, scaler({}, { apiVersion: 'v1', kind: 'ReplicationController', name: 'web' })], world: load('300m', 'ReplicationController') })
    twin.advance(20_000)
    expect(podsOf(twin, 'web')).toHaveLength(2)
    const [first] = podsOf(twin, 'web')
    twin.api.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: first?.metadata.name ?? '' })
    twin.advance(220_000)
    expect(replicas(twin, '/ReplicationController')).toBe(6)
    expect(podsOf(twin, 'web')).toHaveLength(6)
  })
})

describe('a snapshot', () => {
  function running(): Twin {
    const twin = testTwin({ objects: [testDeployment('web', REQUESTS, { replicas: 6 }), scaler({})], world: load('300m') })
    twin.advance(600_000)
    return twin
  }

  test('hands on the load that its autoscaler read, and says so', () => {
    const { twin, assumptions, gaps } = twinFromSnapshot({ snapshot: running().snapshot(), seed: 1 })
    expect(assumptions).toContain('The load of Deployment shop/web is assumed to stay as its autoscaler read it: cpu 300m in all, spread evenly over ready pods.')
    expect(allGaps(gaps).filter((text) => text.includes('load of'))).toEqual([])
    twin.advance(600_000)
    expect(replicas(twin)).toBe(6)
    twin.api.patch({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }, { type: 'merge', body: { spec: { replicas: 10 } } })
    twin.advance(600_000)
    expect(replicas(twin)).toBe(6)
  })

  test('without a metric says that the load is not known', () => {
    const blind = testTwin({ objects: [testDeployment('web', REQUESTS), scaler({})] })
    blind.advance(60_000)
    const { gaps } = twinFromSnapshot({ snapshot: blind.snapshot(), seed: 1 })
    expect(allGaps(gaps).find((text) => text.startsWith('Not known: load of Deployment shop/web (cpu of HorizontalPodAutoscaler shop/web'))).toBeDefined()
  })
})
