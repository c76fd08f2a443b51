/** What people and controllers do to objects that are in use: owners, labels, finalizers, Services, claims, schedules. */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { Script } from '../script.ts'
import { claimScripts } from './claims-in-use.ts'
import { dueScripts } from './due-tasks.ts'
import { ownershipScripts } from './ownership.ts'
import { serviceScripts } from './services.ts'

export const changeScripts: Arbitrary<Script> = fc.oneof({ weight: 12, arbitrary: ownershipScripts }, { weight: 6, arbitrary: serviceScripts }, { weight: 6, arbitrary: claimScripts }, { weight: 1, arbitrary: dueScripts })
