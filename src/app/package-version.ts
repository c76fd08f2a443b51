/** What this package calls itself: read from `package.json`, so that the number is written once. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGE_ROOT } from './config.ts'

/** The version of this package, as `boyd --version` and the API say it. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as { version: string }).version
}
