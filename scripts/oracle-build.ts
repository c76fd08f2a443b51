/**
 * Builds the oracle (a real Kubernetes control plane for tests; see oracle/README.md) into the cache, once.
 * Prints the path of the binary. Usage: node scripts/oracle-build.ts. Exit code 3: Go is missing.
 */

import { buildOracle, oracleBinary } from './oracle-binary.ts'

const EXIT_WITHOUT_GO = 3

const binary = oracleBinary()
if (binary === undefined) {
  console.error('oracle: Go is not installed; install it from https://go.dev/dl and run again')
  process.exit(EXIT_WITHOUT_GO)
}
await buildOracle(binary, (line) => console.error(line))
console.log(binary)
