/**
 * The tests against a real control plane: builds it if needed, then runs test/cluster. Usage: npm run test:cluster
 * [-- arguments of vitest]. Without Go there is nothing to test against: locally that is said and passes, with CI=true
 * it fails.
 */

import { spawnSync } from 'node:child_process'
import { buildKubectl } from './kubectl-binary.ts'
import { buildOracle, oracleBinary } from './oracle-binary.ts'

const binary = oracleBinary()
if (binary === undefined) {
  console.log('skipped: Go is not installed, so there is no real control plane to test against; install it from https://go.dev/dl')
  process.exit(process.env['CI'] === 'true' ? 1 : 0)
}
await buildOracle(binary, (line) => console.error(line))
buildKubectl((line) => console.error(line))
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/cluster/vitest.config.ts', ...process.argv.slice(2)]
process.exit(spawnSync(process.execPath, vitest, { stdio: 'inherit' }).status ?? 1)
