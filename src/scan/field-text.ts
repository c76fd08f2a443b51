/** A field as people and fingerprints name it: items of a list by their name where they have one, so that order does not matter. */

import type { FieldPath } from '../model/audit.ts'
import { isRecord } from '../kernel/json.ts'

/** `spec.template.spec.containers[main].image`; `RUN apt-get install …` for an instruction. */
export function fieldText(of: object, path: FieldPath): string {
  if ('instructions' in of) return instructionText(of.instructions as readonly { keyword: string; text: string }[], path)
  let value: unknown = 'type' in of && 'body' in of ? (of as { body: unknown }).body : 'raw' in of ? (of as { raw: unknown }).raw : of
  let text = ''
  for (const step of path) {
    value = Array.isArray(value) ? (value as readonly unknown[])[Number(step)] : isRecord(value) ? value[step] : undefined
    text += typeof step === 'number' ? `[${nameOf(value) ?? step}]` : text === '' ? step : `.${step}`
  }
  return text
}

function nameOf(value: unknown): string | undefined {
  return isRecord(value) && typeof value['name'] === 'string' ? value['name'] : undefined
}

function instructionText(instructions: readonly { keyword: string; text: string }[], path: FieldPath): string {
  const found = instructions[Number(path[0])]
  if (found === undefined) return ''
  const text = `${found.keyword} ${found.text.replaceAll(/\s+/g, ' ')}`.trim()
  return text.length > 100 ? `${text.slice(0, 99)}…` : text
}
