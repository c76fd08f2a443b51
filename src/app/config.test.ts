import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PACKAGE_ROOT, readConfig, type ConfigFlags } from './config.ts'

test('without flags and variables everything works on a laptop, on loopback', () => {
  expect(readConfig({}, {})).toEqual({
    home: join(homedir(), '.local', 'state', 'boyd'),
    policiesFolder: join(PACKAGE_ROOT, 'policies'),
    host: '127.0.0.1',
    port: 8484,
    environment: 'production',
    watch: true,
    logLevel: 'warn',
    executorId: 'boyd-0',
  })
})

describe('where a value comes from', () => {
  const cases: { name: string; flags: ConfigFlags; environment: Record<string, string>; want: object }[] = [
    { name: 'a variable wins over the default', flags: {}, environment: { BOYD_PORT: '9000', DATABASE_URL: 'postgres://db/boyd' }, want: { port: 9_000, databaseUrl: 'postgres://db/boyd' } },
    { name: 'a flag wins over a variable', flags: { port: '9001' }, environment: { BOYD_PORT: '9000' }, want: { port: 9_001 } },
    { name: 'a flag that was not given does not', flags: { port: undefined }, environment: { BOYD_PORT: '9000' }, want: { port: 9_000 } },
    { name: 'an empty variable is none', flags: {}, environment: { BOYD_PORT: '', KUBECONFIG: '' }, want: { port: 8_484 } },
    { name: 'state follows XDG', flags: {}, environment: { XDG_STATE_HOME: '/var/state' }, want: { home: join('/var/state', 'boyd') } },
    { name: 'a relative home is made absolute', flags: { home: 'here' }, environment: {}, want: { home: resolve('here') } },
    { name: 'an environment is a word in lower case, as policies compare it', flags: { environment: 'Staging' }, environment: {}, want: { environment: 'staging' } },
    { name: 'the watch can be turned off', flags: { watch: false }, environment: {}, want: { watch: false } },
  ]
  test.each(cases)('$name', ({ flags, environment, want }) => {
    expect(readConfig(flags, environment)).toMatchObject(want)
  })
})

describe('a wrong setting is named, and where to read on', () => {
  test.each([
    { setting: 'port', environment: { BOYD_PORT: '65536' } },
    { setting: 'port', environment: { BOYD_PORT: 'http' } },
    { setting: 'databaseUrl', environment: { DATABASE_URL: 'mysql://db/boyd' } },
    { setting: 'databaseUrl', environment: { DATABASE_URL: 'db' } },
    { setting: 'webhookToken', environment: { BOYD_WEBHOOK_TOKEN: 'short' } },
    { setting: 'environment', environment: { BOYD_ENVIRONMENT: 'prod/eu west' } },
    { setting: 'logLevel', environment: { BOYD_LOG_LEVEL: 'loud' } },
  ])('$setting: $environment', ({ setting, environment }) => {
    expect(() => readConfig({}, environment as unknown as Record<string, string>)).toThrow(
      expect.objectContaining({ code: 'invalid', message: expect.stringContaining(`${setting}: `), hint: expect.stringContaining('docs/configuration.md') }),
    )
  })
})
