import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openCache } from './cache.ts'
import { readMany } from './read-many.ts'

const home = mkdtempSync(join(tmpdir(), 'boyd-read-many-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const files = Array.from({ length: 5 }, (_, index) => {
  const path = join(home, `${index}.yaml`)
  writeFileSync(path, index === 3 ? 'a: [' : `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c${index}}\n`)
  return { path, source: `${index}.yaml`, named: false }
})

test('threads answer what one would have answered, in its order', async () => {
  const alone = await readMany(files, { threads: 1 })
  expect(await readMany(files, { threads: 2, filesPerThreadMin: 1 })).toEqual(alone)
  expect(alone.files.map(({ problems }) => problems.length)).toEqual([0, 0, 0, 1, 0])
})

test('a file that holds a Secret is not remembered, others are, and a cache that is none is no cache', async () => {
  const cacheFolder = join(home, 'cache')
  const secret = { path: join(home, 's.yaml'), source: 's.yaml', named: false }
  writeFileSync(secret.path, 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: aHVudGVyMg==}\n')
  const read = async () => {
    const cache = openCache(cacheFolder)
    const { remembered } = await readMany([...files, secret], { threads: 1, cache })
    cache.save()
    return remembered
  }
  expect([await read(), await read()]).toEqual([0, 5])
  writeFileSync(join(cacheFolder, 'read.json'), '{broken')
  expect([await read(), await read()]).toEqual([0, 5])
})
