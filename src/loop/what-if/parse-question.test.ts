import { expect, test } from 'vitest'
import { parseQuestion } from './parse-question.ts'

const readManifest = (file: string) => [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: file } }]
const ask = (text: string) => parseQuestion(text, { readManifest })

test.each([
  { text: 'drain node/a node/b', doing: { type: 'drain', nodes: ['a', 'b'], deleteEmptyDirData: false, timeoutMs: 900_000 } },
  { text: '  drain  a --delete-emptydir-data --timeout=90s ', doing: { type: 'drain', nodes: ['a'], deleteEmptyDirData: true, timeoutMs: 90_000 } },
  { text: 'lose zone/eu-1b', doing: { type: 'lose', zones: ['eu-1b'], nodes: [] } },
  { text: 'lose node/x zone/eu-1b', doing: { type: 'lose', zones: ['eu-1b'], nodes: ['x'] } },
  { text: 'cordon node/x', doing: { type: 'cordon', nodes: ['x'] } },
  { text: 'delete node/x', doing: { type: 'delete', things: [{ kind: 'node', name: 'x' }] } },
  { text: 'double deploy/web', doing: { type: 'scale', thing: { kind: 'deploy', name: 'web' }, to: { factor: 2 } } },
  { text: 'scale deploy/web --replicas=9 -n shop', doing: { type: 'scale', thing: { kind: 'deploy', name: 'web', namespace: 'shop' }, to: { replicas: 9 } } },
  { text: 'scale shop/sts/db 3', doing: { type: 'scale', thing: { kind: 'sts', name: 'db', namespace: 'shop' }, to: { replicas: 3 } } },
  { text: 'restart deploy/web', doing: { type: 'restart', thing: { kind: 'deploy', name: 'web' } } },
  { text: 'apply -f new.yaml', doing: { type: 'apply', objects: readManifest('new.yaml') } },
  { text: 'nothing', doing: { type: 'nothing' } },
])('$text', ({ text, doing }) => {
  expect(ask(text)).toEqual(doing)
})

test.each([
  { text: '', why: /it is empty/ },
  { text: 'explode node/a', why: /"explode" is not one of nothing, drain/ },
  { text: 'drain', why: /names nothing/ },
  { text: 'drain deploy/web', why: /deploy\/web is no node/ },
  { text: 'drain a --force', why: /--force is not known/ },
  { text: 'drain a --timeout soon', why: /soon is no duration/ },
  { text: 'double web', why: /web is no KIND\/NAME/ },
  { text: 'double deploy/a deploy/b', why: /must name one object/ },
  { text: 'scale deploy/web', why: /needs --replicas/ },
  { text: 'scale deploy/web --replicas=-1', why: /needs --replicas/ },
  { text: 'apply new.yaml', why: /needs -f FILE/ },
])('refused: "$text"', ({ text, why }) => {
  expect(() => ask(text)).toThrow(expect.objectContaining({ code: 'invalid', message: expect.stringMatching(why) }))
})
