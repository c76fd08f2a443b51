/** `boyd ledger export`: the whole ledger sealed with a checkpoint, one incident as a file by itself, or a checkpoint to keep. */

import type { Command } from 'commander'
import { createClient, type Client, type ClientFlags } from '../../client.ts'
import { withServerFlags } from '../../server-flags.ts'
import { note } from '../../terminal.ts'
import { writeOut } from './read-file.ts'

interface ExportFlags extends ClientFlags {
  readonly incident?: string
  readonly checkpoint?: true
  readonly output?: string
}

export function addLedgerExport(ledger: Command): void {
  withServerFlags(ledger.command('export'))
    .description('fetch the ledger from a running Boyd: canonical JSON lines, and a signed checkpoint at the end')
    .option('--incident <id>', 'one incident only, with proofs that its entries are in the ledger')
    .option('--checkpoint', 'the signed checkpoint only: keep it where nobody who owns the database can write')
    .option('-o, --output <file>', 'where to write it (default: standard output)')
    .action(async (flags: ExportFlags) => {
      const client = createClient(flags, process.env)
      if (flags.checkpoint === true) return writeOut(await client.text('/api/v1/ledger/checkpoint'), flags.output)
      writeOut(flags.incident === undefined ? await sealed(client) : await client.text(`/api/v1/incidents/${encodeURIComponent(flags.incident)}/export`, 'POST'), flags.output)
    })
}

/** The lines that the checkpoint covers, then the checkpoint. A ledger that cannot be signed now is exported without, and that is said. */
async function sealed(client: Client): Promise<string> {
  const checkpoint = await client.text('/api/v1/ledger/checkpoint').catch((error: unknown) => {
    note(`boyd: there is no checkpoint at the end: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  })
  const text = await client.text('/api/v1/ledger')
  if (checkpoint === undefined) return text
  const size = Number(checkpoint.split('\n')[1])
  const lines = text.split('\n').slice(0, size)
  return [...lines, JSON.stringify({ checkpoint })].map((line) => `${line}\n`).join('')
}
