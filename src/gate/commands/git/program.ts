/** git, as far as commands may use it. No flag stands before the subcommand: most of those name programs or places. */

import type { Program } from '../grammar.ts'
import { GIT_CHANGES } from './changes.ts'
import { GIT_READS } from './reads.ts'

export const GIT: Program = { style: 'gnu', commands: { ...GIT_READS, ...GIT_CHANGES } }
