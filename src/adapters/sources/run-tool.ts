/** A program of the user's, run without a shell, under a deadline, with what it wrote. */

import { execFile } from 'node:child_process'
import { SCAN_TOOL_BYTES_MAX, SCAN_TOOL_TIMEOUT_MS } from '../../kernel/limits.ts'

export type ToolAnswer = { readonly type: 'output'; readonly text: string } | { readonly type: 'absent' } | { readonly type: 'failed'; readonly reason: string }

export function runTool(program: string, args: readonly string[], folder: string): Promise<ToolAnswer> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd: folder, timeout: SCAN_TOOL_TIMEOUT_MS, maxBuffer: SCAN_TOOL_BYTES_MAX, encoding: 'utf8', killSignal: 'SIGKILL', shell: false }, (error, stdout, stderr) => {
      if (error === null) resolve({ type: 'output', text: stdout })
      else if (error.code === 'ENOENT') resolve({ type: 'absent' })
      else resolve({ type: 'failed', reason: error.killed === true ? `it did not end within ${SCAN_TOOL_TIMEOUT_MS / 1000} s` : lastLine(stderr) })
    })
  })
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? 'it failed without a word'
}
