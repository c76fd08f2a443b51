/** What a rule of a scan is, in a few sentences: the head of its module. */

import { readFileSync } from 'node:fs'
import { headOf } from '../../hazards/shared/card-head.ts'

/** Empty for what the scan itself says, which has no module of its own. */
export function explanationOf(id: string): string {
  try {
    return headOf(readFileSync(new URL(`../../hazards/${id}/${id}.ts`, import.meta.url), 'utf8'))
  } catch {
    return ''
  }
}
