import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, expect, test } from 'vitest'
import { CANARIES } from './canaries.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'canary-'))
afterAll(() => rmSync(folder, { recursive: true }))

/* A planted bug must make tests fail, and fail by what they expect: a run that does not start shows nothing. */
test.each(CANARIES.map((canary, index) => ({ ...canary, index })))('noticed: $name', { timeout: 120_000 }, async ({ index }) => {
  const report = await runWith(index)
  expect(report.numFailedTests).toBeGreaterThan(0)
  expect(report.numFailedTests).toBeLessThan(report.numTotalTests)
})

interface Report {
  readonly numTotalTests: number
  readonly numFailedTests: number
}

async function runWith(canary: number): Promise<Report> {
  const file = join(folder, `${canary}.json`)
  const args = [join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--config', join(ROOT, 'test', 'canary', 'vitest.config.ts'), '--reporter=json', `--outputFile=${file}`]
  const child = spawn(process.execPath, args, { cwd: ROOT, env: { ...process.env, BOYD_CANARY: String(canary) }, stdio: 'ignore' })
  await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
  return JSON.parse(readFileSync(file, 'utf8')) as Report
}
