/** A thread that reads its share of the files and ends. What it read crosses in portions: one text for each, sooner made than a thousand objects, and soon forgotten. */

import { parentPort, workerData } from 'node:worker_threads'
import { readHere } from './read-many.ts'
import type { FoundFile } from './source-file.ts'

const PORTION = 500
const files = workerData as readonly FoundFile[]

for (let at = 0; at < files.length; at += PORTION) {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(JSON.stringify(await readHere(files.slice(at, at + PORTION))))
}
