/** The policy guide as a reader follows it: every file written, every command run, every line it shows looked for. */

import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')
const guide = readFileSync(join(ROOT, 'docs/guides/policy.md'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'policy-guide-'))
afterAll(() => rmSync(folder, { recursive: true }))

interface Block {
  readonly language: string
  readonly file: string
  readonly text: string
}

const blocks: readonly Block[] = [...guide.matchAll(/^```(\w+) ?(\S*)\n(.*?)^```$/gms)].map(([, language = '', file = '', text = '']) => ({ language, file, text }))

/** The commands of a block, and the lines that the block after it promises. */
const runs = blocks.flatMap((block, index) => {
  if (block.language !== 'sh') return []
  const next = blocks[index + 1]
  return [{ commands: block.text.trim().split('\n'), promised: next?.language === 'text' ? next.text.trim().split('\n') : [] }]
})

async function boyd(words: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, BOYD_HOME: join(folder, 'home'), COLUMNS: '400', NO_COLOR: '1' }
  const child = spawn(process.execPath, [join(ROOT, 'src/cli/main.ts'), ...words], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, output: Buffer.concat(chunks).toString('utf8') }
}

test('the guide has files, commands and what they show', () => {
  expect(blocks.filter(({ file }) => file !== '').length).toBeGreaterThan(7)
  expect(runs.length).toBeGreaterThan(6)
  expect(runs.filter(({ promised }) => promised.length === 0)).toEqual([])
  expect(blocks.filter(({ language, file }) => ['cedar', 'yaml'].includes(language) && file === '')).toEqual([])
})

test('each command of the guide does what the guide shows', async () => {
  for (const { file, text } of blocks.filter((block) => block.file !== '')) {
    mkdirSync(join(folder, dirname(file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  for (const { commands, promised } of runs) {
    const results = []
    for (const command of commands) {
      const [line = '', expected = ''] = command.split('#').map((part) => part.trim())
      expect(line).toMatch(/^boyd policy /)
      const result = await boyd(line.split(/\s+/).slice(1))
      expect(`${line}: ${result.code} ${result.output}`).toContain(`${line}: ${expected === '' ? 0 : expected.replace('exit ', '')} `)
      results.push(result.output)
    }
    const flat = results.join('\n').replaceAll(/\s+/g, ' ')
    expect(promised.filter((line) => !flat.includes(line.trim()))).toEqual([])
  }
}, 300_000)
