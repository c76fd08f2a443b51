import { expect, test } from 'vitest'
import { inDockerfile } from '../testing/files.ts'
import { dockerBuildMistake } from './docker-build-mistake.ts'

test.each([
  { name: 'a stage that is misspelt', text: 'FROM a:1 AS build\nFROM b:1\nCOPY --from=bulid /a /a', want: ['2 COPY'] },
  { name: 'the stage that it is in', text: 'FROM a:1 AS build\nCOPY --from=build /a /a', want: ['1 COPY'] },
  { name: 'two of one name', text: 'FROM a:1 AS build\nFROM b:1 AS build', want: ['1 FROM'] },
  { name: 'a relative folder', text: 'FROM a:1\nWORKDIR app', want: ['1 WORKDIR'] },
  { name: 'a port that is none', text: 'FROM a:1\nEXPOSE 8080 99999/tcp', want: ['1 EXPOSE'] },
  { name: 'a folder for one line', text: 'FROM a:1\nRUN cd /src\nRUN make', want: ['1 RUN'] },
  { name: 'an index that grows old', text: 'FROM a:1\nRUN apt-get update\nRUN apt-get install -y curl', want: ['1 RUN'] },
  { name: 'good', text: 'FROM a:1 AS build\nWORKDIR /src\nRUN cd /src && make\nFROM b:1\nCOPY --from=build /a /a\nEXPOSE 8080', want: [] },
  { name: 'look-alike: an image', text: 'FROM a:1 AS nginx-build\nCOPY --from=nginx:1.29 /a /a', want: [] },
  { name: 'look-alike: an image with a short name', text: 'FROM a:1 AS build\nFROM b:1\nCOPY --from=busybox /a /a', want: [] },
  { name: 'look-alike: a folder from a variable', text: 'FROM a:1\nWORKDIR $HOME/app', want: [] },
  { name: 'look-alike: the index where packages are installed', text: 'FROM a:1\nRUN apt-get update && apt-get install -y curl', want: [] },
])('$name', async ({ text, want }) => expect(await inDockerfile(dockerBuildMistake, text)).toEqual(want))
