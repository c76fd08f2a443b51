/**
 * The story of an incident as text that is the same on every run and every cluster: the lines a person reads, without
 * the times, generated names and measured durations in them.
 */

import { reportLine } from '../../src/audit/report.ts'
import type { LedgerEntry } from '../../src/model/ledger-entry.ts'

const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/\b(inc|mis|apr|reh|tic|sig)-[a-z0-9-]{8,}\b/g, '$1-…'],
  [/sha256:[0-9a-f]{6,}/g, 'sha256:…'],
  // Names that Kubernetes made: <owner>-<template hash>-<suffix> and <owner>-<suffix>, in its own alphabet.
  [/-[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '-…'],
  [/\b\d+(\.\d+)? (s|ms|seconds|minutes|min|h)\b/g, '… $2'],
  [/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>'],
]

export function storyText(entries: readonly LedgerEntry[]): string {
  const lines = entries.flatMap((entry) => reportLine(entry) ?? [])
  return `${lines.map((line) => REPLACEMENTS.reduce((text, [pattern, replacement]) => text.replaceAll(pattern, replacement), line)).join('\n')}\n`
}
