/**
 * An area of upstream's behaviour that is a function: questions are generated, `oracle/goldens` answers them with
 * Kubernetes' own code, and the twin must give the same answers.
 *
 * One description serves both ways of asking. The committed goldens sample it from a fixed seed; the conformance run
 * draws new questions and shrinks those on which the two disagree.
 */

import type { Arbitrary } from 'fast-check'
import { jsonEqual } from '../../src/kernel/json.ts'

export interface Area<Input = unknown> {
  /** As `oracle/goldens/main.go` lists it. */
  readonly name: string
  readonly questions: Arbitrary<Input>
  /** How many questions are committed. */
  readonly count: number
  /** The twin's answer, shaped as the Go side shapes upstream's. */
  answer(input: Input, minor: number): unknown
  /** Where the twin may say more than upstream; says how the two answers must relate. Absent: they are equal. */
  agrees?(ours: unknown, upstream: unknown): boolean
}

export function agreesIn(area: Area, ours: unknown, upstream: unknown): boolean {
  return area.agrees?.(ours, upstream) ?? jsonEqual(ours, upstream)
}

/** Keeps the list of areas one type; each area knows its own input. */
export function area<Input>(parts: Area<Input>): Area {
  return parts as unknown as Area
}
