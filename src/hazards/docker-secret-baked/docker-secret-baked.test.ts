import { expect, test } from 'vitest'
import { inDockerfile } from '../testing/files.ts'
import { dockerSecretBaked } from './docker-secret-baked.ts'

test.each([
  { name: 'a password', text: 'FROM a:1\nENV DB_PASSWORD=hunter2hunter2', want: ['1 ENV'] },
  { name: 'the old form', text: 'FROM a:1\nENV API_KEY s3cr3tvalue99', want: ['1 ENV'] },
  { name: 'a token under any name', text: 'FROM a:1\nENV GH="ghp_0123456789abcdefghijABCDEFGHIJ012345"', want: ['1 ENV'] },
  { name: 'the default of an argument', text: 'FROM a:1\nARG NPM_TOKEN=abcdef0123456789', want: ['1 ARG'] },
  { name: 'a file', text: 'FROM a:1\nCOPY package.json .env ./', want: ['1 COPY'] },
  { name: 'good: a mount', text: 'FROM a:1\nRUN --mount=type=secret,id=npm cat /run/secrets/npm', want: [] },
  { name: 'look-alike: an argument without a default', text: 'FROM a:1\nARG NPM_TOKEN', want: [] },
  { name: 'look-alike: where a secret lies', text: 'FROM a:1\nENV DB_PASSWORD_FILE=/run/secrets/db', want: [] },
  { name: 'look-alike: a placeholder', text: 'FROM a:1\nENV OPENAI_API_KEY="" TOKEN=changeme', want: [] },
  { name: 'look-alike: an example', text: 'FROM a:1\nCOPY .env.example ./', want: [] },
  { name: 'look-alike: a word that contains one', text: 'FROM a:1\nENV KEYBOARD=qwertz TOKENIZERS_PARALLELISM=false', want: [] },
])('$name', async ({ text, want }) => expect(await inDockerfile(dockerSecretBaked, text)).toEqual(want))
