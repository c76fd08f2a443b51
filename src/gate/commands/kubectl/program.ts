/** kubectl, as far as commands may use it. */

import type { Program } from '../grammar.ts'
import { APPLY } from './apply.ts'
import { CHANGES } from './changes.ts'
import { NAMESPACE, READ_ALIASES, READS } from './reads.ts'

export const KUBECTL: Program = { style: 'go', leading: NAMESPACE, commands: { ...READS, ...CHANGES, apply: APPLY }, aliases: READ_ALIASES }
