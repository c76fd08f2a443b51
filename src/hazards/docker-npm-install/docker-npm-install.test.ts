import { expect, test } from 'vitest'
import { inDockerfile } from '../testing/files.ts'
import { dockerNpmInstall } from './docker-npm-install.ts'

test.each([
  { name: 'install', text: 'FROM node:22\nRUN npm install', want: ['1 RUN'] },
  { name: 'install of production only', text: 'FROM node:22\nRUN npm install --production', want: ['1 RUN'] },
  { name: 'ci with everything, shipped', text: 'FROM node:22\nRUN npm ci', want: ['1 RUN'] },
  { name: 'good', text: 'FROM node:22\nRUN npm ci --omit=dev', want: [] },
  { name: 'look-alike: a tool', text: 'FROM node:22\nRUN npm install -g pnpm@9', want: [] },
  { name: 'look-alike: it only builds', text: 'FROM node:22 AS b\nRUN npm ci && npm run build\nFROM nginx:1\nCOPY --from=b /d /d', want: [] },
  { name: 'look-alike: pruned', text: 'FROM node:22\nRUN npm ci && npm run build && npm prune --omit=dev', want: [] },
  { name: 'look-alike: by the environment', text: 'FROM node:22\nENV NODE_ENV=production\nRUN npm ci', want: [] },
])('$name', async ({ text, want }) => expect(await inDockerfile(dockerNpmInstall, text)).toEqual(want))
