/** Ends at a signal as a program ends, so that what was begun is cleared away: a signal alone would leave half of a file behind. */

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const

export function leaveCleanly(): void {
  for (const [signal, exitCode] of Object.entries(SIGNALS)) process.once(signal, () => process.exit(exitCode))
}
