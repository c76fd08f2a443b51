import { expect, test } from 'vitest'
import { inDockerfile } from '../testing/files.ts'
import { dockerHardenedUndone } from './docker-hardened-undone.ts'

test.each([
  { name: 'the variant with tools ships', text: 'FROM cgr.dev/chainguard/node:latest-dev\nCMD ["x"]', want: ['0 FROM'] },
  { name: 'debug', text: 'FROM gcr.io/distroless/base-debian12:debug', want: ['0 FROM'] },
  { name: 'brought back', text: 'FROM dhi.io/debian:12\nRUN apt-get install -y bash curl', want: ['1 RUN'] },
  { name: 'good', text: 'FROM cgr.dev/chainguard/go:latest-dev AS b\nRUN apk add bash\nFROM cgr.dev/chainguard/static:latest\nCOPY --from=b /a /a', want: [] },
  { name: 'look-alike: not hardened', text: 'FROM debian:12\nRUN apt-get install -y bash', want: [] },
])('$name', async ({ text, want }) => expect(await inDockerfile(dockerHardenedUndone, text)).toEqual(want))

test('the wrong claim is not repeated: nothing here says who makes hardened images, or that they cost', () => {
  expect(JSON.stringify(dockerHardenedUndone)).not.toMatch(/partnership|paid|only on wolfi|zero.?cve/i)
})
