/**
 * The sealed policies: the forbids that no operator can take away or soften, because they come with the program and
 * their digest is here. Somebody who can edit this file can edit everything; somebody who can edit a policy directory
 * cannot.
 */

import { join } from 'node:path'

export const SEALED_LAYER = 'sealed'

export const SEALED_FOLDER = join(import.meta.dirname, '..', '..', 'policies', 'sealed')

/** A test says which digest belongs here when the sealed policies are changed on purpose. */
export const SEALED_DIGEST = 'sha256:0b300fcddf727ed71e06a33bccb73aa6091d7142001c1e13ff66aa626a8c753d'
