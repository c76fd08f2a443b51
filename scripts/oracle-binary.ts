/**
 * Where the oracle's binary lies, and how it is built. It is built once for each version of its sources and of Go,
 * into a cache outside the repository: compiling a control plane takes minutes.
 */

import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const SOURCES = join(ROOT, 'oracle')
/** A module of its own: it answers questions, and no control plane is made of it. */
const GOLDENS = join(SOURCES, 'goldens')
/** What decides about the binary. Documents do not. */
const SOURCE_FILE = /(\.go|\.yaml|go\.mod|go\.sum)$/
const PROGRESS_EVERY_PACKAGES = 200

/** The file for the sources as they are now, built or not; undefined where there is no Go to say its version. */
export function oracleBinary(): string | undefined {
  const go = spawnSync('go', ['version'], { encoding: 'utf8' })
  if (go.status !== 0) return undefined
  const hash = createHash('sha256').update(go.stdout)
  for (const file of sourceFiles()) hash.update(`${relative(SOURCES, file)}\0`).update(readFileSync(file)).update('\0')
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  return join(cache, 'boyd', 'oracle', hash.digest('hex').slice(0, 24), process.platform === 'win32' ? 'oracle.exe' : 'oracle')
}

function sourceFiles(): string[] {
  return readdirSync(SOURCES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && SOURCE_FILE.test(entry.name) && !entry.name.endsWith('_test.go') && !entry.parentPath.startsWith(GOLDENS))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/** Builds where the binary is missing; rejects with what Go says when it cannot be built. */
export async function buildOracle(binary: string, say: (line: string) => void): Promise<void> {
  if (existsSync(binary)) return
  mkdirSync(dirname(binary), { recursive: true })
  say('oracle: building a Kubernetes control plane; the first time takes minutes (8 to 10 on two cores), later ones seconds')
  const unfinished = `${binary}.${process.pid}`
  await runGo(['build', '-v', '-p', '2', '-trimpath', '-buildvcs=false', '-mod=readonly', '-ldflags', linkerFlags(), '-o', unfinished, '.'], say)
  // Whoever builds at the same time gets a whole file, theirs or ours.
  renameSync(unfinished, binary)
  say(`oracle: built ${binary}`)
}

/** Without symbols, and with the version that upstream's own build stamps in. */
function linkerFlags(): string {
  const version = /k8s\.io\/kubernetes (v\d+\.\d+\.\d+)/.exec(readFileSync(join(SOURCES, 'go.mod'), 'utf8'))?.[1]
  if (version === undefined) throw new Error('oracle/go.mod names no version of k8s.io/kubernetes')
  const [major, minor] = version.slice(1).split('.')
  const stamp = (field: string, value: string | undefined): string => `-X k8s.io/component-base/version.${field}=${value}`
  return ['-s', '-w', stamp('gitVersion', version), stamp('gitMajor', major), stamp('gitMinor', minor)].join(' ')
}

/** With -v, Go names each package it compiles. Everything else it prints is about a failure. */
async function runGo(args: readonly string[], say: (line: string) => void): Promise<void> {
  const go = spawn('go', args, { cwd: SOURCES, stdio: ['ignore', 'inherit', 'pipe'] })
  const ended = new Promise<number | null>((resolve, reject) => go.once('error', reject).once('close', resolve))
  const complaints: string[] = []
  let packages = 0
  for await (const line of createInterface({ input: go.stderr })) {
    if (/^[\w.-]+(\/[\w.~-]+)*$/.test(line)) {
      packages += 1
      if (packages % PROGRESS_EVERY_PACKAGES === 0) say(`oracle: ${packages} packages compiled (about 2500 in all the first time)`)
    } else if (!line.startsWith('go: downloading')) complaints.push(line)
  }
  const code = await ended
  if (code !== 0) throw new Error(`go build ended with ${code}:\n${complaints.join('\n')}`)
}
