import { expect, test } from 'vitest'
import type { PodStatus } from 'kubernetes-types/core/v1.d.ts'
import { saysTheSame } from './says-the-same.ts'

const one = { name: 'main', image: 'app:1', imageID: 'app@sha256:a', ready: true, started: true, restartCount: 1, state: { running: { startedAt: '2026-03-01T12:00:00Z' } }, lastState: {} }
const status = (container: object, more: object = {}): PodStatus => ({ phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], containerStatuses: [{ ...one, ...container }], ...more }) as PodStatus

test.each([
  { name: 'other digests and more fields', right: status({ imageID: 'else', user: { linux: { uid: 1 } } }), same: true },
  { name: 'another phase', right: status({}, { phase: 'Failed' }), same: false },
  { name: 'a condition less', right: status({}, { conditions: [] }), same: false },
  { name: 'not ready', right: status({ ready: false }), same: false },
  { name: 'a restart', right: status({ restartCount: 2 }), same: false },
  { name: 'another back-off', right: status({ state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 20s' } } }), same: false },
  { name: 'another end before', right: status({ lastState: { terminated: { exitCode: 1 } } }), same: false },
  { name: 'no containers yet', right: { ...status({}), containerStatuses: [] }, same: false },
])('$name', ({ right, same }) => expect(saysTheSame(status({}), right)).toBe(same))
