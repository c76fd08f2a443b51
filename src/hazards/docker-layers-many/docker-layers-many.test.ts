import { expect, test } from 'vitest'
import { inDockerfile } from '../testing/files.ts'
import { dockerLayersMany } from './docker-layers-many.ts'

test.each([
  { name: 'three: told once', text: 'FROM a:1\nRUN a\nRUN b\nRUN c\nCMD x', want: ['1 RUN'] },
  { name: 'good', text: 'FROM a:1\nRUN a && b', want: [] },
  { name: 'look-alike: something between', text: 'FROM a:1\nRUN a\nCOPY x y\nRUN b', want: [] },
  { name: 'look-alike: mounts', text: 'FROM a:1\nRUN --mount=type=cache,target=/x a\nRUN b', want: [] },
  { name: 'look-alike: a stage that only builds', text: 'FROM a:1 AS b\nRUN a\nRUN b\nFROM scratch\nCOPY --from=b /a /a', want: [] },
])('$name', async ({ text, want }) => expect(await inDockerfile(dockerLayersMany, text)).toEqual(want))
