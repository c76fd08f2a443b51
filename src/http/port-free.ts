/**
 * Is the address free? Asked before anything is started: the door opens last, and a process that finds it taken then
 * would have taken up missions already, beside the one that listens there.
 */

import { createServer } from 'node:net'
import { fault } from '../kernel/fault.ts'

interface Address {
  readonly host: string
  /** 0 picks one, and is always free. */
  readonly port: number
}

/** Fault `unavailable` when nobody can listen there. */
export async function assertPortFree(address: Address): Promise<void> {
  if (address.port === 0) return
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (cause) =>
      reject(fault({ code: 'unavailable', operation: 'http listen', subject: `${address.host}:${address.port}`, message: cause.message, hint: 'Choose another --port, or stop what listens there.', cause })),
    )
    probe.listen({ host: address.host, port: address.port }, () => probe.close(() => resolve()))
  })
}
