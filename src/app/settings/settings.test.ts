import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readSettings } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'settings-'))
afterAll(() => rmSync(folder, { recursive: true }))

function fileOf(text: string): string {
  const file = join(folder, 'boyd.yaml')
  writeFileSync(file, text)
  return file
}

test('without a file, and with an empty one, everything has its default', () => {
  expect(readSettings(undefined).site).toMatchObject({ timeZone: 'UTC', systemNamespaces: ['kube-system', 'kube-public', 'kube-node-lease'] })
  expect(readSettings(fileOf('# nothing yet\n'))).toEqual(readSettings(undefined))
})

test('a section is read', () => {
  expect(readSettings(fileOf('site:\n  timeZone: Europe/Berlin\n  systemNamespaces: [kube-system, platform]\n')).site).toMatchObject({ timeZone: 'Europe/Berlin', systemNamespaces: ['kube-system', 'platform'] })
})

test.each([
  { name: 'a file that is not there', file: join(folder, 'none.yaml'), fault: { code: 'not-found', message: /no such file/ } },
  { name: 'a key that nobody knows', text: 'site:\n  timezone: UTC\n', fault: { code: 'invalid', message: /site: .*timezone/ } },
  { name: 'a section that nobody knows', text: 'sight: {}\n', fault: { code: 'invalid', message: /sight/ } },
  { name: 'a time zone that is none', text: 'site: {timeZone: Mars/Olympus}\n', fault: { code: 'invalid', message: /site\.timeZone: is no IANA time zone/ } },
  { name: 'a namespace that is none', text: 'site: {systemNamespaces: [Kube_System]}\n', fault: { code: 'invalid', message: /site\.systemNamespaces\.0/ } },
  { name: 'a layer that calls itself sealed', text: 'policy: {layers: [{name: sealed, folder: x}]}\n', fault: { code: 'invalid', message: /policy\.layers\.0\.name: is the name of a layer of ours/ } },
  { name: 'a rule about targets that states nothing', text: 'policy: {targets: [{namespaces: [shop]}]}\n', fault: { code: 'invalid', message: /policy\.targets\.0: states neither/ } },
  { name: 'an environment in capitals', text: 'policy: {targets: [{environment: Staging}]}\n', fault: { code: 'invalid', message: /environment: is no word in lower case/ } },
  { name: 'a check that cannot be read', text: 'policy: {preconditions: [{name: idle, verbs: [drain], expression: "size(pods"}]}\n', fault: { code: 'invalid', message: /preconditions\.0\.expression: Expected/ } },
  { name: 'a check of a verb that is none', text: 'policy: {preconditions: [{name: idle, verbs: [wait], expression: "true"}]}\n', fault: { code: 'invalid', message: /preconditions\.0\.verbs/ } },
  { name: 'a level of autonomy that is none', text: 'policy: {autonomy: {start: Auto}}\n', fault: { code: 'invalid', message: /policy\.autonomy\.start/ } },
  { name: 'business hours that end before they begin', text: 'site: {businessHours: {fromHour: 18, toHour: 9}}\n', fault: { code: 'invalid', message: /site\.businessHours: end before they begin/ } },
  { name: 'a hook whose matcher is no expression', text: 'hooks: {PreToolUse: [{matcher: "(", hooks: [{type: command, command: x}]}]}\n', fault: { code: 'invalid', message: /hooks\.PreToolUse\.0\.matcher: is no regular expression/ } },
  { name: 'a hook of an event that nobody knows', text: 'hooks: {pretooluse: []}\n', fault: { code: 'invalid', message: /pretooluse/ } },
  { name: 'an anchor of a kind that is none', text: 'ledger: {anchors: [{type: blockchain}]}\n', fault: { code: 'invalid', message: /ledger\.anchors\.0\.type/ } },
  { name: 'a git remote that is an option', text: 'ledger: {anchors: [{type: git, remote: --upload-pack=x}]}\n', fault: { code: 'invalid', message: /remote: may not begin with a dash/ } },
  { name: 'an address with a password in it', text: 'ledger: {anchors: [{type: http, url: "https://boyd:secret@evidence.example/"}]}\n', fault: { code: 'invalid', message: /url: may hold no password/ } },
  { name: 'more anchors needed than there are', text: 'ledger: {anchors: [{type: file, path: /a}], anchorsNeeded: 2}\n', fault: { code: 'invalid', message: /anchorsNeeded: is more than there are anchors/ } },
  { name: 'a ledger whose name has a space', text: 'ledger: {origin: our ledger}\n', fault: { code: 'invalid', message: /origin: may hold no spaces/ } },
  { name: 'a channel that is misspelt', text: 'approvals: {notify: [oncal]}\nslack: {channels: {oncall: {webhookUrlFile: f}}}\n', fault: { code: 'invalid', message: /approvals: "oncal" is no channel/ } },
  { name: 'an issuer without TLS', text: 'auth: {oidc: {issuer: "http://id.example", clientId: boyd}}\n', fault: { code: 'invalid', message: /auth\.oidc\.issuer: must be https/ } },
  { name: 'an algorithm with a shared secret', text: 'auth: {oidc: {issuer: "https://id.example", clientId: boyd, algorithms: [HS256]}}\n', fault: { code: 'invalid', message: /auth\.oidc\.algorithms/ } },
  { name: 'buttons without a workspace', text: 'slack: {signingSecretFile: f}\n', fault: { code: 'invalid', message: /slack\.workspace: is needed/ } },
  { name: 'a list instead of sections', text: '- site\n', fault: { code: 'invalid', message: /the document/ } },
  { name: 'broken YAML, by its line', text: 'site: {\n', fault: { code: 'invalid', message: /line \d/ } },
  { name: 'aliases, which can be bombs', text: 'site: &s {}\nmore: *s\n', fault: { code: 'invalid', message: /alias/i } },
])('$name', ({ file, text, fault }) => {
  expect(() => readSettings(file ?? fileOf(text ?? ''))).toThrow(expect.objectContaining({ code: fault.code, message: expect.stringMatching(fault.message) }))
})
