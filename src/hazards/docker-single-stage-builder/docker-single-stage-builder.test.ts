import { expect, test } from 'vitest'
import { inDockerfile } from '../testing/files.ts'
import { dockerSingleStageBuilder } from './docker-single-stage-builder.ts'

test.each([
  { name: 'called multi-stage, with one', text: 'FROM python:3.13-slim AS builder\nRUN pip install --no-cache-dir -r requirements.txt\nCMD ["x"]', want: ['0 FROM'] },
  { name: 'packages without versions', text: 'FROM python:3.13-slim\nRUN pip install "mcp[cli]" uvicorn starlette==0.40', want: ['1 RUN'] },
  { name: 'good', text: 'FROM python:3.13 AS builder\nRUN pip install -r r.txt\nFROM python:3.13-slim\nCOPY --from=builder /a /a', want: [] },
  { name: 'look-alike: the folder itself, a file, a constraint', text: 'FROM python:3.13-slim\nRUN pip install -c c.txt . && pip install ./x.whl -r r.txt', want: [] },
])('$name', async ({ text, want }) => expect(await inDockerfile(dockerSingleStageBuilder, text)).toEqual(want))
