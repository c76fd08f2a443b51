import { expect, test } from 'vitest'
import { inDockerfile } from '../testing/files.ts'
import { dockerBaseMixed } from './docker-base-mixed.ts'

test.each([
  { name: 'glibc on musl', text: 'FROM golang:1.26 AS build\nRUN go build -o /bin/app .\nFROM alpine:3.22\nCOPY --from=build /bin/app /bin/app', want: ['3 COPY'] },
  { name: 'Alpine packages on Wolfi', text: 'FROM cgr.dev/chainguard/wolfi-base:latest\nRUN echo https://dl-cdn.alpinelinux.org/alpine/v3.20/main >> /etc/apk/repositories && apk add curl', want: ['1 RUN'] },
  { name: 'good: static', text: 'FROM golang:1.26 AS build\nENV CGO_ENABLED=0\nRUN go build -o /bin/app .\nFROM alpine:3.22\nCOPY --from=build /bin/app /bin/app', want: [] },
  { name: 'good: built on Alpine', text: 'FROM golang:1.26-alpine AS build\nRUN go build -o /bin/app .\nFROM alpine:3.22\nCOPY --from=build /bin/app /bin/app', want: [] },
  { name: 'look-alike: scripts', text: 'FROM node:22 AS build\nRUN npm ci\nFROM node:22-alpine\nCOPY --from=build /app/dist /app/dist', want: [] },
])('$name', async ({ text, want }) => expect(await inDockerfile(dockerBaseMixed, text)).toEqual(want))
