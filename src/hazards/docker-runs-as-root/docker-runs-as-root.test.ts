import { expect, test } from 'vitest'
import { inDockerfile } from '../testing/files.ts'
import { dockerRunsAsRoot } from './docker-runs-as-root.ts'

test.each([
  { name: 'no user', text: 'FROM node:22\nCMD ["node"]', want: ['0 FROM'] },
  { name: 'ends as root', text: 'FROM node:22\nUSER app\nUSER root\nCMD ["node"]', want: ['2 USER'] },
  { name: 'a number', text: 'FROM node:22\nUSER 0:0', want: ['1 USER'] },
  { name: 'the user of another stage is not ours', text: 'FROM node:22 AS build\nUSER app\nFROM node:22\nCOPY --from=build /a /a', want: ['2 FROM'] },
  { name: 'good', text: 'FROM node:22\nUSER 10001', want: [] },
  { name: 'look-alike: root while it builds', text: 'FROM node:22 AS build\nUSER root\nFROM node:22\nUSER node', want: [] },
  { name: 'look-alike: root for a while', text: 'FROM node:22\nUSER root\nRUN id\nUSER node', want: [] },
  { name: 'look-alike: the stage it starts from has a user', text: 'FROM node:22 AS base\nUSER node\nFROM base\nCMD ["x"]', want: [] },
  { name: 'look-alike: an unprivileged base', text: 'FROM gcr.io/distroless/static:nonroot\nCOPY a /a', want: [] },
])('$name', async ({ text, want }) => expect(await inDockerfile(dockerRunsAsRoot, text)).toEqual(want))
