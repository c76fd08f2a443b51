/** The linter of hazards: what a card must say before it is one. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Card } from '../model/hazard.ts'
import { audits } from './audits.ts'
import { hazards } from './registry.ts'

const here = import.meta.dirname
const cards: readonly Card[] = [...hazards, ...audits]
const folders = readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !['shared', 'testing'].includes(entry.name)).map((entry) => entry.name)

test('every folder is registered once, under its own name', () => {
  expect(cards.map((card) => card.id).toSorted()).toEqual(folders.toSorted())
})

test('the rules are listed in the order of their names', () => {
  expect(audits.map((rule) => rule.id)).toEqual(audits.map((rule) => rule.id).toSorted())
})

describe.each(cards.map((card) => ({ id: card.id, hazard: card })))('$id', ({ hazard }) => {
  test('says what it is, where that is written, and when to read it again', () => {
    expect(hazard.title.length).toBeGreaterThan(10)
    expect(hazard.sources.length).toBeGreaterThan(0)
    for (const source of hazard.sources) expect(source.url).toMatch(/^https:\/\//)
    expect(hazard.lookAlikes.length).toBeGreaterThan(0)
    expect(hazard.prevention).toMatch(/\.$/)
    expect(hazard.reviewBy).toMatch(/^20\d\d-\d\d-\d\d$/)
    expect(new Date(hazard.reviewBy).toISOString().slice(0, 10)).toBe(hazard.reviewBy)
    expect(hazard.appliesTo.length).toBeGreaterThan(0)
    for (const kind of hazard.appliesTo) expect(kind).toMatch(/^[a-z0-9.-]*\/[A-Z]\w+$/)
  })

  test('lies in its own folder, beside its table', () => {
    expect(existsSync(join(here, hazard.id, `${hazard.id}.ts`))).toBe(true)
    expect(existsSync(join(here, hazard.id, `${hazard.id}.test.ts`))).toBe(true)
  })
})

describe.each(hazards.map((hazard) => ({ id: hazard.id, hazard })))('$id', ({ hazard }) => {
  test('has a table with look-alikes', () => {
    expect(readFileSync(join(here, hazard.id, `${hazard.id}.test.ts`), 'utf8')).toContain("'look-alike: ")
  })

  test('has plans, or says what a person must do', () => {
    const source = readFileSync(join(here, hazard.id, `${hazard.id}.ts`), 'utf8')
    const makesPlans = !/fixes: \(\) => \[\]/.test(source)
    expect(makesPlans || hazard.handOver !== undefined).toBe(true)
  })

  test('explains only hazards that exist', () => {
    const source = readFileSync(join(here, hazard.id, `${hazard.id}.ts`), 'utf8')
    const named = [...source.matchAll(/explains: (?:down\s*\?\s*)?\[([^\]]*)\]/g)].flatMap((match) => [...(match[1] ?? '').matchAll(/'([^']+)'/g)].map((item) => item[1]))
    const known = new Set(hazards.map((item) => item.id))
    expect(named.filter((id) => !known.has(id ?? ''))).toEqual([])
  })
})
