import { expect, test } from 'vitest'
import { inDockerfile } from '../testing/files.ts'
import { dockerUnusedStage } from './docker-unused-stage.ts'

test.each([
  { name: 'nobody copies from it', text: 'FROM node:22 AS build\nRUN x\nFROM nginx:1 AS web\nCOPY --from=build /a /a\nFROM node:22\nCOPY --from=build /a /a', want: ['2 FROM'] },
  { name: 'by number', text: 'FROM a:1\nRUN x\nFROM b:1\nFROM c:1\nCOPY --from=0 /a /a', want: ['2 FROM'] },
  { name: 'used only by one that is not used', text: 'FROM a:1 AS one\nFROM b:1 AS two\nCOPY --from=one /a /a\nFROM c:1', want: ['0 FROM', '1 FROM'] },
  { name: 'good', text: 'FROM a:1 AS build\nFROM b:1\nCOPY --from=build /a /a', want: [] },
  { name: 'look-alike: several ends', text: 'FROM a:1 AS base\nFROM base AS api\nFROM base AS worker\nFROM base AS web\n', want: [] },
  { name: 'look-alike: another starts from it', text: 'FROM a:1 AS base\nFROM base AS build\nFROM base\nCOPY --from=build /a /a', want: [] },
  { name: 'look-alike: mounted', text: 'FROM a:1 AS deps\nFROM b:1\nRUN --mount=type=bind,from=deps,target=/d cp /d/a /a', want: [] },
  { name: 'look-alike: for tests', text: 'FROM a:1 AS test\nRUN make test\nFROM b:1', want: [] },
])('$name', async ({ text, want }) => expect(await inDockerfile(dockerUnusedStage, text)).toEqual(want))
