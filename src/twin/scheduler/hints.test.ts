/** Which changes wake a pod that a plugin refused. */

import { expect, test } from 'vitest'
import type { ClusterEvent } from './cluster-event.ts'
import { mayHelp } from './hints.ts'

const node = (...aspects: readonly string[]): ClusterEvent => ({ type: 'node-changed', aspects: new Set(aspects) }) as never

test.each([
  ['NodeResourcesFit', node('labels'), false],
  ['NodeResourcesFit', node('allocatable'), true],
  ['NodeResourcesFit', node('taints'), true],
  ['InterPodAffinity', node('taints'), true],
  ['InterPodAffinity', node('allocatable'), false],
  ['NodeAffinity', node('taints'), true],
  ['TaintToleration', node('taints'), true],
  ['TaintToleration', node('labels'), false],
  ['NodeUnschedulable', node('unschedulable'), true],
  ['NodeVolumeLimits', node('taints'), false],
])('refused by %s: %o helps: %s', (plugin, event, helps) => {
  expect(mayHelp([plugin], event)).toBe(helps)
})
