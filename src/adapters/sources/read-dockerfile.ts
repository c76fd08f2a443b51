/**
 * A Dockerfile as a graph of stages: which of them the image is made from, and what each runs.
 *
 * Most false alarms about multi-stage builds come from reading the file as one list; only what reaches the last stage ships.
 */

import { DockerfileParser } from 'dockerfile-ast'
import { ModifiableInstruction } from 'dockerfile-ast/lib/modifiableInstruction.js'
import type { DockerInstruction, DockerStage, Dockerfile } from '../../model/audit.ts'
import type { FindOffsets } from '../manifests/parse-yaml.ts'
import { lineStarts } from './line-starts.ts'
import type { FoundFile, SourceFile } from './source-file.ts'

export function readDockerfile(file: FoundFile, text: string): SourceFile {
  const base = { path: file.path, source: file.source, syntax: 'docker', objects: [], unrelated: false } as const
  const instructions = instructionsOf(text)
  const from = instructions.find(({ keyword }) => keyword !== 'ARG')
  const unknown = instructions.find(({ keyword }) => !KEYWORDS.has(keyword))
  const wrong = unknown ?? (from?.keyword === 'FROM' ? undefined : (from ?? null))
  if (wrong !== undefined) {
    const message = wrong === null ? 'holds no FROM, so it builds no image' : unknown === undefined ? `begins with ${wrong.keyword} and not with FROM` : `${wrong.keyword} is no instruction of a Dockerfile`
    return { ...base, others: [], problems: [{ document: 1, line: wrong === null ? 1 : lineOf(text, wrong.index), message }] }
  }
  const nameless = instructions.find(({ keyword, text: rest }) => keyword === 'FROM' && rest.trim() === '')
  if (nameless !== undefined) return { ...base, others: [], problems: [{ document: 1, line: lineOf(text, nameless.index), message: 'FROM names no image' }] }
  const value: Dockerfile = { type: 'dockerfile', file: file.source, instructions, stages: stagesOf(instructions) }
  return { ...base, others: [{ value, document: 1, line: 1, path: [] }], problems: [] }
}

const KEYWORDS = new Set(['ADD', 'ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'FROM', 'HEALTHCHECK', 'LABEL', 'MAINTAINER', 'ONBUILD', 'RUN', 'SHELL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR'])

function instructionsOf(text: string): DockerInstruction[] {
  return DockerfileParser.parse(text).getInstructions().map((instruction, index) => {
    const rest = joinLines(instruction.getRawArgumentsContent() ?? '')
    const words = jsonWords(rest)
    return { index, keyword: instruction.getKeyword(), text: rest, flags: flagsOf(instruction), ...(words === undefined ? {} : { words }) }
  })
}

type Instruction = ReturnType<ReturnType<typeof DockerfileParser.parse>['getInstructions']>[number]

/** A flag that is given twice (`--mount`) keeps both values, a blank between them. */
function flagsOf(instruction: Instruction): Record<string, string> {
  const flags: Record<string, string> = {}
  if (!(instruction instanceof ModifiableInstruction)) return flags
  for (const flag of instruction.getFlags()) flags[flag.getName()] = [flags[flag.getName()], flag.getValue() ?? ''].filter((value) => value !== undefined).join(' ')
  return flags
}

/** Continuation lines become one; comment lines between them are not part of it. A here-document keeps its lines. */
function joinLines(raw: string): string {
  if (/<<-?\s*["']?\w+/.test(raw)) return raw
  return raw.replaceAll(/[\\`][ \t]*\r?\n(\s*#[^\n]*\n)*/g, ' ').replaceAll(/\n\s*#[^\n]*/g, ' ').replaceAll(/\s*\n\s*/g, ' ').trim()
}

function jsonWords(text: string): string[] | undefined {
  if (!text.trimStart().startsWith('[')) return undefined
  try {
    const words = JSON.parse(text) as unknown
    return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : undefined
  } catch {
    return undefined
  }
}

function stagesOf(instructions: readonly DockerInstruction[]): DockerStage[] {
  const defaults = new Map<string, string>()
  const stages: { image: string; name?: string; instructions: DockerInstruction[] }[] = []
  for (const instruction of instructions) {
    if (instruction.keyword === 'FROM') {
      const [image = '', as, name] = instruction.text.split(/\s+/)
      stages.push({ image: withDefaults(image, defaults), instructions: [instruction], ...(as?.toLowerCase() === 'as' && name !== undefined ? { name } : {}) })
    } else if (stages.length === 0) remember(instruction, defaults)
    else stages.at(-1)?.instructions.push(instruction)
  }
  const indexOf = (name: string, before: number): number | undefined => {
    const found = stages.findIndex((stage, index) => index < before && (stage.name?.toLowerCase() === name.toLowerCase() || String(index) === name))
    return found < 0 ? undefined : found
  }
  const needs = stages.map((stage, index) => [indexOf(stage.image, index), ...stage.instructions.flatMap((instruction) => sourcesOf(instruction)).map((name) => indexOf(name, index))].filter((other) => other !== undefined))
  const reached = reachedFrom(stages.length - 1, needs)
  return stages.map(({ image, name, instructions: own }, index) => {
    const parent = indexOf(image, index)
    return { index, image, instructions: own, reachesFinal: reached.has(index), ...(name === undefined ? {} : { name }), ...(parent === undefined ? {} : { parent }) }
  })
}

function remember(argument: DockerInstruction, defaults: Map<string, string>): void {
  const [name = '', ...value] = argument.text.split('=')
  if (value.length > 0) defaults.set(name.trim(), value.join('=').trim().replaceAll(/^["']|["']$/g, ''))
}

function withDefaults(image: string, defaults: ReadonlyMap<string, string>): string {
  return image.replaceAll(/\$\{(\w+)(?::-([^}]*))?\}|\$(\w+)/g, (text, braced: string | undefined, fallback: string | undefined, bare: string | undefined) => defaults.get(braced ?? bare ?? '') ?? fallback ?? text)
}

/** `COPY --from=build`, and the mounts of a RUN. */
function sourcesOf({ flags }: DockerInstruction): string[] {
  const mounts = [...(flags['mount'] ?? '').matchAll(/(?:^|[,\s])from=([\w.-]+)/g)].map((match) => match[1] ?? '')
  return [...(flags['from'] === undefined ? [] : [flags['from']]), ...mounts]
}

function reachedFrom(last: number, needs: readonly (readonly number[])[]): Set<number> {
  const reached = new Set<number>()
  const visit = (index: number): void => {
    if (reached.has(index) || index < 0) return
    reached.add(index)
    for (const other of needs[index] ?? []) visit(other)
  }
  visit(last)
  return reached
}

function lineOf(text: string, index: number): number {
  return (DockerfileParser.parse(text).getInstructions()[index]?.getRange().start.line ?? 0) + 1
}

/** The path of a Dockerfile is the index of an instruction. */
export function dockerOffsets(text: string): FindOffsets {
  const instructions = DockerfileParser.parse(text).getInstructions()
  const starts = lineStarts(text)
  return (path) => {
    const start = instructions[Number(path[0])]?.getRange().start
    return start === undefined ? [0] : [0, (starts[start.line] ?? 0) + start.character]
  }
}
