import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addAllCommands } from './all-commands.ts'
import { loaderOf } from './commands-by-word.ts'

const all = new Command('boyd')
addAllCommands(all, () => undefined)

test.each(all.commands.map((command) => command.name()))('%s alone is the command that it is among all', async (name) => {
  const load = loaderOf([name])
  if (load === undefined) return
  const alone = new Command('boyd')
  ;(await load())(alone, () => undefined)
  const helpOf = (program: Command): string | undefined => program.commands.find((command) => command.name() === name)?.helpInformation()
  expect(helpOf(alone)).toBeDefined()
  expect(helpOf(alone)).toBe(helpOf(all))
})

test.each(['frobnicate', 'toString', '__proto__', 'help scan', '--help scan', 'completion bash'])('%s loads them all', (line) => {
  expect(loaderOf(line.split(' '))).toBeUndefined()
})

test.each([[], ['--help'], ['-h'], ['help'], ['--version'], ['-V']])('boyd %s is answered from the outline, as it would be with every command there', async (...words) => {
  const outline = new Command('boyd')
  ;(await loaderOf(words)?.())?.(outline, () => undefined)
  expect(outline.helpInformation()).toBe(all.helpInformation())
})
