/**
 * The twin against upstream's own code: the same questions, the same answers, for each release that the twin knows.
 * `npm run goldens` asks again; `npm run conformance` asks new questions.
 */

import { describe, expect, test } from 'vitest'
import { agreesIn } from './area.ts'
import { AREAS } from './areas.ts'
import { digestOfQuestions, MINORS, questionsOf, readGoldens } from './golden-file.ts'

describe.each(AREAS)('$name', (area) => {
  // Drawn by the first test that runs: a run of one area draws no other's.
  let drawn: readonly unknown[] | undefined

  test.each(MINORS)('as Kubernetes 1.%i answers', (minor) => {
    const questions = (drawn ??= questionsOf(area))
    const goldens = readGoldens(area, minor)
    expect(goldens.questions, 'the questions are others than those that were answered: run npm run goldens').toBe(digestOfQuestions(questions))
    expect(goldens.answers).toHaveLength(questions.length)
    const differing = questions.flatMap((question, index) => {
      const [ours, upstream] = [plain(area.answer(question, minor)), goldens.answers[index]]
      return agreesIn(area, ours, upstream) ? [] : [{ index, question: JSON.stringify(question), ours, upstream }]
    })
    expect(differing.slice(0, 3), `${differing.length} of ${questions.length} answers differ`).toEqual([])
  })
})

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null))
}
