import { expect, test } from 'vitest'
import { inDockerfile } from '../testing/files.ts'
import { dockerExtraServices } from './docker-extra-services.ts'

test.each([
  { name: 'a server', text: 'FROM debian:12\nRUN apt-get install -y openssh-server', want: ['1 RUN'] },
  { name: 'the port', text: 'FROM debian:12\nEXPOSE 80 22', want: ['1 EXPOSE'] },
  { name: 'systemd', text: 'FROM fedora:42\nRUN dnf install -y systemd\nCMD ["/sbin/init"]', want: ['1 RUN', '2 CMD'] },
  { name: 'good', text: 'FROM debian:12\nRUN apt-get install -y curl', want: [] },
  { name: 'look-alike: a client', text: 'FROM debian:12\nRUN apt-get install -y openssh-client', want: [] },
  { name: 'look-alike: it only reaps', text: 'FROM alpine:3\nRUN apk add tini\nENTRYPOINT ["/sbin/tini", "--"]', want: [] },
  { name: 'look-alike: port 2222', text: 'FROM debian:12\nEXPOSE 2222', want: [] },
])('$name', async ({ text, want }) => expect(await inDockerfile(dockerExtraServices, text)).toEqual(want))
