import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: join(import.meta.dirname, '../..'),
    include: ['test/cluster/**/*.test.ts'],
    // Real time passes in there: back-off, leases, evictions.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Each file starts a control plane of its own, at 0.7 GB.
    maxWorkers: 1,
  },
})
