/** The field manual says what the code says. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hazards } from './registry.ts'
import { audits } from './audits.ts'
import { headOf } from './shared/card-head.ts'
import { hazardIndex, hazardPage } from './testing/hazard-page.ts'
import { rulesPage } from './testing/rule-page.ts'

const pages = join(import.meta.dirname, '..', '..', 'docs', 'hazards')
const sourceOf = (id: string): string => readFileSync(join(import.meta.dirname, id, `${id}.ts`), 'utf8')

test('docs/hazards has a page for each hazard and no other; `npm run hazards` writes them', () => {
  expect(readdirSync(pages).toSorted()).toEqual([...hazards.map((hazard) => `${hazard.id}.md`), 'README.md'].toSorted())
  expect(readFileSync(join(pages, 'README.md'), 'utf8')).toBe(hazardIndex(hazards))
})

test.each(hazards.map((hazard) => ({ id: hazard.id, hazard })))('the page of $id is as written', ({ id, hazard }) => {
  expect(headOf(sourceOf(id)).length).toBeGreaterThan(40)
  expect(readFileSync(join(pages, `${id}.md`), 'utf8')).toBe(hazardPage({ hazard, source: sourceOf(id) }))
})

test('the page of the rules is as they are now; npm run hazards writes it', () => {
  expect(readFileSync(join(pages, '..', 'scan-rules.md'), 'utf8')).toBe(rulesPage(audits, sourceOf))
})

test('the page of what is covered names only rules that exist', () => {
  const known = new Set([...hazards, ...audits].map(({ id }) => id))
  const rows = readFileSync(join(pages, '..', 'scan-coverage.md'), 'utf8').split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| what'))
  const named = rows.flatMap((row) => [...(row.split('|')[2] ?? '').matchAll(/`([a-z0-9-]+)`/g)].map((match) => match[1] ?? ''))
  expect(named.length).toBeGreaterThan(90)
  expect(named.filter((id) => !known.has(id))).toEqual([])
  expect(rows.filter((row) => row.includes('| not offline |') && (row.split('|')[3] ?? '').trim() === '')).toEqual([])
})
