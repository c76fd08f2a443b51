/**
 * The address DBOS is given. A worker that freezes inside a transaction must let go of its locks; DBOS would set
 * that limit with a query of its own on each new connection, side by side with the first real one, which `pg`
 * reports as deprecated on standard error. Said in the address, it is part of the connection's start.
 */

const LIMIT = 'idle_in_transaction_session_timeout'
/** As long as the fleet takes to strike a process off: its locks must not keep the heir waiting (DBOS itself: 60 s). */
const LIMIT_MS = 10_000

/** `url` with the limit in its `options`, unless it names one already. */
export function withIdleLimit(url: string): string {
  const address = new URL(url)
  const options = address.searchParams.get('options') ?? ''
  if (options.includes(LIMIT)) return url
  address.searchParams.set('options', `${options} -c ${LIMIT}=${LIMIT_MS}`.trim())
  return address.href
}
