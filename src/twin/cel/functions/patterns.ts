/** Regular expressions (`apiserver/pkg/cel/library/regex.go`): in the syntax and the time of RE2, whose port finds what Go finds. */

import { RE2JS } from 're2js'
import type { FunctionLibrary } from './functions.ts'

export const PATTERNS: FunctionLibrary = {
  functions: {
    'string.go_matches(string): bool': matches,
    'go_matches(string, string): bool': matches,
    'string.find(string): string': (text: string, pattern: string) => found(text, pattern, 1)[0] ?? '',
    'string.findAll(string): list<string>': (text: string, pattern: string) => found(text, pattern, Infinity),
    'string.findAll(string, int): list<string>': (text: string, pattern: string, count: bigint) => found(text, pattern, count < 0n ? Infinity : Number(count)),
  },
}

/** A policy asks the same few of every request. */
const compiled = new Map<string, RE2JS>()
const COMPILED_MAX = 1_000

function patternOf(text: string): RE2JS {
  const known = compiled.get(text)
  if (known !== undefined) return known
  if (compiled.size >= COMPILED_MAX) compiled.clear()
  const made = RE2JS.compile(text)
  compiled.set(text, made)
  return made
}

function matches(text: string, pattern: string): boolean {
  return patternOf(pattern).matcher(text).find()
}

function found(text: string, pattern: string, countMax: number): string[] {
  const matcher = patternOf(pattern).matcher(text)
  const list: string[] = []
  while (list.length < countMax && matcher.find()) list.push(matcher.group() ?? '')
  return list
}
