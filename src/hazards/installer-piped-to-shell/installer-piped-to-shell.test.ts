import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { inDockerfile, inTerraform } from '../testing/files.ts'
import { installerPipedToShell } from './installer-piped-to-shell.ts'

test.each([
  { name: 'curl into sh', text: 'FROM a:1\nRUN curl -sfL https://get.k3s.io | sh -', want: ['1 RUN'] },
  { name: 'with a variable between', text: 'FROM a:1\nRUN curl -sfL https://get.k3s.io | INSTALL_K3S_CHANNEL=stable sh -s -', want: ['1 RUN'] },
  { name: 'the other way round', text: 'FROM a:1\nRUN bash <(curl -s https://x.example/i.sh)', want: ['1 RUN'] },
  { name: 'good: checked', text: 'FROM a:1\nRUN curl -o i.sh https://x.example/i-1.2.sh && echo "abc i.sh" | sha256sum -c && sh i.sh', want: [] },
  { name: 'look-alike: an archive', text: 'FROM a:1\nRUN curl -L https://x.example/a.tgz | tar xz', want: [] },
  { name: 'look-alike: a pipe elsewhere', text: 'FROM a:1\nRUN curl https://x.example | jq . ; sh run.sh', want: [] },
])('$name', async ({ text, want }) => expect(await inDockerfile(installerPipedToShell, text)).toEqual(want))

test('in the command of a container, and when a machine starts', async () => {
  expect(fieldsFound(installerPipedToShell, { objects: [workload(oneContainer({ command: ['sh', '-c', 'wget -qO- https://x.example/i.sh | bash'] }))] })).toEqual(['Deployment web spec.template.spec.containers.0.command'])
  expect(await inTerraform(installerPipedToShell, 'resource "aws_instance" "m" {\n user_data = "curl -sfL https://get.k3s.io | sh -"\n}')).toEqual(['aws_instance.m user_data'])
})
