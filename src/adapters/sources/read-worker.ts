/** A thread that reads its share of the files and ends. One text crosses sooner than a thousand objects do. */

import { parentPort, workerData } from 'node:worker_threads'
import { readHere } from './read-many.ts'
import type { FoundFile } from './source-file.ts'

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort?.postMessage(JSON.stringify(await readHere(workerData as readonly FoundFile[])))
