import { expect, test } from 'vitest'
import { inDockerfile } from '../testing/files.ts'
import { dockerCacheShipped } from './docker-cache-shipped.ts'

test.each([
  { name: 'apt', text: 'FROM debian:12\nRUN apt-get update && apt-get install -y curl', want: ['1 RUN'] },
  { name: 'deleted one layer too late', text: 'FROM debian:12\nRUN apt-get install -y curl\nRUN rm -rf /var/lib/apt/lists/*', want: ['1 RUN'] },
  { name: 'apk and pip in one RUN', text: 'FROM alpine:3\nRUN apk add py3-pip && pip install x', want: ['1 RUN', '1 RUN'] },
  { name: 'good: apt', text: 'FROM debian:12\nRUN apt-get update \\\n  # what we need\n  && apt-get install -y curl \\\n  && rm -rf /var/lib/apt/lists/*', want: [] },
  { name: 'good: flags', text: 'FROM alpine:3\nRUN apk add --no-cache py3-pip && pip install --no-cache-dir x', want: [] },
  { name: 'look-alike: a cache mount', text: 'FROM debian:12\nRUN --mount=type=cache,target=/var/lib/apt apt-get install -y curl', want: [] },
  { name: 'look-alike: switched off', text: 'FROM python:3\nENV PIP_NO_CACHE_DIR=1\nRUN pip install x', want: [] },
  { name: 'look-alike: a stage that only builds', text: 'FROM debian:12 AS b\nRUN apt-get install -y gcc\nFROM scratch\nCOPY --from=b /a /a', want: [] },
])('$name', async ({ text, want }) => expect(await inDockerfile(dockerCacheShipped, text)).toEqual(want))
