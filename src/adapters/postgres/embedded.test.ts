import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { systemClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded.ts'
import { inspectOccupancy, isRunning, readNote } from './embedded-lock.ts'
import { connectDatabase } from './pool.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'boyd-embedded-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function start(): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), log: silentLog(), clock: systemClock() })
}

async function ask(server: EmbeddedPostgres, text: string): Promise<unknown> {
  const database = connectDatabase({ url: server.url, log: silentLog() })
  try {
    return (await database.rows(text))[0]
  } finally {
    await database.close()
  }
}

/** Starts a program that works a script off; resolves with its first line of output. */
function firstLine(script: string): Promise<{ readonly line: string; readonly kill: () => void }> {
  const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] })
  return new Promise((resolve) => {
    child.stdout.once('data', (chunk: Buffer) => resolve({ line: chunk.toString().trim(), kill: () => child.kill('SIGKILL') }))
  })
}

describe('embedded PostgreSQL', () => {
  test('starts, keeps what was written over a stop, and is found again after its owner is gone', async () => {
    const first = await start()
    expect(first.adopted).toBe(false)
    await ask(first, 'create table kept as select 7 as n')
    await first.stop()
    await expect(ask(first, 'select 1')).rejects.toMatchObject({ kind: 'fault', code: 'unavailable' })

    const second = await start()
    expect(second.adopted).toBe(false)
    // A start beside a living server is what a start after `kill -9` of the owner is.
    const third = await start()
    expect(third.adopted).toBe(true)
    expect(third.url).toBe(second.url)
    expect(await ask(third, 'select n from kept')).toEqual({ n: 7 })
    await third.stop()
    await second.stop()
  })

  test('starts again after the server itself was killed', async () => {
    const before = await start()
    await ask(before, 'create table survived as select 9 as n')
    process.kill(readNote(join(folder, 'postgres', 'cluster'))?.pid ?? 0, 'SIGKILL')
    const after = await start()
    expect(after.adopted).toBe(false)
    expect(await ask(after, 'select n from survived')).toEqual({ n: 9 })
    await after.stop()
  })

  test('several starters at once share one server', async () => {
    const servers = await Promise.all([start(), start(), start()])
    expect(new Set(servers.map(({ url }) => url)).size).toBe(1)
    await Promise.all(servers.map((server) => server.stop()))
  })

  test('listens on loopback, asks for the password, and keeps it to itself', async () => {
    const server = await start()
    expect(await ask(server, "select current_setting('listen_addresses') as addresses, current_setting('password_encryption') as passwords")).toEqual({ addresses: '127.0.0.1', passwords: 'scram-sha-256' })
    const wrong = { ...server, url: server.url.replace(/:[^:@]+@/, ':wrong@') }
    await expect(ask(wrong, 'select 1')).rejects.toMatchObject({ kind: 'fault', code: 'unauthenticated' })
    expect(statSync(join(folder, 'postgres', 'password')).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(folder, 'postgres', 'server.log'), 'utf8')).not.toContain(readFileSync(join(folder, 'postgres', 'password'), 'utf8').trim())
    await server.stop()
  })

  test('a private temporary folder stays closed to others, also when the server runs as somebody else', async () => {
    const server = await start()
    expect(statSync(folder).mode & 0o007).toBe(0)
    await server.stop()
  })

  test('a directory of another major version is refused with a hint', async () => {
    const versionFile = join(folder, 'postgres', 'cluster', 'PG_VERSION')
    const version = readFileSync(versionFile, 'utf8')
    writeFileSync(versionFile, '12\n')
    await expect(start()).rejects.toMatchObject({ kind: 'fault', code: 'invalid', hint: expect.stringContaining('DATABASE_URL') })
    writeFileSync(versionFile, version)
  })
})

describe.runIf(process.platform === 'linux')('the note of a server', () => {
  let clusterDir: string
  beforeAll(() => {
    clusterDir = mkdtempSync(join(tmpdir(), 'boyd-note-'))
  })
  afterAll(() => rmSync(clusterDir, { recursive: true, force: true }))

  function writeNote(pid: number, phase = 'ready'): void {
    writeFileSync(join(clusterDir, 'postmaster.pid'), [pid, clusterDir, 1, 5_432, '', '127.0.0.1', '', phase].join('\n'))
  }

  test('none: the directory is free', () => {
    expect(inspectOccupancy(clusterDir)).toEqual({ type: 'free' })
  })

  test('of a process that is gone, or of a stranger who got its number: free, and the note is removed', () => {
    for (const pid of [2 ** 22 + 1, process.pid]) {
      writeNote(pid)
      expect(inspectOccupancy(clusterDir)).toEqual({ type: 'free' })
      expect(existsSync(join(clusterDir, 'postmaster.pid'))).toBe(false)
    }
  })

  test('of a zombie: free', async () => {
    // The parent becomes a program that collects no children; a shell would, so the child ends only after that.
    const parent = await firstLine('sh -c "until grep -q sleep /proc/$$/comm; do :; done" & echo $!; exec sleep 30')
    const pid = Number(parent.line)
    await vi.waitFor(() => expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^State:\s+Z/m))
    expect(isRunning(pid)).toBe(false)
    writeNote(pid)
    expect(inspectOccupancy(clusterDir)).toEqual({ type: 'free' })
    parent.kill()
  })

  test.each([
    { phase: 'ready', type: 'living' },
    { phase: 'starting', type: 'living' },
    { phase: 'stopping', type: 'leaving' },
  ])('of a process that lives in the directory and is $phase: $type', async ({ phase, type }) => {
    const resident = await firstLine(`cd ${clusterDir}; echo $$; exec sleep 30`)
    writeNote(Number(resident.line), phase)
    expect(inspectOccupancy(clusterDir).type).toBe(type)
    resident.kill()
    await vi.waitFor(() => expect(inspectOccupancy(clusterDir).type).toBe('free'))
  })

  test('a back end that outlived its server keeps the directory until it is gone', async () => {
    const resident = await firstLine(`cd ${clusterDir}; echo $$; exec sleep 30`)
    writeNote(2 ** 22 + 1)
    expect(inspectOccupancy(clusterDir)).toEqual({ type: 'leaving' })
    resident.kill()
    await vi.waitFor(() => expect(inspectOccupancy(clusterDir).type).toBe('free'))
  })
})
