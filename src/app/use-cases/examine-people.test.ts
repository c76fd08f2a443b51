import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { startIdentityProvider, type TestProvider } from '../../../test/support/identity-provider.ts'
import { readConfig } from '../config.ts'
import { examinePeople } from './examine-people.ts'

const folder = mkdtempSync(join(tmpdir(), 'boyd-examine-'))
let idp: TestProvider
beforeAll(async () => {
  idp = await startIdentityProvider({ redirectUrls: [], groupsOf: () => [] })
})
afterAll(async () => {
  await idp.stop()
  rmSync(folder, { recursive: true })
})

async function found(settings: object, flags: object = {}): Promise<Record<string, string>> {
  const settingsFile = join(folder, 'boyd.yaml')
  writeFileSync(settingsFile, stringify(settings))
  const checks = await examinePeople({ config: readConfig({ home: folder, settingsFile, ...flags }, {}) })
  return Object.fromEntries(checks.map(({ name, status, detail }) => [name, `${status}: ${detail}`]))
}

test('a laptop without settings is in order', async () => {
  expect(Object.values(await found({})).filter((text) => !text.startsWith('ok: '))).toEqual([])
})

const oidc = (more: object = {}): object => ({ issuer: idp.issuer, clientId: 'boyd', roles: { approver: ['sre'] }, ...more })

test.each([
  { name: 'a provider that answers', settings: () => ({ auth: { publicUrl: 'https://boyd.example', oidc: oidc() } }), check: 'sign-in', says: /^ok: the identity provider answers; tokens must be by .* for boyd, signed with RS256/ },
  { name: 'a provider that does not', settings: () => ({ auth: { oidc: oidc({ issuer: 'http://127.0.0.1:1' }) } }), check: 'sign-in', says: /^failed: identity provider .*Check auth\.oidc\.issuer/ },
  { name: 'a secret that is not there', settings: () => ({ auth: { oidc: oidc({ clientSecretFile: 'nowhere' }) } }), check: 'sign-in', says: /^failed: .*auth\.oidc\.clientSecretFile cannot be read/ },
  { name: 'a provider that makes nobody an approver', settings: () => ({ auth: { oidc: oidc({ roles: { viewer: ['all'] } }) } }), check: 'approvers', says: /^failed: nobody can approve/ },
  { name: 'a provider, and a file that is nobody', settings: () => ({ auth: { oidc: oidc() } }), check: 'approvers', says: /^ok: the groups sre; the operator of this machine may not/ },
  { name: 'an open address that nobody named', settings: () => ({}), flags: { host: '0.0.0.0' }, check: 'reach', says: /^warning: it listens on 0\.0\.0\.0/ },
  { name: 'a provider behind an address that nobody named', settings: () => ({ auth: { oidc: oidc() } }), flags: { host: '0.0.0.0' }, check: 'reach', says: /^failed: nobody can sign in/ },
  { name: "the operator's token on the network", settings: () => ({}), flags: { host: '0.0.0.0' }, check: 'alert senders', says: /^warning: .*BOYD_WEBHOOK_TOKEN/ },
  { name: 'a bot without a secret file', settings: () => ({ slack: { channels: { a: { channel: 'C1' } }, botTokenFile: 'nowhere' } }), check: 'slack', says: /^failed: .*slack\.botTokenFile cannot be read/ },
  { name: 'channels that nobody is told in', settings: () => ({ slack: { channels: { a: { webhookUrlFile: 'boyd.yaml' } } } }), check: 'slack', says: /^warning: .*nobody is told/ },
  { name: 'users whom nobody knows', settings: () => ({ slack: { channels: { a: { webhookUrlFile: 'boyd.yaml' } }, users: { U1: 'mira' } } }), check: 'slack', says: /^warning: clicks of mira/ },
  { name: 'a chain of channels', settings: () => ({ slack: { channels: { a: { webhookUrlFile: 'boyd.yaml' }, b: { webhookUrlFile: 'boyd.yaml' } } }, approvals: { notify: ['a'], escalation: [{ afterMinutes: 5, notify: ['b'] }] } }), check: 'slack', says: /^ok: a at once, then b after 5 min; no buttons/ },
])('$name', async ({ settings, flags = {}, check, says }) => {
  expect((await found(settings(), flags))[check]).toMatch(says)
})

test('keys that others can read', async () => {
  writeFileSync(join(folder, 'approval-keys.json'), '{}', { mode: 0o600 })
  expect((await found({}))['approval keys']).toMatch(/^ok: /)
  chmodSync(join(folder, 'approval-keys.json'), 0o644)
  expect((await found({}))['approval keys']).toMatch(/^failed: .*chmod 600/)
})
