import { expect, test } from 'vitest'
import { inDockerfile } from '../testing/files.ts'
import { dockerSeveralCommands } from './docker-several-commands.ts'

test.each([
  { name: 'two commands', text: 'FROM a:1\nCMD ["x"]\nCMD ["y"]', want: ['1 CMD'] },
  { name: 'three', text: 'FROM a:1\nCMD x\nRUN y\nCMD y\nCMD z', want: ['1 CMD', '3 CMD'] },
  { name: 'good', text: 'FROM a:1\nCMD ["x"]', want: [] },
  { name: 'look-alike: one in each stage', text: 'FROM a:1 AS b\nCMD x\nFROM a:1\nCMD y', want: [] },
  { name: 'look-alike: arguments of an entrypoint', text: 'FROM a:1\nENTRYPOINT ["x"]\nCMD ["--help"]', want: [] },
])('$name', async ({ text, want }) => expect(await inDockerfile(dockerSeveralCommands, text)).toEqual(want))
