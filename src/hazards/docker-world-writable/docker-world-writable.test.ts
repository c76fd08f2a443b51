import { expect, test } from 'vitest'
import { inDockerfile } from '../testing/files.ts'
import { dockerWorldWritable } from './docker-world-writable.ts'

test.each([
  { name: '777', text: 'FROM a:1\nRUN chmod -R 777 /app', want: ['1 RUN'] },
  { name: 'in letters', text: 'FROM a:1\nRUN mkdir /d && chmod a+rwx /d', want: ['1 RUN'] },
  { name: 'while copying', text: 'FROM a:1\nCOPY --chmod=0666 a /a', want: ['1 COPY'] },
  { name: 'good', text: 'FROM a:1\nCOPY --chmod=755 a /a\nRUN chmod 0755 /b', want: [] },
  { name: 'look-alike: run and no more', text: 'FROM a:1\nRUN chmod +x /start.sh && chmod a+rx /b', want: [] },
  { name: 'look-alike: temporary files', text: 'FROM a:1\nRUN chmod 1777 /tmp', want: [] },
  { name: 'look-alike: a stage that only builds', text: 'FROM a:1 AS build\nRUN chmod -R 777 /src\nFROM b:1', want: [] },
])('$name', async ({ text, want }) => expect(await inDockerfile(dockerWorldWritable, text)).toEqual(want))
