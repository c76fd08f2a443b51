/** Writes docs/hazards/ from the registry, one page a hazard and the list of them, and docs/scan-rules.md from the rules of the scan. Usage: npm run hazards */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { audits } from '../../src/hazards/audits.ts'
import { hazards } from '../../src/hazards/registry.ts'
import { hazardIndex, hazardPage } from '../../src/hazards/testing/hazard-page.ts'
import { rulesPage } from '../../src/hazards/testing/rule-page.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const folder = join(ROOT, 'docs', 'hazards')

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
for (const hazard of hazards) {
  writeFileSync(join(folder, `${hazard.id}.md`), hazardPage({ hazard, source: sourceOf(hazard.id) }))
}
writeFileSync(join(folder, 'README.md'), hazardIndex(hazards))
writeFileSync(join(ROOT, 'docs', 'scan-rules.md'), rulesPage(audits, sourceOf))
console.log(`${hazards.length} hazards written to docs/hazards/, ${audits.length} rules to docs/scan-rules.md`)

function sourceOf(id: string): string {
  return readFileSync(join(ROOT, 'src', 'hazards', id, `${id}.ts`), 'utf8')
}
