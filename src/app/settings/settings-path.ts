/** What a path in the settings file means: from the folder of that file, whatever the working directory is. */

import { dirname, resolve } from 'node:path'
import type { Config } from '../config.ts'

/** Addresses stay as they are. */
export function settingsPath(config: Pick<Config, 'settingsFile' | 'home'>, path: string): string {
  if (/^https?:\/\//.test(path)) return path
  return resolve(config.settingsFile === undefined ? config.home : dirname(config.settingsFile), path)
}
