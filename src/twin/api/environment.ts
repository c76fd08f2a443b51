/** What every operation of the API server stands on. One per twin; a fork gets its own over the forked store. */

import type { Ids } from '../../kernel/ids.ts'
import type { Rng } from '../../kernel/rng.ts'
import type { VersionProfile } from '../profile.ts'
import type { Store } from '../store.ts'
import type { Requester } from './api.ts'
import type { ClusterAddresses } from './cluster-addresses.ts'
import type { ResourceIndex } from './resource-index.ts'

export interface ApiEnvironment {
  readonly store: Store
  readonly resources: ResourceIndex
  readonly profile: VersionProfile
  readonly rng: Rng
  readonly ids: Ids
  readonly addresses: ClusterAddresses
  /** Who asks: the author of fields that name no manager, and whose rights limit what a role may give. */
  readonly requester: Requester
  nowMs(): number
}
