/** Deadlines, hooks, rules and gates: what ends, holds or restarts a pod besides its process. */

import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { conditionOf, isReady } from '../../model/kube/workload.ts'
import { parseWorld } from '../../model/world.ts'
import { podsOf, stateOf, testNode, TEST_START_MS, TEST_VERSION, testTwin } from '../test-twin.ts'
import { createTwin, type Twin } from '../twin.ts'

const pod = (container: object = {}, spec: object = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one', namespace: 'shop', labels: { app: 'one' } }, spec: { containers: [{ name: 'main', image: 'app:1', ...container }], ...spec } }) as KubeObject
const only = (twin: Twin): ReturnType<typeof podsOf>[number] => podsOf(twin, 'one')[0] as never
const remove = (twin: Twin): void => void twin.api.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'one' })

test('a pod past its deadline fails, and says why', () => {
  const twin = testTwin({ objects: [pod({}, { activeDeadlineSeconds: 60 })] })
  twin.advance(59_000)
  expect(only(twin).status?.phase).toBe('Running')
  twin.advance(10_000)
  expect(only(twin).status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' })
  expect(stateOf(only(twin)).reason).toBe('Error')
  twin.advance(3_600_000)
  expect(stateOf(only(twin)).restarts).toBe(0)
})

describe('the time that a pod takes to leave', () => {
  const exec = (command: string): object => ({ lifecycle: { preStop: { exec: { command: ['/bin/sh', '-c', command] } } } })
  test.each([
    ['without a hook', {}, {}, 1],
    ['a hook that sleeps', { lifecycle: { preStop: { sleep: { seconds: 12 } } } }, {}, 13],
    ['a command that sleeps', exec('nginx -s quit; sleep 12'), {}, 13],
    ['a command of unknown duration', exec('./drain.sh'), {}, 1],
    ['a hook longer than the grace: two seconds more', exec('sleep 90'), { terminationGracePeriodSeconds: 20 }, 21],
  ])('%s', (_, container, spec, seconds) => {
    const twin = testTwin({ objects: [pod(container, spec)] })
    twin.advance(30_000)
    remove(twin)
    twin.advance(seconds * 1000 - 500)
    expect(podsOf(twin, 'one')).toHaveLength(1)
    twin.advance(3_000)
    expect(podsOf(twin, 'one')).toHaveLength(0)
  })
})

test('a postStart hook that sleeps holds readiness back', () => {
  const twin = testTwin({ objects: [pod({ lifecycle: { postStart: { sleep: { seconds: 20 } } } })] })
  twin.advance(15_000)
  expect(isReady(only(twin))).toBe(false)
  twin.advance(10_000)
  expect(isReady(only(twin))).toBe(true)
})

test('a probe’s own grace replaces the pod’s', () => {
  const liveness = { httpGet: { path: '/no', port: 8080 }, periodSeconds: 1, failureThreshold: 1, terminationGracePeriodSeconds: 5 }
  const world = { images: [{ image: 'app:1', stopSeconds: 600, serves: [{ port: 8080, paths: ['/ok'] }] }] }
  const twin = testTwin({ objects: [pod({ livenessProbe: liveness }, { terminationGracePeriodSeconds: 300 })], world })
  twin.advance(15_000)
  expect(stateOf(only(twin)).restarts).toBe(1)
})

describe('rules for restarts', () => {
  const world = (code: number): object => ({ images: [{ image: 'app:1', exits: [{ code, afterSeconds: 1 }] }] })
  const rules = { restartPolicy: 'Never', restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }] }
  const twinOf = (minor: number, code: number): Twin => {
    const twin = createTwin({ seed: 1, startMs: TEST_START_MS, version: { ...TEST_VERSION, minor }, world: parseWorld(world(code)), objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, testNode('node-1'), pod(rules, { restartPolicy: 'Never' })] })
    twin.advance(60_000)
    return twin
  }
  test.each([
    [36, 42, 'Running', true],
    [35, 42, 'Running', true],
    [34, 42, 'Failed', false],
    [36, 1, 'Failed', false],
  ])('1.%d: an exit with %d leaves the pod %s', (minor, code, phase, isRestarted) => {
    const twin = twinOf(minor, code)
    expect([only(twin).status?.phase, stateOf(only(twin)).restarts > 0]).toEqual([phase, isRestarted])
  })
})

test('a node may cap the restart back-off, in releases that know it', () => {
  const world = { images: [{ image: 'app:1', exits: [{ code: 1, afterSeconds: 1 }] }], kubelet: { restartBackoffMaxSeconds: 20 } }
  const restarts = (minor: number): number => {
    const twin = createTwin({ seed: 1, startMs: TEST_START_MS, version: { ...TEST_VERSION, minor }, world: parseWorld(world), objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, testNode('node-1'), pod()] })
    twin.advance(600_000)
    return stateOf(only(twin)).restarts
  }
  // After the first two, one every 21 s: twenty of waiting and one of running.
  expect([restarts(34), restarts(36)]).toEqual([6, 2 + Math.floor((600 - 14) / 21)])
})

describe('a readiness gate', () => {
  const gated = pod({}, { readinessGates: [{ conditionType: 'lb.example.com/attached' }] })
  test('that nobody opens keeps the pod out', () => {
    const twin = testTwin({ objects: [gated] })
    twin.advance(600_000)
    expect(conditionOf(only(twin), 'Ready')).toMatchObject({ status: 'False', reason: 'ReadinessGatesNotReady', message: 'corresponding condition of pod readiness gate "lb.example.com/attached" does not exist.' })
  })
  test('is opened as late as was seen', () => {
    const twin = testTwin({ objects: [gated], world: { readinessGates: [{ conditionType: 'lb.example.com/attached', afterSeconds: 30 }] } })
    twin.advance(25_000)
    expect(isReady(only(twin))).toBe(false)
    twin.advance(10_000)
    expect(isReady(only(twin))).toBe(true)
  })
})
