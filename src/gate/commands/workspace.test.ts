/** What depends on the files themselves: links, manifests, folders. The corpus judges paths by their words only. */

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkCommand, type CommandVerdict } from './check-command.ts'
import { createPlace, type Place } from './place.ts'
import type { Profile } from './profile.ts'
import { SHIPPED_PROFILES } from './shipped-profiles.ts'

let folder: string
let place: Place

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'boyd-workspace-'))
  const workspace = join(folder, 'repo')
  mkdirSync(join(workspace, 'charts', 'web.d'), { recursive: true })
  mkdirSync(join(workspace, '.git'))
  const files: Readonly<Record<string, string>> = {
    'notes.md': 'password of nothing\n', '.env': 'password=hush\n', '.git/config': 'password\n', 'charts/values.yaml': 'a: 1\n', '../outside.txt': 'x',
    'web.yaml': manifest('apps/v1', 'Deployment', 'namespace: shop'), 'bare.yaml': manifest('apps/v1', 'Deployment'), 'secret.yaml': manifest('v1', 'Secret', 'namespace: shop'), 'system.yaml': manifest('apps/v1', 'Deployment', 'namespace: kube-system'),
    'role.yaml': manifest('rbac.authorization.k8s.io/v1', 'Role', 'namespace: shop'), 'namespace.yaml': manifest('v1', 'Namespace'), 'widget.yaml': manifest('example.com/v1', 'Widget'), 'fake.yaml': manifest('example.com/v1', 'Deployment', 'namespace: shop'),
    'two.yaml': `${manifest('apps/v1', 'Deployment', 'namespace: shop')}---\n${manifest('v1', 'Service', 'namespace: shop')}`, 'mixed.yaml': `${manifest('apps/v1', 'Deployment', 'namespace: shop')}---\n${manifest('v1', 'Secret', 'namespace: shop')}`,
    'core.yaml': manifest('v1', 'Deployment', 'namespace: shop'), 'broken.yaml': 'a: [', 'list.yaml': 'apiVersion: v1\nkind: List\nmetadata: {}\nitems: []\n', 'empty.yaml': '', 'twice.yaml': 'apiVersion: v1\nkind: Secret\nkind: Pod\nmetadata: {name: a}\n', 'generated.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}\n',
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(workspace, name), text)
  symlinkSync(join(folder, 'outside.txt'), join(workspace, 'out.txt'))
  symlinkSync('/etc', join(workspace, 'etc'))
  symlinkSync(join(workspace, '.env'), join(workspace, 'settings.txt'))
  symlinkSync(join(workspace, 'notes.md'), join(workspace, 'inside.md'))
  symlinkSync(join(folder, 'nowhere'), join(workspace, 'dangling.txt'))
  place = createPlace({ workspace })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function manifest(apiVersion: string, kind: string, metadata = ''): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: web\n${metadata === '' ? '' : `  ${metadata}\n`}`
}

function check(line: string, profile = 'readonly'): CommandVerdict {
  return checkCommand({ command: { line }, profile: SHIPPED_PROFILES.get(profile) as Profile, place })
}

describe('links are followed before a path is believed', () => {
  test.each([
    ['cat notes.md', 'allow'],
    ['cat inside.md', 'allow'],
    ['cat out.txt', 'deny'],
    ['cat etc/passwd', 'deny'],
    ['ls etc', 'deny'],
    ['cat settings.txt', 'deny'],
    ['cat dangling.txt', 'deny'],
    ['grep -r root etc', 'deny'],
    ['cat not-yet-there.md', 'allow'],
  ])('%s: %s', (line, verdict) => {
    expect(check(line).verdict).toBe(verdict)
  })
})

describe('apply means what its file says', () => {
  test.each([
    ['web.yaml', '', 'ask', 'allow'],
    ['web.yaml', '-n shop', 'ask', 'allow'],
    ['web.yaml', '-n other', 'deny', 'deny'],
    ['bare.yaml', '', 'deny', 'deny'],
    ['bare.yaml', '-n shop', 'ask', 'allow'],
    ['two.yaml', '', 'ask', 'allow'],
    ['secret.yaml', '', 'deny', 'deny'],
    ['mixed.yaml', '', 'deny', 'deny'],
    ['secret.yaml', '--dry-run=server', 'deny', 'deny'],
    ['system.yaml', '', 'deny', 'deny'],
    ['role.yaml', '', 'deny', 'deny'],
    ['namespace.yaml', '', 'deny', 'deny'],
    ['widget.yaml', '-n shop', 'deny', 'deny'],
    ['fake.yaml', '', 'deny', 'deny'],
    ['core.yaml', '', 'deny', 'deny'],
    ['broken.yaml', '-n shop', 'deny', 'deny'],
    ['list.yaml', '-n shop', 'deny', 'deny'],
    ['empty.yaml', '-n shop', 'deny', 'deny'],
    ['twice.yaml', '-n shop', 'deny', 'deny'],
    ['generated.yaml', '-n shop', 'deny', 'deny'],
    ['not-there.yaml', '', 'ask', 'ask'],
    ['not-there.yaml', '-n shop', 'ask', 'allow'],
  ])('%s %s: %s, and %s on a cluster that is open', (file, flags, responder, open) => {
    const line = `kubectl apply -f ${file} ${flags}`
    expect([check(line, 'responder').verdict, check(line, 'dev-open').verdict]).toEqual([responder, open])
  })
})

test('a folder is not added, whatever its name looks like', () => {
  expect(check('git add charts/web.d', 'gitops').verdict).toBe('deny')
  expect(check('git add charts/values.yaml', 'gitops').verdict).toBe('allow')
})

test('a search through everything does not find what may not be named', () => {
  const { argv } = check('grep -r -l password .')
  const [program = '', ...rest] = argv ?? []
  expect(execFileSync(program, rest, { cwd: place.workspace, encoding: 'utf8' })).toBe('./notes.md\n')
})
