import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createConfigMapAnchor } from '../../src/adapters/anchors/config-map-anchor.ts'
import { createFileAnchor } from '../../src/adapters/anchors/file-anchor.ts'
import { createGitAnchor } from '../../src/adapters/anchors/git-anchor.ts'
import { createHttpAnchor } from '../../src/adapters/anchors/http-anchor.ts'
import { connectKubernetes } from '../../src/adapters/kubernetes/cluster.ts'
import { parseNotes } from '../../src/audit/notes/signed-note.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { startServedTwin, type ServedBed } from '../../src/twin/http/served-twin-bed.ts'
import { anchorContract, checkpointOf } from './anchor-contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'boyd-anchors-'))
const servers: Server[] = []
let bed: ServedBed
beforeAll(async () => {
  bed = await startServedTwin()
})
afterAll(async () => {
  for (const server of servers) server.closeAllConnections()
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))))
  await bed.stop()
  rmSync(folder, { recursive: true, force: true })
})

const git = (...args: readonly string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim()

function bareRepository(name: string): string {
  const remote = join(folder, name)
  git('init', '--quiet', '--bare', remote)
  return remote
}

async function serve(answer: RequestListener): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/boyd` }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** Keeps what it is sent, for who has the token. */
function evidenceServer(): Promise<{ readonly server: Server; readonly url: string }> {
  let kept: string | undefined
  return serve((request, response) => {
    void bodyOf(request).then((body) => {
      if (request.headers.authorization !== 'Bearer anchor-token') return response.writeHead(401).end()
      if (request.method === 'POST') kept = body
      return kept === undefined ? response.writeHead(404).end() : response.writeHead(200, { 'content-type': 'text/plain' }).end(request.method === 'GET' ? kept : '')
    })
  })
}

function tokenFile(): string {
  const file = join(folder, 'anchor-token')
  writeFileSync(file, 'anchor-token\n')
  return file
}

anchorContract('file', async () => {
  const volume = join(folder, 'volume')
  mkdirSync(volume)
  return {
    anchor: createFileAnchor({ file: join(volume, 'boyd') }),
    breakIt() {
      // Where the volume was, something stands that is no folder.
      rmSync(volume, { recursive: true })
      writeFileSync(volume, '')
    },
  }
})

anchorContract('git remote', async () => {
  const remote = bareRepository('remote.git')
  return { anchor: createGitAnchor({ remote, branch: 'boyd-ledger', folder: join(folder, 'own.git') }), breakIt: () => renameSync(remote, `${remote}.away`) }
})

anchorContract('HTTP endpoint', async () => {
  const { server, url } = await evidenceServer()
  return {
    anchor: createHttpAnchor({ url, tokenFile: tokenFile() }),
    breakIt() {
      server.closeAllConnections()
      server.close()
    },
  }
})

const kubernetes = () => connectKubernetes({ kubeconfigFile: join(bed.folder, 'kubeconfig'), clock: systemClock(), log: silentLog() })

anchorContract('ConfigMap, over the API', async () => {
  let away = false
  const connect = async () => {
    const cluster = await kubernetes()
    const guarded = <T>(call: () => Promise<T>): Promise<T> => (away ? connectKubernetes({ kubeconfigFile: join(folder, 'no-kubeconfig'), clock: systemClock(), log: silentLog() }).then(call) : call())
    return { ...cluster, get: (ref: Parameters<typeof cluster.get>[0]) => guarded(() => cluster.get(ref)) }
  }
  return { anchor: createConfigMapAnchor({ namespace: 'default', name: 'boyd-ledger', connect }), breakIt: () => void (away = true) }
})

describe('file', () => {
  test('keeps every checkpoint, one after the other, as "verify --anchor" reads them', async () => {
    const file = join(folder, 'kept')
    const anchor = createFileAnchor({ file })
    for (const size of [1, 2, 3]) await anchor.publish(checkpointOf(size))
    expect(parseNotes(readFileSync(file, 'utf8'))?.map((note) => note.split('\n')[1])).toEqual(['1', '2', '3'])
  })

  test('a file that may not be written says so', async () => {
    const file = join(folder, 'locked')
    mkdirSync(file)
    chmodSync(file, 0o500)
    await expect(createFileAnchor({ file }).publish(checkpointOf(1))).rejects.toMatchObject({ code: 'unavailable', hint: expect.stringContaining('append') })
  })
})

describe('git remote', () => {
  test('each checkpoint is a commit on top of the one before, also from another machine', async () => {
    const remote = bareRepository('history.git')
    for (const size of [1, 2]) await createGitAnchor({ remote, branch: 'boyd', folder: join(folder, `machine-${size}.git`) }).publish(checkpointOf(size))
    expect(git('--git-dir', remote, 'log', '--format=%an: %s', 'boyd').split('\n')).toEqual(['boyd: checkpoint of 2 lines', 'boyd: checkpoint of 1 lines'])
  })

  test('an address that names a command runs none', async () => {
    const witness = join(folder, 'ran')
    const anchor = createGitAnchor({ remote: `ext::sh -c touch% ${witness}`, branch: 'boyd', folder: join(folder, 'ext.git') })
    await expect(anchor.publish(checkpointOf(1))).rejects.toMatchObject({ kind: 'fault' })
    const option = createGitAnchor({ remote: `--upload-pack=touch ${witness}`, branch: 'boyd', folder: join(folder, 'option.git') })
    await expect(option.publish(checkpointOf(1))).rejects.toMatchObject({ kind: 'fault' })
    expect(existsSync(witness)).toBe(false)
  })
})

describe('HTTP endpoint', () => {
  test.each([
    { name: 'refuses', status: 403, headers: {}, code: 'forbidden' },
    { name: 'is broken', status: 500, headers: {}, code: 'unavailable' },
    { name: 'sends elsewhere, and is not followed', status: 302, headers: { location: 'http://127.0.0.1:1/' }, code: 'unavailable' },
  ])('one that $name', async ({ status, headers, code }) => {
    const { url } = await serve((_request, response) => void response.writeHead(status, headers).end())
    await expect(createHttpAnchor({ url }).publish(checkpointOf(1))).rejects.toMatchObject({ code })
  })

  test('without its token file', async () => {
    const { url } = await evidenceServer()
    await expect(createHttpAnchor({ url, tokenFile: join(folder, 'none') }).publish(checkpointOf(1))).rejects.toMatchObject({ code: 'unavailable' })
  })
})

test('a ConfigMap that holds something else is not written over', async () => {
  const cluster = await kubernetes()
  await cluster.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name: 'settings' }, data: { colour: 'blue' } })
  await expect(createConfigMapAnchor({ namespace: 'default', name: 'settings', connect: kubernetes }).read()).rejects.toMatchObject({ code: 'conflict' })
})
