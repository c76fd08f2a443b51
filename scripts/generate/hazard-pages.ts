/** Writes docs/hazards/ from the registry: one page a hazard, and the list of them. Usage: npm run hazards */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hazards } from '../../src/hazards/registry.ts'
import { hazardIndex, hazardPage } from '../../src/hazards/testing/hazard-page.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const folder = join(ROOT, 'docs', 'hazards')

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
for (const hazard of hazards) {
  const source = readFileSync(join(ROOT, 'src', 'hazards', hazard.id, `${hazard.id}.ts`), 'utf8')
  writeFileSync(join(folder, `${hazard.id}.md`), hazardPage({ hazard, source }))
}
writeFileSync(join(folder, 'README.md'), hazardIndex(hazards))
console.log(`${hazards.length} hazards written to docs/hazards/`)
