/** One suite over sources with one planted bug: which is told by `BOYD_CANARY`, its position in `canaries.ts`. */

import { join } from 'node:path'
import process from 'node:process'
import { defineConfig, type Plugin } from 'vitest/config'
import { CANARIES, type Canary } from './canaries.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const canary = CANARIES[Number(process.env['BOYD_CANARY'])]

/** Without a canary there is nothing to run, and a run of nothing is noticed. */
export default defineConfig({
  root: ROOT,
  // What was planted for one canary must not be found in the cache by the next.
  test: { fsModuleCache: false, include: canary === undefined ? [] : [canary.suite], testNamePattern: canary?.tests ?? '', testTimeout: 60_000 },
  plugins: canary === undefined ? [] : [plant(canary)],
})

function plant({ name, file, find, replace }: Canary): Plugin {
  return {
    name: 'planted-bug',
    enforce: 'pre',
    transform(code, id) {
      if (id !== join(ROOT, file)) return undefined
      if (code.split(find).length !== 2) throw new Error(`the canary "${name}" does not find its place in ${file}`)
      return code.replace(find, () => replace)
    },
  }
}
