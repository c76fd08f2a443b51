/** Puts together what the doors need to know people by. */

import { createOidcProvider } from '../../adapters/oidc/provider.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Identities } from '../../ports/identities.ts'
import type { IdentityProvider } from '../../ports/identity-provider.ts'
import type { AuthSettings, OidcSettings } from '../settings/auth.ts'
import { readSecretFile } from '../settings/read-secret.ts'
import { createDoorkeeper, type Doorkeeper } from './doorkeeper.ts'
import { createKnownPeople, type KnownPeople } from './known-people.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { createSignIn, type SignInDesk } from './sign-in.ts'

export interface Auth {
  readonly doorkeeper: Doorkeeper
  readonly people: KnownPeople
  readonly sessions: Sessions
  readonly signIn: SignInDesk
}

export function createAuth(parts: { readonly settings: AuthSettings; readonly operatorToken: string; readonly identities: Identities; readonly clock: Clock; pathOf(path: string): string }): Auth {
  const { settings, operatorToken, identities, clock } = parts
  const people = createKnownPeople({ identities, settings, clock })
  const sessions = createSessions({ identities, people, clock, hours: settings.sessionHours })
  const oidc = settings.oidc
  const provider = oidc === undefined ? {} : { provider: identityProvider(oidc, parts) }
  const doorkeeper = createDoorkeeper({ operatorToken, settings, identities, people, sessions, clock, ...provider })
  return { doorkeeper, people, sessions, signIn: createSignIn({ identities, people, sessions, doorkeeper, settings, clock, ...provider }) }
}

/** As the settings describe it; nothing is asked of it yet. */
export function identityProvider(settings: OidcSettings, { clock, pathOf }: { readonly clock: Clock; pathOf(path: string): string }): IdentityProvider {
  const { issuer, clientId, clientSecretFile, audience, scopes, algorithms, clockSkewSeconds } = settings
  return createOidcProvider({
    issuer,
    clientId,
    scopes,
    algorithms,
    clockSkewSeconds,
    clock,
    ...(clientSecretFile === undefined ? {} : { clientSecret: readSecretFile(pathOf(clientSecretFile), 'auth.oidc.clientSecretFile') }),
    ...(audience === undefined ? {} : { audience }),
  })
}
