import { expect, test } from 'vitest'
import { inDockerfile } from '../testing/files.ts'
import { dockerBaseNotApproved } from './docker-base-not-approved.ts'

const site = { baseImages: ['dhi.io/*', 'registry.example/base'] }

test.each([
  { name: 'another base', text: 'FROM node:24\n', want: ['0 FROM'] },
  { name: 'a base by way of a stage', text: 'FROM node:24 AS base\nFROM base\n', want: ['0 FROM'] },
  { name: 'good', text: 'FROM dhi.io/node:24\n', want: [] },
  { name: 'look-alike: a stage that only builds', text: 'FROM node:24 AS build\nFROM registry.example/base/node:24\nCOPY --from=build /a /a\n', want: [] },
  { name: 'look-alike: scratch', text: 'FROM scratch\n', want: [] },
])('$name', async ({ text, want }) => expect(await inDockerfile(dockerBaseNotApproved, text, { site })).toEqual(want))

test('look-alike: a site without a list', async () => expect(await inDockerfile(dockerBaseNotApproved, 'FROM node:24\n')).toEqual([]))
