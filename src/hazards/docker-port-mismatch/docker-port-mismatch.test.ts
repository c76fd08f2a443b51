import { expect, test } from 'vitest'
import { inDockerfile } from '../testing/files.ts'
import { dockerPortMismatch } from './docker-port-mismatch.ts'

test.each([
  { name: 'the command says another', text: 'FROM a:1\nEXPOSE 80\nCMD ["uvicorn", "app:app", "--port", "8080"]', want: ['1 EXPOSE'] },
  { name: 'in an address', text: 'FROM a:1\nEXPOSE 8080/tcp\nCMD gunicorn --bind 0.0.0.0:8000 app', want: ['1 EXPOSE'] },
  { name: 'by PORT', text: 'FROM a:1\nENV PORT=3000\nEXPOSE 80\nCMD ["npm", "start"]', want: ['2 EXPOSE'] },
  { name: 'good', text: 'FROM a:1\nEXPOSE 8080\nCMD ["x", "--port=8080"]', want: [] },
  { name: 'look-alike: it does not say', text: 'FROM a:1\nEXPOSE 80\nCMD ["npm", "start"]', want: [] },
  { name: 'look-alike: one of several', text: 'FROM a:1\nEXPOSE 9090 8080\nCMD ["x", "--port=8080"]', want: [] },
  { name: 'look-alike: of a stage that builds', text: 'FROM a:1 AS dev\nEXPOSE 9\nFROM b:1\nCOPY --from=dev /a /a\nCMD ["x", "--port=8080"]', want: [] },
])('$name', async ({ text, want }) => expect(await inDockerfile(dockerPortMismatch, text)).toEqual(want))
