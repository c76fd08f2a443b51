import { assert, constantFrom, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holdsMark } from './mark.ts'
import { createKnownValues } from './known-values.ts'
import { ordinaryLines } from './ordinary.test-support.ts'
import { KINDS, plantedTexts, type Planted } from './planted.test-support.ts'
import { createRedactor } from './redactor.ts'

const redactor = createRedactor({ key: Buffer.from('a key for tests') })

/** The longest piece of the value that is still there, in characters; short pieces of a word are in every text. */
function leaks({ text, value }: Planted): boolean {
  const kept = redactor.text(text)
  const core = value.startsWith('-----BEGIN') ? value.slice(40, 100) : value.startsWith('https://') ? value.slice(8) : value
  return kept.includes(core)
}

test('planted secrets: at least 99 of 100 are found, of each kind most', () => {
  const planted = plantedTexts(7, 3)
  expect(KINDS.length).toBeGreaterThanOrEqual(25)
  expect(planted.length).toBeGreaterThanOrEqual(200)
  const missed = planted.filter(leaks)
  // The list is what a failure prints; its length is what is promised.
  expect(missed.length <= planted.length / 100 ? [] : missed).toEqual([])
})

test('ordinary lines: at most one of a thousand loses something', () => {
  const lines = ordinaryLines(11, 20_000)
  const touched = lines.filter((line) => redactor.text(line) !== line)
  expect(touched.length <= lines.length / 1_000 ? [] : touched.slice(0, 12)).toEqual([])
})

test('redacting twice changes nothing more', () => {
  for (const { text } of plantedTexts(9, 1)) {
    const once = redactor.text(text)
    expect(redactor.text(once)).toBe(once)
  }
  assert(property(string({ unit: constantFrom('password', '=', ':', '"', ' ', 'token', 'a8Xk2pQ9zL', '⟦secret:jwt:abcd⟧', '⟦', '⟧', '@', '://', '\n', '\\', 'x'), maxLength: 40 }), (text) => {
    const once = redactor.text(text)
    return redactor.text(once) === once
  }))
})

describe('marks', () => {
  test('of equal secrets are equal, of others are not, and another key gives others', () => {
    const [one, same, other] = ['DB_PASSWORD=hunter2', 'pass it as --password hunter2', 'DB_PASSWORD=hunter3'].map((text) => /⟦.*⟧/.exec(redactor.text(text))?.[0])
    expect(one).toMatch(/^⟦secret:password:[a-z2-7]{4}⟧$/)
    expect(same).toBe(one)
    expect(other).not.toBe(one)
    expect(createRedactor({ key: Buffer.from('another') }).text('DB_PASSWORD=hunter2')).not.toContain(one)
  })

  test('cannot be used to smuggle: what stands beside a forged mark is still found', () => {
    expect(redactor.text('password=⟦secret:password:aaaa⟧hunter2hunter2')).not.toContain('hunter2hunter2')
    expect(redactor.text('⟦secret:password:aaaa⟧ DB_PASSWORD=hunter2')).not.toContain('hunter2')
  })

  test.each([
    { name: 'in a text', value: { a: ['x ⟦secret:jwt:abcd⟧ y'] }, held: true },
    { name: 'in a key', value: { '⟦personal:email:abcd⟧': 1 }, held: true },
    { name: 'in base64, as Secrets have it', value: { data: Buffer.from('⟦secret:data:abcd⟧').toString('base64') }, held: true },
    { name: 'brackets that are none', value: { a: '⟦x⟧' }, held: false },
    { name: 'nothing', value: [null, 1, 'text', {}], held: false },
  ])('are noticed $name', ({ value, held }) => expect(holdsMark(value)).toBe(held))
})

describe('JSON', () => {
  test.each([
    { name: 'an environment', value: { env: [{ name: 'DB_PASSWORD', value: 'dev' }, { name: 'LOG_LEVEL', value: 'debug' }, { name: 'API_TOKEN', value: 'abc' }] }, kept: ['debug'], gone: ['"dev"', '"abc"'] },
    { name: 'an address in it keeps its host', value: [{ name: 'SECRET_URL', value: 'https://app:pw123@vault:8200/x' }], kept: ['vault:8200'], gone: ['pw123'] },
    { name: 'references to Secrets stay', value: { valueFrom: { secretKeyRef: { name: 'db-credentials', key: 'password' } }, imagePullSecrets: [{ name: 'regcred-7f9c' }], secretName: 'tls-shop' }, kept: ['db-credentials', '"password"', 'regcred-7f9c', 'tls-shop'], gone: [] },
    { name: 'a command with a flag and its value', value: { args: ['--user', 'app', '--password', 'hunter2', '--token-ttl', '30m'] }, kept: ['app', '30m'], gone: ['hunter2'] },
    { name: 'fields of a custom resource', value: { spec: { adminPassword: 'hunter2', tokenExpirationSeconds: '3607', passwordSecretRef: 'shop/db' } }, kept: ['3607', 'shop/db'], gone: ['hunter2'] },
    { name: 'digests and ids stay', value: { planHash: `sha256:${'0a'.repeat(32)}`, uid: '6f1c2a3b-1111-4222-8333-444455556666', image: `web@sha256:${'b1'.repeat(32)}` }, kept: ['0a'.repeat(32), '6f1c2a3b', 'b1'.repeat(32)], gone: [] },
  ])('$name', ({ value, kept, gone }) => {
    const text = JSON.stringify(redactor.json(value))
    for (const part of kept) expect(text).toContain(part)
    for (const part of gone) expect(text).not.toContain(part)
  })

  test('where nothing is found the very value comes back', () => {
    const value = { a: [{ b: 'c' }], d: null }
    expect(redactor.json(value)).toBe(value)
  })
})

describe('values that are known', () => {
  const known = createKnownValues()
  known.add('canary', 'canary 7f3a/+ in a text')
  const holding = createRedactor({ key: Buffer.from('k'), known })
  test.each([
    { name: 'as they are', text: 'x canary 7f3a/+ in a text y' },
    { name: 'in JSON', text: JSON.stringify({ a: 'canary 7f3a/+ in a text' }) },
    { name: 'in an address', text: `?q=${encodeURIComponent('canary 7f3a/+ in a text')}` },
    { name: 'in hexadecimal', text: Buffer.from('canary 7f3a/+ in a text').toString('hex') },
    { name: 'in base64', text: Buffer.from('canary 7f3a/+ in a text').toString('base64') },
    { name: 'in base64 after one other byte', text: Buffer.from('xcanary 7f3a/+ in a text and more').toString('base64') },
    { name: 'in base64 after two other bytes', text: Buffer.from('xycanary 7f3a/+ in a text and more').toString('base64') },
  ])('are found $name', ({ text }) => {
    expect(known.firstIn(text)).toBe('canary')
    expect(holding.text(text)).toContain('⟦secret:canary:')
  })
  test('short ones are not taken: they would match by chance', () => expect(known.add('x', 'short')).toBe(false))
})

test('a rule of the site, and personal data that is asked for', () => {
  const own = createRedactor({ key: Buffer.from('k'), personal: ['ip', 'iban', 'phone'], rules: [{ name: 'patient', class: 'personal', pattern: /PAT-\d{6}/g }] })
  expect(own.text('PAT-123456 from 8.8.4.4 and 10.0.0.7, IBAN DE89 3704 0044 0532 0130 00, call +49 30 1234 5678')).toMatch(
    /^⟦personal:patient:\w{4}⟧ from ⟦personal:ip:\w{4}⟧ and 10\.0\.0\.7, IBAN ⟦personal:iban:\w{4}⟧, call ⟦personal:phone:\w{4}⟧$/,
  )
  expect(own.withheld()).toEqual({ 'personal:patient': 1, 'personal:ip': 1, 'personal:iban': 1, 'personal:phone': 1 })
})

/** Each would take hours where a pattern went back and forth; the limit of a test is half a minute. */
test.each([
  { name: 'one long word', text: 'a'.repeat(400_000) },
  { name: 'the word that is looked for, again and again', text: 'password'.repeat(50_000) },
  { name: 'separators', text: 'token=:'.repeat(50_000) },
  { name: 'quotes that do not close', text: 'secret="'.repeat(50_000) },
  { name: 'addresses without an end', text: 'x://a:b'.repeat(50_000) },
  { name: 'a long userinfo', text: `x://${'a@'.repeat(200_000)}` },
  { name: 'escapes', text: '%3a'.repeat(130_000) },
  { name: 'beginnings of keys', text: '-----BEGIN PRIVATE KEY-----\n'.repeat(10_000) },
  { name: 'ends of keys', text: '-----END PRIVATE KEY-----\n'.repeat(10_000) },
  { name: 'beginnings of tokens', text: 'eyJ'.repeat(130_000) },
  { name: 'dots', text: `eyJ${'a.'.repeat(200_000)}` },
  { name: 'digits', text: '4 '.repeat(200_000) },
  { name: 'names before an at sign', text: 'a.'.repeat(200_000) + '@' },
  { name: 'backslashes', text: 'password="' + '\\'.repeat(400_000) },
  { name: 'marks that do not close', text: '⟦secret:'.repeat(50_000) },
])('is done in time with $name', ({ text }) => expect(redactor.text(text).length).toBeGreaterThan(0))
