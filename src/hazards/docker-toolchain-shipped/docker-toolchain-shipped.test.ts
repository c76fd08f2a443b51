import { expect, test } from 'vitest'
import { inDockerfile } from '../testing/files.ts'
import { dockerToolchainShipped } from './docker-toolchain-shipped.ts'

test.each([
  { name: 'installed in the last stage', text: 'FROM python:3.13-slim\nRUN apt-get update && apt-get install -y --no-install-recommends gcc=4:12 libpq5', want: ['1 RUN'] },
  { name: 'a base that builds, and one stage only', text: 'FROM golang:1.26 AS builder\nRUN go build -o /app .\nCMD ["/app"]', want: ['0 FROM'] },
  { name: 'the stage it starts from installs it', text: 'FROM alpine:3.22 AS base\nRUN apk add --no-cache build-base\nFROM base\nCMD ["x"]', want: ['1 RUN'] },
  { name: 'good', text: 'FROM golang:1.26 AS build\nRUN apk add make\nFROM gcr.io/distroless/static\nCOPY --from=build /app /app', want: [] },
  { name: 'look-alike: removed in the same layer', text: 'FROM alpine:3.22\nRUN apk add --no-cache --virtual .build gcc && pip install x && apk del .build', want: [] },
  { name: 'look-alike: a name that contains one', text: 'FROM debian:12\nRUN apt-get install -y makepasswd libgcc-s1', want: [] },
])('$name', async ({ text, want }) => expect(await inDockerfile(dockerToolchainShipped, text)).toEqual(want))
