/** Checkpoints in a file, one after the other: on another volume, a mount that only appends, a medium that is written once. */

import { appendFile, mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fault } from '../../kernel/fault.ts'
import type { Anchor } from '../../ports/anchor.ts'

export function createFileAnchor(options: { readonly file: string }): Anchor {
  const { file } = options
  return {
    name: `file ${file}`,
    async publish(checkpoint) {
      try {
        await mkdir(dirname(file), { recursive: true })
        await appendFile(file, `${checkpoint}\n`)
        await synced(file)
      } catch (cause) {
        throw faultOf(file, 'written', cause)
      }
    },
    async read() {
      try {
        return lastNote(await readFile(file, 'utf8'))
      } catch (cause) {
        if ((cause as { readonly code?: string }).code === 'ENOENT') return undefined
        throw faultOf(file, 'read', cause)
      }
    },
  }
}

async function synced(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Behind each note stands an empty line, and inside each there is one: text, empty line, signatures. */
function lastNote(text: string): string | undefined {
  const parts = text.split('\n\n').filter((part) => part !== '')
  return parts.length < 2 ? undefined : `${parts.at(-2)}\n\n${parts.at(-1)?.replace(/\n*$/, '')}\n`
}

function faultOf(file: string, done: string, cause: unknown): Error {
  return fault({ code: 'unavailable', operation: 'anchor', subject: file, message: `the file cannot be ${done}: ${cause instanceof Error ? cause.message : String(cause)}`, hint: 'Is the volume mounted, and may Boyd append to the file?', cause })
}
