/**
 * The static checks, fastest first; this is the one list of them. What nothing uses is found by knip (`knip.json`),
 * what no tool knows about our house by the tests in `test/tidy`. Usage: npm run check
 */

import { spawnSync } from 'node:child_process'

const CHECKS = [
  { name: 'lint', args: ['node_modules/oxlint/bin/oxlint', '--deny-warnings', 'src', 'test', 'scripts', 'bin'] },
  { name: 'dead code', args: ['node_modules/knip/bin/knip.js', '--no-progress'] },
  { name: 'tidy', args: ['node_modules/vitest/vitest.mjs', 'run', 'test/tidy'] },
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '-p', '.'] },
]

for (const { name, args } of CHECKS) {
  const result = spawnSync(process.execPath, args, { stdio: 'inherit' })
  if (result.status !== 0) {
    console.error(`check: ${name} failed`)
    process.exit(1)
  }
}
