/**
 * The committed answers of one area for one Kubernetes release: a head line that says what was asked, then an answer a line,
 * or `=` where the release before answered the same.
 * Questions are not stored; they are drawn again from the seed, and their digest says whether they are still the same.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { canonicalJson, digestOfJson } from '../../src/kernel/canonical-json.ts'
import type { Area } from './area.ts'

/** Changing it changes every question. */
const SEED = 20_260_101

export const MINORS = [34, 35, 36] as const
export type Minor = (typeof MINORS)[number]

export interface Goldens {
  readonly kubernetes: string
  readonly seed: number
  readonly questions: string
  readonly answers: readonly unknown[]
}

const FOLDER = join(import.meta.dirname, 'data')

export function questionsOf(area: Area): readonly unknown[] {
  // As the other side reads them: undefined members and prototypes do not survive JSON.
  return fc.sample(area.questions, { seed: SEED, numRuns: area.count }).map((input): unknown => JSON.parse(JSON.stringify(input)))
}

export function digestOfQuestions(questions: readonly unknown[]): string {
  return digestOfJson(questions)
}

export function readGoldens(area: Area, minor: Minor): Goldens {
  const file = fileOf(area, minor)
  if (!existsSync(file)) throw new Error(`${file} is missing; npm run goldens writes it`)
  const [head = '{}', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n')
  const before = answersBefore(area, minor)
  return { ...(JSON.parse(head) as Omit<Goldens, 'answers'>), answers: lines.map((line, index): unknown => (line === SAME ? before[index] : JSON.parse(line))) }
}

export function writeGoldens(area: Area, minor: Minor, parts: { readonly kubernetes: string; readonly questions: readonly unknown[]; readonly answers: readonly unknown[] }): void {
  const head = { kubernetes: parts.kubernetes, seed: SEED, questions: digestOfQuestions(parts.questions) }
  const before = answersBefore(area, minor).map((answer) => canonicalJson(answer))
  const lines = parts.answers.map((answer) => canonicalJson(answer)).map((line, index) => (line === before[index] ? SAME : line))
  writeFileSync(fileOf(area, minor), `${[canonicalJson(head), ...lines].join('\n')}\n`)
}

const SAME = '='

function answersBefore(area: Area, minor: Minor): readonly unknown[] {
  const before = MINORS[MINORS.indexOf(minor) - 1]
  return before === undefined ? [] : readGoldens(area, before).answers
}

function fileOf(area: Area, minor: Minor): string {
  return join(FOLDER, `${area.name}-1.${minor}.jsonl`)
}
