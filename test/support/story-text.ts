/**
 * The story of an incident as text that is the same on every run and every cluster: the lines a person reads, without
 * what depends on the run (times, generated names, measured durations, who approved) and on where a scheduler happened to
 * put which pod (how many were on a node, how deep a workload dipped).
 */

import { reportLine } from '../../src/audit/report.ts'
import type { LedgerEntry } from '../../src/model/ledger-entry.ts'

const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/\b(inc|mis|apr|reh|tkt|sig)-[a-z0-9-]{8,}\b/g, '$1-…'],
  [/sha256:[0-9a-f]{6,}/g, 'sha256:…'],
  // Names that Kubernetes made: <owner>-<template hash>-<suffix> and <owner>-<suffix>, in its own alphabet.
  [/-[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '-…'],
  [/\b\d+(\.\d+)? (s|ms|seconds|minutes|min|h)\b/g, '… $2'],
  [/\b\d+ pods? left\b/g, '… pods left'],
  [/\b\d+ (pods? (?:are|is) on|objects|restarts)\b/g, '… $1'],
  [/^\S+ approved it.*$/g, '<person> approved it.'],
  [/(reach the proof); .*(no workload drops|falls to).*$/g, '$1; …'],
  [/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>'],
]

export function storyText(entries: readonly LedgerEntry[]): string {
  const lines = entries.flatMap((entry) => reportLine(entry) ?? [])
  return `${lines.map((line) => REPLACEMENTS.reduce((text, [pattern, replacement]) => text.replaceAll(pattern, replacement), line)).join('\n')}\n`
}
