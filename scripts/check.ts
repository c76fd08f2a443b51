/**
 * The static checks, fastest first: lint, then types. Usage: npm run check
 */

import { spawnSync } from 'node:child_process'

const CHECKS = [
  { name: 'lint', args: ['node_modules/oxlint/bin/oxlint', '--deny-warnings', 'src', 'test', 'scripts', 'bin'] },
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '-p', '.'] },
]

for (const { name, args } of CHECKS) {
  const result = spawnSync(process.execPath, args, { stdio: 'inherit' })
  if (result.status !== 0) {
    console.error(`check: ${name} failed`)
    process.exit(1)
  }
}
