/**
 * Who stands at the door? Turns what a request showed into a principal, or refuses. The doors bring what they were
 * shown; nothing they say about who somebody is counts.
 */

import type { Clock } from '../../kernel/clock.ts'
import { fault } from '../../kernel/fault.ts'
import { sameSecret } from '../../kernel/same-secret.ts'
import type { Principal } from '../../model/principal.ts'
import { operatorPrincipal } from './operator.ts'

export interface Credentials {
  /** Of `authorization: Bearer …`. */
  readonly bearer?: string
  /** The request came from this machine, through no proxy. */
  readonly local: boolean
}

export interface Doorkeeper {
  /** Fault `unauthenticated` when what was shown proves nobody. */
  identify(credentials: Credentials): Promise<Principal>
}

interface DoorkeeperParts {
  readonly operatorToken: string
  /** The wall clock. */
  readonly clock: Pick<Clock, 'now'>
}

export function createDoorkeeper(parts: DoorkeeperParts): Doorkeeper {
  return {
    identify: (credentials) => Promise.resolve(identify(parts, credentials)),
  }
}

function identify({ operatorToken, clock }: DoorkeeperParts, { bearer = '', local }: Credentials): Principal {
  const operator = sameSecret(bearer, operatorToken)
  if (operator && local) return operatorPrincipal(clock.now())
  const hint = operator ? "The operator's token works on Boyd's own machine only: make another with \"boyd token create\" there." : 'Send "authorization: Bearer <token>"; `boyd doctor` says where the token lies.'
  throw fault({ code: 'unauthenticated', operation: 'http', message: operator ? 'this token does not work from afar' : 'a bearer token is needed', hint })
}
