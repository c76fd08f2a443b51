#!/usr/bin/env node
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const launch = join(dirname(fileURLToPath(import.meta.url)), '..', 'scripts', 'launch.mjs')
const result = spawnSync(process.execPath, [launch, 'boyd', ...process.argv.slice(2)], { stdio: 'inherit' })
process.exit(result.status ?? 1)
