import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSettings } from '../settings/settings.ts'
import { createCommandChecker, type CommandChecker } from './check-commands.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'boyd-check-commands-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function checkerWith(commands: string): CommandChecker {
  const file = join(folder, 'boyd.yaml')
  writeFileSync(file, `commands: ${commands}`)
  return createCommandChecker(readSettings(file).commands)
}

test('profiles, kinds, places and hosts come from the settings file', () => {
  const checker = checkerWith(`{
    workspace: /srv/runbooks, protectedNamespaces: [platform], hosts: [status.example.com],
    kinds: [{ kind: Certificate, group: cert-manager.io, versions: [v1], plural: certificates, shortNames: [cert] }],
    profiles: { shop: { extends: responder, allow: ["make *", "curl *"], examples: [{ line: make build, verdict: allow }, { line: make -f x, verdict: deny }] } } }`)
  const verdicts = ['cat /srv/runbooks/a.md', 'cat /workspace/a.md', 'kubectl get cert -A', 'curl https://status.example.com/', 'kubectl delete pod web-0 -n platform', 'make build'].map((line) => checker.check({ line }, 'shop').verdict)
  expect(verdicts).toEqual(['allow', 'deny', 'allow', 'allow', 'deny', 'allow'])
})

test('without settings the shipped profiles are there', () => {
  const checker = createCommandChecker(readSettings(undefined).commands)
  expect(['readonly', 'responder', 'gitops', 'dev-open'].map((profile) => checker.check({ line: 'git status' }, profile).verdict)).toEqual(['allow', 'allow', 'allow', 'allow'])
})

test('a profile that is not there is a fault that names those that are', () => {
  expect(() => createCommandChecker(readSettings(undefined).commands).check({ line: 'date' }, 'root')).toThrow(expect.objectContaining({ kind: 'fault', code: 'not-found', hint: expect.stringContaining('readonly, responder, gitops, dev-open') as string }))
})

test.each([
  ['a shell in a list', '{ profiles: { mine: { allow: ["bash *"] } } }', /bash runs whatever it is told to/],
  ['an example with another verdict', '{ profiles: { mine: { extends: readonly, examples: [{ line: kubectl drain n7, verdict: allow }] } } }', /gets deny and not allow/],
  ['a key nobody knows', '{ profiles: { mine: { alow: [] } } }', /alow/],
  ['a mode nobody knows', '{ profiles: { mine: { mode: yolo } } }', /mode/],
  ['a workspace that is no place', '{ workspace: repo }', /absolute path/],
  ['a kind without a group', '{ kinds: [{ kind: Secret, group: "", versions: [v1], plural: secrets }] }', /group/],
])('refused: %s', (_, commands, says) => {
  expect(() => checkerWith(commands)).toThrow(says)
})
