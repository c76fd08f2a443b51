/** Faults of applications and their data in a shop that stands: its objects are right, and only what services say tells which of them is ill. */

import type { App } from '../apps.ts'
import { namespaceAlert, serviceAlert, type Alert } from '../alerts.ts'
import type { Incident, Played } from '../incident.ts'
import { cause } from '../parts.ts'
import { allSay, openShop, repeated, says, type Shop } from '../shop.ts'
import type { Stage } from '../stage.ts'

/** What rings is a service that calls the ill one, the whole namespace, or nothing. */
function called(stage: Stage, shop: Shop, ill: App): { readonly alerts?: readonly Alert[] } {
  const caller = shop.callersOf(ill)[0] ?? ill
  return stage.cast.pick<{ readonly alerts?: readonly Alert[] }>({ alerts: [namespaceAlert(shop.front.namespace)] }, { alerts: [serviceAlert(caller.service)] }, {})
}

function callersSay(shop: Shop, target: App, line: (target: App) => string): (readonly [App, readonly string[]])[] {
  return shop.callersOf(target).map((app) => [app, repeated(line(target))] as const)
}

function leave(stage: Stage, shop: Shop, ill: App, rest: Pick<Played, 'causes' | 'lens'> & Partial<Played>): Played {
  return { ...called(stage, shop, ill), end: 'leave', ...rest }
}

export const said: readonly Incident[] = [
  {
    id: 'right-in-the-store-revoked', family: 'not-here', title: 'A store no longer grants its callers what they ask', variants: 4,
    play(stage) {
      const shop = openShop(stage)
      const line = stage.cast.pick('level=error msg="(Unauthorized) not authorized on main to execute command { find: \\"items\\" }"', 'ERROR: permission denied for table items', 'SELECT command denied to user \'app\'@\'10.244.1.7\' for table \'items\'')
      return leave(stage, shop, shop.store, { causes: [cause('credentials-refused', shop.store.subject, ...shop.callersOf(shop.store).map((app) => app.subject))], lens: allSay(callersSay(shop, shop.store, () => line)) })
    },
  },
  {
    id: 'user-unknown-to-the-store', family: 'not-here', title: 'The user that a service logs in with was removed from the store', variants: 3,
    play(stage) {
      const shop = openShop(stage)
      const line = stage.cast.pick('pymongo.errors.OperationFailure: Authentication failed., full error: {\'ok\': 0.0, \'code\': 18}', 'FATAL: password authentication failed for user "app"', 'FATAL: role "app" does not exist', 'redis.exceptions.AuthenticationError: WRONGPASS invalid username-password pair or user is disabled.')
      return leave(stage, shop, shop.store, { causes: [cause('credentials-refused', shop.store.subject, ...shop.callersOf(shop.store).map((app) => app.subject))], lens: allSay(callersSay(shop, shop.store, () => line)) })
    },
  },
  {
    id: 'table-is-missing', family: 'not-here', title: 'A table that a service reads is not in the database', variants: 4,
    play(stage) {
      const shop = openShop(stage)
      const line = stage.cast.pick('ERROR: relation "orders" does not exist at character 15', 'sqlalchemy.exc.ProgrammingError: (1146, "Table \'shop.orders\' doesn\'t exist")', 'org.postgresql.util.PSQLException: ERROR: relation "public.orders" does not exist', 'sqlite3.OperationalError: no such table: orders')
      return leave(stage, shop, shop.middle, { causes: [cause('application-errors', shop.middle.subject)], lens: says(shop.middle, ...repeated(line)) })
    },
  },
  {
    id: 'flag-switched-on', family: 'not-here', title: 'A feature flag makes one service fail its requests, and its callers say so', variants: 4,
    play(stage) {
      const shop = openShop(stage)
      const { middle } = shop
      const line = stage.cast.pick('ERROR GetProduct failed: rpc error: code = Internal desc = Error: failure feature flag enabled', 'Unhandled error while charging card: Error: Payment request failed. Invalid token. app.loyalty.level=gold', 'java.lang.IllegalStateException: AdService fail feature flag enabled')
      const own = [middle, repeated(line, 9)] as const
      return leave(stage, shop, shop.middle, { causes: [cause('application-errors', middle.subject)], lens: allSay([own, ...callersSay(shop, middle, (target) => `error calling ${target.name}:${target.servicePort}: rpc error: code = Internal desc = upstream failed`)]) })
    },
  },
  {
    id: 'queue-is-full', family: 'not-here', title: 'A service cannot work off its queue; it says so and nothing in the cluster changed', variants: 3,
    play(stage) {
      const shop = openShop(stage)
      const line = stage.cast.pick('ERROR consumer lag of topic orders is 482113, over the limit', 'ERROR o.h.engine.jdbc.spi.SqlExceptionHelper - HikariPool-1 - Connection is not available, request timed out after 30000ms.', 'ERROR: remaining connection slots are reserved for non-replication superuser connections')
      return leave(stage, shop, shop.middle, { causes: [cause(['application-errors', 'dependency-unreachable'], shop.middle.subject)], mayBeInconclusive: true, lens: says(shop.middle, ...repeated(line, 8)) })
    },
  },
  {
    id: 'one-error-among-many-lines', family: 'not-here', title: 'A shop that is well: here and there a line of error, as there always is', variants: 4,
    play(stage) {
      const shop = openShop(stage)
      const chatter = (app: App): string[] => [...repeated(`INFO request served in 12ms by ${app.name}`, 9), '2026-03-02T12:15:01Z ERROR client closed the connection early', '2026-03-02T12:15:04Z WARN slow request: 912ms']
      return { alerts: [stage.cast.pick(namespaceAlert(shop.front.namespace), serviceAlert(shop.front.service))], causes: [], end: 'leave', lens: allSay(shop.apps.map((app) => [app, chatter(app)] as const)) }
    },
  },
  {
    id: 'pods-were-killed', family: 'not-here', title: 'Somebody killed the pods of a service; they are back', variants: 3,
    play(stage) {
      const shop = openShop(stage)
      stage.restart(shop.middle, shop.front)
      stage.pass(4)
      return { alerts: [stage.cast.pick(namespaceAlert(shop.front.namespace), serviceAlert(shop.middle.service))], causes: [], end: 'leave' }
    },
  },
  {
    id: 'database-outside-refuses', family: 'not-here', title: 'The managed database outside the cluster does not take the service\'s calls', variants: 3,
    play(stage) {
      const shop = openShop(stage)
      const line = stage.cast.pick('could not connect to server: Connection timed out. Is the server running on host "orders.cluster-c9.eu-central-1.rds.amazonaws.com" (10.9.1.7) and accepting TCP/IP connections on port 5432?', 'dial tcp: lookup billing-db.postgres.database.azure.com: no such host')
      return leave(stage, shop, shop.middle, { causes: [cause(['dependency-unreachable', 'application-errors'], shop.middle.subject)], lens: says(shop.middle, ...repeated(line)) })
    },
  },
]

