/**
 * The redactor for texts that belong to no incident: error messages, the log of the process, what a command prints. Its
 * key is drawn at the start and kept nowhere, so its marks mean something within one process only.
 */

import { randomBytes } from 'node:crypto'
import { createRedactor } from './redactor.ts'

export const processRedactor = createRedactor({ key: randomBytes(32) })
