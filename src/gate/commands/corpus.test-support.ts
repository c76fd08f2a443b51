/** The corpus: lines with the verdict they must get, by class, one JSON object a line; each file is also a batch for the CLI. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPlace, type Place } from './place.ts'

export interface Case {
  readonly id: string
  readonly class: string
  readonly profile: string
  readonly line?: string
  readonly argv?: readonly string[]
  readonly expect: 'allow' | 'ask' | 'deny'
  /** The line of the file as it is. */
  readonly text: string
}

const FOLDER = join(import.meta.dirname, 'corpus')

/** Paths are judged by their words, whatever lies on this machine. */
export const ELSEWHERE: Place = createPlace({ look: false })

export const CORPUS: readonly Case[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.jsonl'))
  .sort()
  .flatMap((name) => readFileSync(join(FOLDER, name), 'utf8').split('\n'))
  .filter((text) => text !== '')
  .map((text) => ({ ...(JSON.parse(text) as Omit<Case, 'text'>), text }))
