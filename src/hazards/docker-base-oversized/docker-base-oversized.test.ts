import { expect, test } from 'vitest'
import { inDockerfile } from '../testing/files.ts'
import { dockerBaseOversized } from './docker-base-oversized.ts'

test.each([
  { name: 'the full image', text: 'FROM python:3.13\nCMD ["x"]', want: ['0 FROM'] },
  { name: 'by a build argument with a default', text: 'ARG V=22\nFROM node:${V}\nCMD ["x"]', want: ['1 FROM'] },
  { name: 'good', text: 'FROM python:3.13-slim\nCMD ["x"]', want: [] },
  { name: 'look-alike: it only builds', text: 'FROM node:22 AS build\nFROM nginx:1-alpine\nCOPY --from=build /a /a', want: [] },
  { name: 'look-alike: another publisher', text: 'FROM registry.example/base/python:3.13\nCMD ["x"]', want: [] },
])('$name', async ({ text, want }) => expect(await inDockerfile(dockerBaseOversized, text)).toEqual(want))
