/** After a story: choose another, or leave. Without a terminal the cluster keeps running until it is told to stop. */

import { createInterface } from 'node:readline/promises'
import { untilStopped } from '../until-stopped.ts'
import type { Teller } from './teller.ts'

export async function chooseStory(options: { readonly teller: Teller; readonly names: readonly string[]; readonly interactive: boolean }): Promise<string | undefined> {
  const { teller, names, interactive } = options
  if (!interactive) {
    teller.progress('the cluster keeps running; stop it with Ctrl-C')
    await untilStopped()
    return undefined
  }
  names.forEach((name, index) => teller.say(`${String(index + 1).padStart(3)}  ${name}`))
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  terminal.on('SIGINT', () => terminal.close())
  const reply = await terminal.question('Another story? [number, name, or Enter to leave] ').catch(() => '')
  terminal.close()
  const chosen = names[Number(reply.trim()) - 1] ?? names.find((name) => name === reply.trim())
  return chosen
}
