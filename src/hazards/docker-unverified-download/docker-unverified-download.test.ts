import { expect, test } from 'vitest'
import { inDockerfile } from '../testing/files.ts'
import { dockerUnverifiedDownload } from './docker-unverified-download.ts'

test.each([
  { name: 'ADD', text: 'FROM a:1\nADD https://example.com/x.tar.gz /tmp/', want: ['1 ADD'] },
  { name: 'curl', text: 'FROM a:1\nRUN curl -fsSLk https://x/y -o y && tar xf y', want: ['1 RUN'] },
  { name: 'wget', text: 'FROM a:1\nRUN wget --no-check-certificate https://x/y', want: ['1 RUN'] },
  { name: 'packages', text: 'FROM a:1\nRUN apt-get install -y --allow-unauthenticated x\nRUN yum install -y --nogpgcheck x', want: ['1 RUN', '2 RUN'] },
  { name: 'good', text: `FROM a:1\nADD --checksum=sha256:${'a'.repeat(64)} https://example.com/x.tar.gz /tmp/`, want: [] },
  { name: 'look-alike: a local file', text: 'FROM a:1\nADD src /app', want: [] },
  { name: 'look-alike: other options', text: 'FROM a:1\nRUN curl -fsSL --keepalive-time 2 https://x/y -o y', want: [] },
])('$name', async ({ text, want }) => expect(await inDockerfile(dockerUnverifiedDownload, text)).toEqual(want))
