/**
 * What an exit code says, and what it does not. 137 is any SIGKILL and not "out of memory"; 255 is an ordinary value
 * that many programs use for "failed", and that runtimes report when the true one was lost.
 */

import type { Ending } from './container-trouble.ts'

const FIXED: Readonly<Record<number, string>> = {
  0: 'the process ended well, although the pod expects it to run on',
  1: 'the application reported an error',
  2: 'the application was called wrongly, or a shell builtin failed',
  126: 'the command was found but cannot be executed (permissions, or not a program)',
  127: 'the command was not found',
  128: 'the runtime could not start the process',
  255: 'the application reported an error that it tells apart no further, or the runtime lost the code',
}
const SIGNALS: Readonly<Record<number, string>> = {
  1: 'SIGHUP', 2: 'SIGINT', 3: 'SIGQUIT', 4: 'SIGILL', 5: 'SIGTRAP', 6: 'SIGABRT', 7: 'SIGBUS', 8: 'SIGFPE', 9: 'SIGKILL', 11: 'SIGSEGV', 13: 'SIGPIPE', 14: 'SIGALRM', 15: 'SIGTERM',
}

const SIGNAL_SAYS: Readonly<Record<string, string>> = {
  SIGKILL: 'by a kubelet after its grace period, a node that shut down or a person; not for memory, which would be said',
  SIGTERM: 'as it was asked to: by a probe, an eviction, a rollout or a person',
  SIGSEGV: 'a fault in its own memory: the program, a library or the C library it was built for',
  SIGABRT: 'as it gave up itself',
  SIGILL: 'as the processor does not know an instruction: built for another machine',
  SIGBUS: 'as memory that was mapped was not there',
}

/** One clause for a summary: `exit code 139: ended by SIGSEGV`. */
export function endingText(ending: Ending): string {
  return `exit code ${ending.exitCode}: ${meaningOf(ending)}`
}

function meaningOf({ exitCode, reason }: Ending): string {
  if (reason === 'StartError' || reason === 'ContainerCannotRun') return 'the runtime could not start the process'
  if (reason === 'ContainerStatusUnknown') return 'the node lost track of the container'
  if (reason === 'DeadlineExceeded') return 'the deadline of the pod passed'
  if (reason === 'OOMKilled') return 'the kernel ended it for memory'
  const fixed = FIXED[exitCode]
  if (fixed !== undefined) return fixed
  const signal = SIGNALS[exitCode - 128]
  if (signal === undefined) return 'the application reported an error'
  return `ended by ${signal}${SIGNAL_SAYS[signal] === undefined ? '' : `, ${SIGNAL_SAYS[signal]}`}`
}
