/**
 * The one way in: `npm start`, `npm test` and the rest come through here on whatever Node the machine has.
 *
 * Usage: node scripts/launch.mjs NAME [arguments], with a NAME of `COMMANDS`, below.
 *
 * It installs what is missing (also after a changed lock file), finds a Node that runs our TypeScript (the one
 * pinned through the npm registry, else the system's own if it is new enough), and hands over to it. It uses nothing but
 * Node's built-ins, in syntax that Node 18 reads.
 */

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const NODE_MAJOR_MIN = 24
/** Reading a large cluster makes much that is soon garbage; with Node's 16 MiB of young space a quarter of the time went into moving it. */
const NODE_FLAGS = ['--max-semi-space-size=128']

const COMMANDS = {
  start: [['src/cli/main.ts', 'start']],
  boyd: [['src/cli/main.ts']],
  test: [['scripts/check.ts'], ['node_modules/vitest/vitest.mjs', 'run']],
  'test-cluster': [['scripts/test-cluster.ts']],
  check: [['scripts/check.ts']],
  'compare-kubectl': [['scripts/compare-kubectl.ts']],
  eval: [['scripts/eval/run.ts']],
  mutate: [['scripts/mutate.ts']],
  'bench-commands': [['scripts/bench/commands.ts']],
  'bench-diagnose': [['scripts/bench/diagnose.ts']],
  'bench-ledger': [['scripts/bench/ledger.ts']],
  hazards: [['scripts/generate/hazard-pages.ts']],
  goldens: [['scripts/goldens.ts']],
  conformance: [['scripts/conformance.ts']],
  differential: [['scripts/differential.ts']],
  'bench-loop': [['scripts/bench/loop.ts']],
  'bench-policy': [['scripts/bench/policy.ts']],
  'bench-redact': [['scripts/bench/redact.ts']],
  'bench-rehearse': [['scripts/bench/rehearse.ts']],
  'bench-scan': [['scripts/bench/scan.ts']],
  'bench-twin': [['scripts/bench/twin.ts']],
}

function main() {
  const [name = 'start', ...rest] = process.argv.slice(2)
  const commands = COMMANDS[name]
  if (commands === undefined) fail(`unknown command ${name}; use one of ${Object.keys(COMMANDS).join(', ')}`)
  installIfNeeded()
  const node = findNode()
  commands.forEach((command, index) => {
    const last = index === commands.length - 1
    // `boyd` is given paths by its user, so it runs where the user stands; the rest runs in the project.
    run(node, [...command, ...(last ? rest : [])], name === 'boyd' ? process.cwd() : ROOT)
  })
}

function installIfNeeded() {
  const stampFile = join(ROOT, 'node_modules', '.boyd-install')
  const wanted = createHash('sha256').update(readFileSync(join(ROOT, 'package-lock.json'))).digest('hex')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return
  process.stderr.write('boyd: installing dependencies (once, and after each change of package-lock.json)\n')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const result = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: ROOT, stdio: ['ignore', 2, 2] })
  if (result.status !== 0) fail('npm ci failed; its message is above. Check that the npm registry is reachable, then try again')
  mkdirSync(dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, wanted)
}

function findNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const binary = process.platform === 'win32' ? 'node.exe' : 'node'
  const pinned = join(ROOT, 'node_modules', `node-${platform}-${process.arch}`, 'bin', binary)
  if (existsSync(pinned)) return pinned
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN) return process.execPath
  return fail(`no Node ${NODE_MAJOR_MIN} for ${process.platform}-${process.arch} in the npm registry; install Node ${NODE_MAJOR_MIN} or newer from nodejs.org and run again`)
}

/** Signals go to the child through the terminal's process group; its exit code becomes ours. */
function run(node, args, cwd) {
  const bin = join(ROOT, 'node_modules', '.bin')
  const env = { ...process.env, PATH: `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${bin}:${process.env.PATH ?? ''}` }
  const result = spawnSync(node, [...NODE_FLAGS, join(ROOT, args[0]), ...args.slice(1)], { cwd, stdio: 'inherit', env })
  if (result.signal !== null) process.kill(process.pid, result.signal)
  if (result.status !== 0) process.exit(result.status ?? 1)
}

function fail(message) {
  process.stderr.write(`boyd: ${message}\n`)
  process.exit(2)
}

main()
