import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addAllCommands } from './all-commands.ts'
import { loaderOf } from './commands-by-word.ts'

const all = new Command('boyd')
addAllCommands(all, () => undefined)

test.each(all.commands.map((command) => command.name()))('%s alone is the command that it is among all', async (name) => {
  const load = loaderOf(name)
  if (load === undefined) return
  const alone = new Command('boyd')
  ;(await load())(alone, () => undefined)
  const helpOf = (program: Command): string | undefined => program.commands.find((command) => command.name() === name)?.helpInformation()
  expect(helpOf(alone)).toBeDefined()
  expect(helpOf(alone)).toBe(helpOf(all))
})

test.each([undefined, '--help', 'frobnicate', 'toString', '__proto__'])('%s loads them all', (word) => {
  expect(loaderOf(word)).toBeUndefined()
})
