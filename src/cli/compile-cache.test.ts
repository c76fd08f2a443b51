import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PACKAGE_ROOT } from '../app/config.ts'
import { isOurs } from './compile-cache.ts'

const home = (): string => mkdtempSync(join(tmpdir(), 'boyd-compiled-'))

test('a folder that is missing is made for its owner alone', () => {
  const folder = join(home(), 'a', 'compiled')
  expect(isOurs(folder)).toBe(true)
  expect(statSync(folder).mode & 0o077).toBe(0)
})

test.skipIf(process.platform === 'win32')('one that others may write to is not used: what lies there would be run', () => {
  const folder = home()
  chmodSync(folder, 0o777)
  expect(isOurs(folder)).toBe(false)
})

test('where there can be no folder, there is no cache and no trouble', () => {
  const file = join(home(), 'file')
  writeFileSync(file, '')
  expect(isOurs(join(file, 'compiled'))).toBe(false)
})

test('what a process made of its modules lies there for the next', () => {
  const folder = home()
  const script = `(await import(${JSON.stringify(join(PACKAGE_ROOT, 'src/cli/compile-cache.ts'))})).useCompileCache(process.argv[1]); await import(${JSON.stringify(join(PACKAGE_ROOT, 'src/kernel/clock.ts'))})`
  const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', script, folder], { env: { ...process.env, NODE_COMPILE_CACHE: undefined } })
  expect([status, readdirSync(folder).length]).toEqual([0, 1])
})
