import { expect, test } from 'vitest'
import { checkRecord } from './check-record.ts'
import { ELSEWHERE } from './corpus.test-support.ts'
import { SHIPPED_PROFILES } from './shipped-profiles.ts'

const answer = (text: string): ReturnType<typeof checkRecord> => checkRecord(text, { profiles: SHIPPED_PROFILES, place: ELSEWHERE })

test('a record is answered with its id, the intent, and the spelling that would be executed', () => {
  expect(answer('{"id":"a","profile":"responder","line":"kubectl -n shop rollout restart deploy/web"}')).toEqual({
    id: 'a',
    verdict: 'allow',
    intent: { program: 'kubectl', op: 'rollout restart', effect: 'change', kind: 'Deployment', group: 'apps', namespaced: true, namespace: 'shop', names: ['web'], tags: [] },
    intents: [expect.objectContaining({ op: 'rollout restart' })],
    argv: ['kubectl', 'rollout', 'restart', '--namespace=shop', 'deployments.apps/web'],
    reasons: [{ rule: 'profile-allows', text: 'responder allows "kubectl rollout restart deployment *"' }],
  })
  expect(answer('{"id":7,"profile":"readonly","argv":["date"]}')).toMatchObject({ id: 7, verdict: 'allow' })
})

test.each([
  ['git diff main', ['git', 'diff', '--no-ext-diff', '--no-textconv', 'main']],
  ['git show HEAD -- charts', ['git', 'show', '--no-ext-diff', '--no-textconv', 'HEAD', '--', 'charts']],
  ['git log -3 -p', ['git', 'log', '--max-count=3', '--no-ext-diff', '--no-textconv', '--patch']],
  ['git blame notes.md', ['git', 'blame', '--no-textconv', '--', 'notes.md']],
])('%s is rendered so that the repository names no program', (line, argv) => {
  expect(answer(JSON.stringify({ id: 1, profile: 'readonly', line }))).toMatchObject({ verdict: 'allow', argv })
})

test('the intent that decided comes first', () => {
  expect(answer('{"id":1,"profile":"responder","line":"kubectl delete pod/a pvc/b -n shop"}')).toMatchObject({ verdict: 'deny', intent: { kind: 'PersistentVolumeClaim' } })
  expect(answer('{"id":1,"profile":"readonly","line":"kubectl get pods,secrets"}')).toMatchObject({ verdict: 'deny', intent: { kind: 'Secret' }, reasons: [{ rule: 'secret' }] })
})

test.each([
  ['no JSON', 'kubectl get pods', null],
  ['a list', '[1]', null],
  ['nothing', 'null', null],
  ['no id', '{"profile":"readonly","line":"date"}', null],
  ['an id that is an object', '{"id":{},"profile":"readonly","line":"date"}', null],
  ['no profile', '{"id":1,"line":"date"}', 1],
  ['an unknown profile', '{"id":1,"profile":"root","line":"date"}', 1],
  ['a profile of the language', '{"id":1,"profile":"__proto__","line":"date"}', 1],
  ['no command', '{"id":1,"profile":"readonly"}', 1],
  ['two commands', '{"id":1,"profile":"readonly","line":"date","argv":["date"]}', 1],
  ['a line that is a list', '{"id":1,"profile":"readonly","line":["date"]}', 1],
  ['an argv that is a text', '{"id":1,"profile":"readonly","argv":"date"}', 1],
  ['an argv with a number', '{"id":1,"profile":"readonly","argv":["head",1]}', 1],
  ['an argv in an argv', '{"id":1,"profile":"readonly","argv":[["date"]]}', 1],
  ['an empty argv', '{"id":1,"profile":"readonly","argv":[]}', 1],
  ['a key nobody knows', '{"id":1,"profile":"readonly","line":"date","shell":true}', 1],
  ['an environment', '{"id":1,"profile":"readonly","line":"date","env":{"A":"b"}}', 1],
  ['input', '{"id":1,"profile":"readonly","line":"date","stdin":"x"}', 1],
  ['a line without end', `{"id":1,"profile":"readonly","line":"${'a'.repeat(70_000)}"}`, null],
  ['a deep value', `{"id":1,"profile":"readonly","line":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 1],
])('a record with %s is a deny with a reason', (_, text, id) => {
  const got = answer(text)
  expect(got).toMatchObject({ id, verdict: 'deny', intent: null })
  expect(got.reasons).toHaveLength(1)
})
