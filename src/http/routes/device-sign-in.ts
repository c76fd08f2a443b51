/** Signing in at a terminal: the person confirms a code on any device, the terminal asks until that is done and gets a token. */

import { createRoute, z } from '@hono/zod-openapi'
import type { SignInDesk } from '../../app/auth/sign-in.ts'
import type { UseCases } from '../../app/use-cases/use-cases.ts'
import { deviceSchema, deviceTokenSchema, problem } from '../contract.ts'
import type { BoydHono, PeerOf } from '../identify.ts'
import type { Limits } from '../limits.ts'
import { tokenToWire } from '../to-wire.ts'

interface DeviceParts {
  readonly signIn: SignInDesk
  readonly useCases: UseCases
  readonly peerOf: PeerOf
  readonly limits: Limits
}

const beginRoute = createRoute({
  method: 'post',
  path: '/api/v1/login/device',
  summary: 'Begin a sign-in at a terminal',
  security: [],
  responses: { 200: { description: 'What to show the person, and what to ask with', content: { 'application/json': { schema: deviceSchema } } }, 400: problem('No identity provider, or one without sign-in for terminals'), 429: problem('Too many at once') },
})

const pollRoute = createRoute({
  method: 'post',
  path: '/api/v1/login/device/poll',
  summary: 'Ask whether the person has confirmed',
  security: [],
  request: { body: { required: true, content: { 'application/json': { schema: z.strictObject({ handle: z.string().min(1).max(200) }) } } } },
  responses: {
    200: { description: 'A token of the person; empty while they have not', content: { 'application/json': { schema: deviceTokenSchema } } },
    401: problem('Refused, too late, or used already'),
    429: problem('Too often'),
  },
})

export function addDeviceRoutes(server: BoydHono, { signIn, useCases, peerOf, limits }: DeviceParts): void {
  server.openapi(beginRoute, async (context) => {
    limits.count('public', peerOf(context) ?? 'nowhere')
    return context.json(await signIn.beginDevice(), 200)
  })
  server.openapi(pollRoute, async (context) => {
    limits.count('public', peerOf(context) ?? 'nowhere')
    const who = await signIn.pollDevice(context.req.valid('json').handle)
    if (who === undefined) return context.json({}, 200)
    const { token, secret } = await useCases.createToken(who, { label: 'boyd login' })
    return context.json({ token: tokenToWire(token), secret }, 200)
  })
}
