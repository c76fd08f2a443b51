import { expect, test } from 'vitest'
import { meantBy } from './spelling.ts'

test.each([
  { name: 'a letter left out', written: 'setings', candidates: ['settings', 'other'], want: 'settings' },
  { name: 'neighbours swapped', written: 'stroe', candidates: ['store'], want: 'store' },
  { name: 'a letter too many', written: 'user-servicee', candidates: ['user-service', 'cart-service'], want: 'user-service' },
  { name: 'two could be meant', written: 'storx', candidates: ['store', 'stork'], want: undefined },
  { name: 'another name', written: 'nginx-internal', candidates: ['public'], want: undefined },
  { name: 'too short to tell', written: 'da', candidates: ['db'], want: undefined },
  { name: 'neighbours by number', written: 'store-1', candidates: ['store-2'], want: undefined },
  { name: 'the very same', written: 'store', candidates: ['store'], want: undefined },
])('$name', ({ written, candidates, want }) => expect(meantBy(written, candidates)).toBe(want))
