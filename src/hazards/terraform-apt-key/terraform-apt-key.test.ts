import { expect, test } from 'vitest'
import { inDockerfile, inTerraform } from '../testing/files.ts'
import { terraformAptKey } from './terraform-apt-key.ts'

const machine = (script: string) => `resource "aws_instance" "m" {\n user_data = <<-EOF\n  ${script}\n EOF\n}`

test.each([
  { name: 'in a start script', text: machine('wget -qO- https://packagecloud.io/timescale/gpgkey | apt-key add -'), want: ['aws_instance.m user_data'] },
  { name: 'good', text: machine('curl -fsSL https://x/key | gpg --dearmor -o /usr/share/keyrings/x.gpg'), want: [] },
  { name: 'look-alike: it only shows', text: machine('apt-key list'), want: [] },
])('$name', async ({ text, want }) => expect(await inTerraform(terraformAptKey, text)).toEqual(want))

test('in a build', async () => expect(await inDockerfile(terraformAptKey, 'FROM ubuntu:22.04\nRUN curl https://x/key | apt-key add -')).toEqual(['1 RUN']))
