/**
 * Statements that are often repeated and are wrong or out of date. None of our texts may say them again: not a card, not a
 * summary, not a page. Where code could act on one, the corrected fact is tested beside that code.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { endingText } from './shared/exit-codes.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const texts = [...filesIn('docs', /\.md$/), ...filesIn(join('src', 'hazards'), /(?<!\.test)\.ts$/), 'README.md', 'SECURITY.md'].map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8').replaceAll(/\s+/g, ' ') }))

function filesIn(folder: string, names: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((name) => names.test(name)).map((name) => join(folder, name))
}

test('there is something to look at', () => expect(texts.length).toBeGreaterThan(200))

test.each([
  { wrong: 'exit code 137 means out of memory (it is any SIGKILL)', says: /\b137\b[^.|]{0,20}\b(means|is always|says)\b[^.|]{0,20}\b(OOM|out of memory)/i },
  { wrong: 'exit code 255 is outside of the range (it is in it)', says: /\b255\b[^.|]{0,30}\boutside\b[^.|]{0,12}\brange/i },
  { wrong: 'kubectl debug takes a star for the image of every container (it takes name=image)', says: /--set-image[= ]'?\*/ },
  { wrong: 'a vendor MCP server cordons, drains and deletes nodes (it reads)', says: /azure mcp[^.|]{0,60}\b(cordons?|drains?|deletes?)/i },
  { wrong: 'Batch on EKS brings no nodes of its own (it launches and taints them)', says: /batch[^.|]{0,40}\bdoes not manage (instances|nodes)/i },
  { wrong: 'dynamic resource allocation is beta as of 1.30', says: /\b(dra|dynamic resource allocation)\b[^.|]{0,20}\bbeta\b|KEP-3063/i },
  { wrong: 'a remote MCP server needs SSE with two endpoints (Streamable HTTP replaced it)', says: /\b(needs|requires|means)\b[^.|]{0,20}\bSSE\b[^.|]{0,20}\btwo endpoints/i },
  { wrong: 'hardened images come of a partnership, and only for money', says: /docker and chainguard|chainguard partnership/i },
  { wrong: 'a managed cluster of some version will shorten tokens (the token says when it ends)', says: /AKS 1\.3\d\+?[^.|]{0,40}\b(will|likely)\b[^.|]{0,20}\btoken/i },
  { wrong: 'a deny list of commands makes a shell safe (it can be walked around)', says: /deny list[^.|]{0,30}\b(is enough|makes[^.|]{0,20}safe|prevents)/i },
  { wrong: 'VPA mode Auto is to be used (it is deprecated)', says: /\buse (updateMode|mode):? "?Auto"?/i },
])('nothing says: $wrong', ({ says }) => expect(texts.filter(({ text }) => says.test(text)).map(({ path }) => path)).toEqual([]))

test('137 without a reason is a SIGKILL by somebody, and memory only where the kernel said so', () => {
  const ending = (reason: string) => endingText({ exitCode: 137, reason } as Parameters<typeof endingText>[0])
  expect(ending('Error')).toMatch(/SIGKILL.*not for memory/)
  expect(ending('OOMKilled')).toMatch(/ended it for memory/)
})

test('255 is an error like others', () => expect(endingText({ exitCode: 255, reason: 'Error' } as Parameters<typeof endingText>[0])).not.toMatch(/outside/))
