import { expect, test } from 'vitest'
import type { Action } from '../model/plan.ts'
import { patchLines } from './patch-text.ts'

const limit = '/spec/template/spec/containers/0/resources/limits/memory'
const cases: readonly { name: string; patchType?: 'json' | 'merge'; patch: unknown; lines: readonly string[] }[] = [
  { name: 'a tested replacement is old and new', patch: [{ op: 'test', path: limit, value: '128Mi' }, { op: 'replace', path: limit, value: '256Mi' }], lines: [`${limit}: "128Mi" → "256Mi"`] },
  { name: 'an untested replacement says so', patch: [{ op: 'replace', path: '/a', value: 1 }], lines: ['/a: whatever is there → 1'] },
  { name: 'a test on its own is a condition', patch: [{ op: 'test', path: '/a', value: 1 }], lines: ['/a: must be 1'] },
  { name: 'additions and removals', patch: [{ op: 'add', path: '/a', value: {} }, { op: 'remove', path: '/b' }], lines: ['/a: {} is added', '/b: whatever is there is removed'] },
  { name: 'a move is shown as it is', patch: [{ op: 'move', from: '/a', path: '/b' }], lines: ['{"op":"move","from":"/a","path":"/b"}'] },
  { name: 'what is no operation is shown as it is', patch: ['surprise'], lines: ['"surprise"'] },
  { name: 'a merge patch is shown whole', patchType: 'merge', patch: { spec: { replicas: 2 } }, lines: ['merge {"spec":{"replicas":2}}'] },
]

test.each(cases)('$name', ({ patchType = 'json', patch, lines }) => {
  const action = { verb: 'patch', target: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, patchType, patch, undo: [] } as Extract<Action, { verb: 'patch' }>
  expect(patchLines(action)).toEqual(lines)
})
