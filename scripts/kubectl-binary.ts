/** A kubectl of the newest release that the twin knows, built from its Go module into the cache: distributions ship old ones. */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

const SOURCES = join(import.meta.dirname, '..', 'oracle', 'kubectl')

/** Where it lies, built or not. */
export function kubectlBinary(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'boyd', 'kubectl', moduleVersion(), 'kubectl')
}

/** Builds it where it is missing. Throws with what Go says when it cannot be built. */
export function buildKubectl(say: (line: string) => void): void {
  const binary = kubectlBinary()
  if (existsSync(binary)) return
  say(`kubectl: building ${moduleVersion()}; the first time takes a minute or two`)
  mkdirSync(dirname(binary), { recursive: true })
  const unfinished = `${binary}.${process.pid}`
  const built = spawnSync('go', ['build', '-p', '2', '-trimpath', '-buildvcs=false', '-mod=readonly', '-ldflags', linkerFlags(), '-o', unfinished, '.'], { cwd: SOURCES, encoding: 'utf8' })
  if (built.status !== 0) throw new Error(`go build ended with ${built.status ?? 'a signal'}:\n${built.stderr}`)
  renameSync(unfinished, binary)
}

/** `v0.36.3`: the library's version of Kubernetes v1.36.3. */
function moduleVersion(): string {
  const version = /k8s\.io\/kubectl (v0\.\d+\.\d+)/.exec(readFileSync(join(SOURCES, 'go.mod'), 'utf8'))?.[1]
  if (version === undefined) throw new Error('oracle/kubectl/go.mod names no version of k8s.io/kubectl')
  return version
}

/** Without symbols, and with the version that upstream's own build stamps in. */
function linkerFlags(): string {
  const [, minor, patch] = moduleVersion().split('.')
  const stamp = (field: string, value: string | undefined): string => `-X k8s.io/component-base/version.${field}=${value}`
  return ['-s', '-w', stamp('gitVersion', `v1.${minor}.${patch}`), stamp('gitMajor', '1'), stamp('gitMinor', minor)].join(' ')
}
