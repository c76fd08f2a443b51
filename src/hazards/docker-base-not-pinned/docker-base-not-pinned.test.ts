import { expect, test } from 'vitest'
import { inDockerfile } from '../testing/files.ts'
import { dockerBaseNotPinned } from './docker-base-not-pinned.ts'

test.each([
  { name: 'no tag', text: 'FROM debian', want: ['0 FROM'] },
  { name: 'a hardened image', text: 'FROM cgr.dev/chainguard/go:latest-dev AS b\nFROM cgr.dev/chainguard/static:latest\nCOPY --from=b /a /a', want: ['0 FROM', '1 FROM'] },
  { name: 'good', text: 'FROM debian:12.5', want: [] },
  { name: 'look-alike: an earlier stage', text: 'FROM debian:12 AS base\nFROM base', want: [] },
  { name: 'look-alike: scratch', text: 'FROM scratch', want: [] },
  { name: 'look-alike: a digest', text: `FROM debian:latest@sha256:${'a'.repeat(64)}`, want: [] },
  { name: 'look-alike: an argument', text: 'ARG BASE\nFROM ${BASE}', want: [] },
])('$name', async ({ text, want }) => expect(await inDockerfile(dockerBaseNotPinned, text)).toEqual(want))
