/** Reads the example files of a layer: YAML, strict, each example with the line it stands on. */

import { parse } from 'yaml'
import { z } from 'zod'
import type { PolicyFile } from './check-policies.ts'
import { baseFileSchema, exampleFileSchema, type BaseRequest, type Example } from './fact-schema.ts'
import type { PolicyProblem } from './policy-fault.ts'
import type { LayerFiles } from './policy-files.ts'
import type { ExampleGroup } from './run-examples.ts'

export const BASE_FILE = 'tests/base.yaml'

/** The request that examples change: the platform's own file. */
export function readBase(layers: readonly LayerFiles[]): BaseRequest | PolicyProblem {
  const file = layers.flatMap(({ files }) => files).find(({ name }) => name === BASE_FILE)
  if (file === undefined) return { file: BASE_FILE, message: 'the base request is missing', hint: 'Examples change this request; put it back.' }
  const read = readYaml(file, baseFileSchema)
  return read.type === 'read' ? read.value.base : read.problem
}

export function readExamples(file: PolicyFile): { readonly groups: readonly ExampleGroup[]; readonly problems: readonly PolicyProblem[] } {
  const read = readYaml(file, exampleFileSchema)
  if (read.type === 'unread') return { groups: [], problems: [read.problem] }
  const lined = (example: Example) => ({ ...example, ...lineOf(file.text, example.name) })
  return { problems: [], groups: read.value.map((group) => ({ file: file.name, policy: group.policy, decides: group.decides.map(lined), nearMisses: group.nearMisses.map(lined) })) }
}

type YamlRead<T> = { readonly type: 'read'; readonly value: T } | { readonly type: 'unread'; readonly problem: PolicyProblem }

function readYaml<T>(file: PolicyFile, schema: z.ZodType<T>): YamlRead<T> {
  try {
    return { type: 'read', value: schema.parse(parse(file.text, { maxAliasCount: 0 })) }
  } catch (error) {
    return { type: 'unread', problem: { file: file.name, ...yamlLine(error), message: messageOf(error), hint: 'Correct the file; tests/base.yaml shows the members there are.' } }
  }
}

function messageOf(error: unknown): string {
  if (error instanceof z.ZodError) return error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
}

/** The parser says where it stopped. */
function yamlLine(error: unknown): { readonly line?: number } {
  const [start] = (error as { readonly linePos?: readonly { readonly line: number }[] } | null)?.linePos ?? []
  return start === undefined ? {} : { line: start.line }
}

function lineOf(text: string, name: string): { readonly line?: number } {
  const index = text.split('\n').findIndex((line) => line.includes('name:') && line.includes(name))
  return index < 0 ? {} : { line: index + 1 }
}
