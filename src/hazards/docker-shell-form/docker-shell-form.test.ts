import { expect, test } from 'vitest'
import { inDockerfile } from '../testing/files.ts'
import { dockerShellForm } from './docker-shell-form.ts'

test.each([
  { name: 'a command', text: 'FROM a:1\nCMD npm start', want: ['1 CMD'] },
  { name: 'an entrypoint', text: 'FROM a:1\nENTRYPOINT /run.sh\nCMD ["x"]', want: ['1 ENTRYPOINT'] },
  { name: 'JSON that is none', text: "FROM a:1\nCMD ['npm', 'start']", want: ['1 CMD'] },
  { name: 'good', text: 'FROM a:1\nCMD ["npm", "start"]', want: [] },
  { name: 'look-alike: exec', text: 'FROM a:1\nCMD exec npm start', want: [] },
  { name: 'look-alike: arguments of an entrypoint', text: 'FROM a:1\nENTRYPOINT ["x"]\nCMD --help', want: [] },
])('$name', async ({ text, want }) => expect(await inDockerfile(dockerShellForm, text)).toEqual(want))
