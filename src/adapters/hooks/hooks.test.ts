/** Real programs and a real server: what answers, what says no, what crashes, hangs, dies, or says what nobody understands. */

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { digestOf } from '../../kernel/canonical-json.ts'
import { systemClock } from '../../kernel/clock.ts'
import type { HookInput } from '../../ports/hooks.ts'
import { commandHook } from './command-hook.ts'
import { httpHook } from './http-hook.ts'

const folder = mkdtempSync(join(tmpdir(), 'hooks-'))
const clock = systemClock()
const input: HookInput = { hook_event_name: 'PreToolUse', session_id: 'mis-1', transcript_path: '/x', cwd: folder, permission_mode: 'default', timestamp: '2026-01-01T00:00:00.000Z', tool_name: 'drain', tool_input: { verb: 'drain' }, tool_use_id: 'k', boyd: {} }

afterAll(() => rmSync(folder, { recursive: true }))

function program(name: string, script: string): string {
  const file = join(folder, name)
  writeFileSync(file, script, { mode: 0o755 })
  return file
}

function call(file: string, parts: { readonly timeoutMs?: number; readonly args?: readonly string[]; readonly digest?: string } = {}) {
  const pinned = parts.digest ?? digestOf(readFileSync(file))
  return commandHook({ command: file, args: parts.args ?? [], timeoutMs: parts.timeoutMs ?? 10_000, cwd: folder, clock, digest: () => pinned })(input)
}

describe('a program', () => {
  test.each([
    { name: 'that says nothing', script: 'cat > /dev/null', answer: { type: 'answered', text: '' } },
    { name: 'that answers without reading', script: 'echo \'{"decision":"allow"}\'', answer: { type: 'answered', text: '{"decision":"allow"}\n' } },
    { name: 'that reads what is done', script: 'grep -q \'"tool_name":"drain"\' && echo seen', answer: { type: 'answered', text: 'seen\n' } },
    { name: 'that says no by exit code 2', script: 'echo "not tonight" >&2; exit 2', answer: { type: 'blocked', reason: 'not tonight\n' } },
    { name: 'that fails', script: 'echo boom >&2; exit 1', answer: { type: 'broken', reason: 'exit code 1: boom\n' } },
    { name: 'that is killed', script: 'kill -9 $$', answer: { type: 'broken', reason: expect.stringContaining('SIGKILL') } },
    { name: 'that talks without end', script: 'yes', answer: { type: 'broken', reason: expect.stringContaining('more than 65536 bytes') } },
    { name: 'that looks for our secrets', script: 'echo "$DATABASE_URL$BOYD_TOKEN"', answer: { type: 'answered', text: '\n' } },
  ])('$name', async ({ name, script, answer }) => {
    process.env['BOYD_TOKEN'] = 'a-secret'
    expect(await call(program(name.replaceAll(' ', '-'), `#!/bin/sh\n${script}\n`))).toEqual(answer)
    delete process.env['BOYD_TOKEN']
  })

  test('that hangs is ended at its deadline, with what it started', async () => {
    const pidFile = join(folder, 'pid')
    const file = program('hangs', `#!/bin/sh\nsleep 600 &\necho $! > ${pidFile}\nwait\n`)
    expect(await call(file, { timeoutMs: 700 })).toEqual({ type: 'broken', reason: 'no answer in 0.7 s' })
    const child = Number(readFileSync(pidFile, 'utf8'))
    await expect.poll(() => isRunning(child), { timeout: 10_000 }).toBe(false)
  })

  test('gets its arguments as they are: no shell reads them', async () => {
    expect(await call(program('args', '#!/bin/sh\nprintf "%s|" "$@"\n'), { args: ['$(id)', 'a b', ';'] })).toEqual({ type: 'answered', text: '$(id)|a b|;|' })
  })

  test('that was changed since the policies were loaded is not run', async () => {
    const ran = join(folder, 'ran')
    const file = program('changed', `#!/bin/sh\ntouch ${ran}\n`)
    expect(await call(file, { digest: 'sha256:other' })).toEqual({ type: 'broken', reason: expect.stringContaining('not the file') })
    expect(() => readFileSync(ran)).toThrow('ENOENT')
  })

  test('that is not there', async () => {
    expect(await call(join(folder, 'nowhere'), { digest: 'x' })).toMatchObject({ type: 'broken', reason: expect.stringContaining('no such file') })
  })
})

function isRunning(pid: number): boolean {
  try {
    // A process that ended and was not yet collected still takes signals.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

describe('a service', () => {
  let server: Server
  let url: string
  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        if (request.url === '/hangs') return
        if (request.url === '/dies') request.socket.destroy()
        else if (request.url === '/halfway') response.writeHead(200, { 'content-length': '100' }).write('{"deci', () => request.socket.destroy())
        else if (request.url === '/elsewhere') response.writeHead(307, { location: '/echo' }).end()
        else if (request.url === '/fails') response.writeHead(500).end('{"decision":"allow"}')
        else if (request.url === '/large') response.end('x'.repeat(100_000))
        else if (request.url === '/empty') response.writeHead(204).end()
        else response.end((JSON.parse(Buffer.concat(chunks).toString('utf8')) as HookInput).tool_name + (request.headers.authorization ?? ''))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  test.each([
    { path: '/echo', answer: { type: 'answered', text: 'drain' } },
    { path: '/empty', answer: { type: 'answered', text: '' } },
    { path: '/hangs', answer: { type: 'broken', reason: 'no answer in 0.3 s' } },
    { path: '/dies', answer: { type: 'broken', reason: expect.any(String) } },
    { path: '/halfway', answer: { type: 'broken', reason: expect.any(String) } },
    { path: '/elsewhere', answer: { type: 'broken', reason: expect.any(String) } },
    { path: '/fails', answer: { type: 'broken', reason: 'it answers 500' } },
    { path: '/large', answer: { type: 'broken', reason: expect.stringContaining('larger than') } },
  ])('$path', async ({ path, answer }) => {
    expect(await httpHook({ url: `${url}${path}`, timeoutMs: path === '/hangs' ? 300 : 10_000, clock })(input)).toEqual(answer)
  })

  test('that is not there, and one that wants a token', async () => {
    expect(await httpHook({ url: 'http://127.0.0.1:1/', timeoutMs: 10_000, clock })(input)).toMatchObject({ type: 'broken' })
    const bearerTokenFile = join(folder, 'token')
    writeFileSync(bearerTokenFile, 't\n')
    expect(await httpHook({ url, bearerTokenFile, timeoutMs: 10_000, clock })(input)).toEqual({ type: 'answered', text: 'drainBearer t' })
    expect(await httpHook({ url, bearerTokenFile: join(folder, 'none'), timeoutMs: 10_000, clock })(input)).toMatchObject({ type: 'broken' })
  })
})
