/**
 * `boyd scan` as its users run it: a process over a folder of 10,000 generated manifests, cold and from its cache, and the memory it
 * takes as the folder grows. Beside it two scanners built from their Go modules, on the same files in the same run.
 *
 * Usage: npm run bench:scan [-- --without-others]
 * The others are built once into a folder of the machine's temporary directory; that takes Go, the module proxy, and some minutes.
 * They check other things than we do; the ratio says what a scan costs, not what it is worth.
 */

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { report, type Figure } from './report.ts'
import { writeCorpus } from './scan-corpus.ts'

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts')
const MANIFESTS = 10_000

interface Run {
  readonly seconds: number
  /** User and system time of the process. */
  readonly cpuSeconds: number
  readonly peakMib: number
}

interface Scanner {
  readonly name: string
  readonly module: string
  readonly command: string
  readonly version: string
  /** How many of the manifests it shares with us: one of them needs minutes for a thousand. */
  readonly manifests: number
  readonly environment?: Readonly<Record<string, string>>
  args(folder: string, files: readonly string[]): string[]
}

const OTHERS: readonly Scanner[] = [
  { name: 'kube-score', module: 'github.com/zegl/kube-score', command: 'cmd/kube-score', version: 'v1.20.0', manifests: MANIFESTS, args: (_, files) => ['score', '--output-format', 'json', ...files] },
  // Built without its release flags it has the rules of its module embedded, which is what it then uses.
  { name: 'trivy config', module: 'github.com/aquasecurity/trivy', command: 'cmd/trivy', version: 'v0.74.0', manifests: MANIFESTS / 10, environment: { GOEXPERIMENT: 'jsonv2' }, args: (folder) => ['config', '--skip-check-update', '--skip-version-check', '--quiet', '--format', 'json', '--output', join(folder, '..', 'trivy.json'), folder] },
]

const home = mkdtempSync(join(tmpdir(), 'boyd-bench-scan-'))
try {
  const figures = [...(await own()), ...(process.argv.includes('--without-others') ? [] : await besideOthers())]
  report('scan', figures)
} finally {
  rmSync(home, { recursive: true, force: true })
}

async function own(): Promise<Figure[]> {
  const [small, large, huge] = [corpus('small', MANIFESTS / 4), corpus('large', MANIFESTS), corpus('huge', MANIFESTS * 4)]
  const cacheFolder = join(home, 'cache')
  const quarter = await boyd(small.folder, ['--no-cache'])
  const cold = await boyd(large.folder, ['--no-cache'])
  await boyd(large.folder, ['--cache', cacheFolder])
  const warm = await boyd(large.folder, ['--cache', cacheFolder])
  const fourfold = await boyd(huge.folder, ['--no-cache'])
  writeCorpus(join(home, 'crowded'), MANIFESTS, { oneNamespace: true })
  const crowded = await boyd(join(home, 'crowded'), ['--no-cache'])
  return [
    { name: `${MANIFESTS} manifests, process and all`, value: MANIFESTS / cold.seconds, unit: 'manifests/s', goal: 2_500, moreIsBetter: true },
    { name: 'the same, a second of its own computing', value: MANIFESTS / cold.cpuSeconds, unit: 'manifests/s', moreIsBetter: true },
    { name: 'the same from the cache', value: MANIFESTS / warm.seconds, unit: 'manifests/s', moreIsBetter: true },
    { name: `peak memory at ${MANIFESTS / 4} manifests`, value: quarter.peakMib, unit: 'MiB' },
    { name: `peak memory at ${MANIFESTS} manifests`, value: cold.peakMib, unit: 'MiB', goal: 600 },
    { name: `peak memory at ${MANIFESTS * 4} manifests`, value: fourfold.peakMib, unit: 'MiB' },
    { name: `memory that a further manifest adds, up to ${MANIFESTS}`, value: ((cold.peakMib - quarter.peakMib) * 1024) / (MANIFESTS * 0.75), unit: 'KiB', goal: 10 },
    { name: `memory that a further manifest adds, up to ${MANIFESTS * 4}`, value: ((fourfold.peakMib - cold.peakMib) * 1024) / (MANIFESTS * 3), unit: 'KiB', goal: 10 },
    { name: `${MANIFESTS} manifests in one namespace`, value: MANIFESTS / crowded.seconds, unit: 'manifests/s', goal: 2_500, moreIsBetter: true },
    { name: `${MANIFESTS * 4} manifests, process and all`, value: (MANIFESTS * 4) / fourfold.seconds, unit: 'manifests/s', goal: 2_500, moreIsBetter: true },
  ]
}

async function besideOthers(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const scanner of OTHERS) {
    const program = build(scanner)
    if (program === undefined) {
      console.log(`${scanner.name} ${scanner.version} could not be built, and is left out`)
      continue
    }
    const { folder, files } = corpus(`beside-${scanner.command.replaceAll('/', '-')}`, scanner.manifests)
    const ours = await boyd(folder, ['--no-cache'])
    const theirs = await measured(program, scanner.args(folder, files))
    const beside = `${scanner.name} ${scanner.version} over boyd, ${scanner.manifests} manifests`
    figures.push({ name: `${beside}: time`, value: theirs.seconds / ours.seconds, unit: 'times', moreIsBetter: true })
    figures.push({ name: `${beside}: processor time`, value: theirs.cpuSeconds / ours.cpuSeconds, unit: 'times', moreIsBetter: true })
    figures.push({ name: `${beside}: memory`, value: theirs.peakMib / ours.peakMib, unit: 'times', moreIsBetter: true })
  }
  return figures
}

function corpus(name: string, count: number): { readonly folder: string; readonly files: readonly string[] } {
  const folder = join(home, name)
  return { folder, files: writeCorpus(folder, count) }
}

function boyd(folder: string, flags: readonly string[]): Promise<Run> {
  return measured(process.execPath, [MAIN, 'scan', folder, '--format', 'json', '--output', join(home, 'boyd.json'), ...flags])
}

/** Findings end a scanner with a status other than 0; that it wrote its report is what counts. Memory and processor time come from /proc, while it runs. */
function measured(program: string, args: readonly string[]): Promise<Run> {
  return new Promise((resolve, reject) => {
    const started = performance.now()
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
    let [peakMib, cpuSeconds] = [0, 0]
    const look = setInterval(() => {
      peakMib = Math.max(peakMib, peakOf(child.pid))
      cpuSeconds = Math.max(cpuSeconds, cpuOf(child.pid))
    }, 20)
    child.once('error', reject)
    child.once('exit', (code) => {
      clearInterval(look)
      if (code === null || code > 1) reject(new Error(`${program} ended with ${code ?? 'a signal'}`))
      else resolve({ seconds: (performance.now() - started) / 1000, cpuSeconds, peakMib })
    })
  })
}

function peakOf(pid: number | undefined): number {
  return Number(/VmHWM:\s+(\d+)/.exec(proc(pid, 'status'))?.[1] ?? 0) / 1024
}

/** Clock ticks are hundredths of a second on every Linux that Node runs on. */
function cpuOf(pid: number | undefined): number {
  // Fields 14 and 15 (proc_pid_stat(5)); the name in field 2 may hold blanks.
  const fields = proc(pid, 'stat').replace(/^.*\) /, '').split(' ')
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100
}

function proc(pid: number | undefined, name: string): string {
  try {
    return readFileSync(`/proc/${pid ?? 0}/${name}`, 'utf8')
  } catch {
    return ''
  }
}

/** Built once a machine. Undefined where Go or the module proxy is not there. */
function build({ module, command, version, environment = {} }: Scanner): string | undefined {
  const folder = join(tmpdir(), 'boyd-bench-scanners', `${module.split('/').at(-1) ?? ''}-${version}`)
  const program = join(folder, 'program')
  if (existsSync(program)) return program
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'go.mod'), 'module bench\n\ngo 1.26\n')
  const run = (...args: readonly string[]): boolean => spawnSync('go', args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, GOFLAGS: '-mod=mod', ...environment } }).status === 0
  return run('get', `${module}/${command}@${version}`) && run('build', '-o', program, `${module}/${command}`) ? program : undefined
}
