/** The hooks of the settings, ready to be asked; and what the bundle's digest covers of them: what they are, and the bytes of the programs. */

import { accessSync, constants, readFileSync } from 'node:fs'
import { commandHook } from '../adapters/hooks/command-hook.ts'
import { httpHook } from '../adapters/hooks/http-hook.ts'
import type { Hook } from '../gate/hooks/hooks.ts'
import { digestOf, digestOfJson } from '../kernel/canonical-json.ts'
import type { Clock } from '../kernel/clock.ts'
import { fault } from '../kernel/fault.ts'
import type { HookCall, HookEvent } from '../ports/hooks.ts'
import { patternOf } from './settings/hooks.ts'
import type { Settings } from './settings/settings.ts'

type HookSetting = Settings['hooks'][HookEvent][number]['hooks'][number]

const EVENTS: readonly HookEvent[] = ['PreToolUse', 'PostToolUse']

export interface SiteHooksOptions {
  readonly settings: Settings['hooks']
  readonly cwd: string
  readonly clock: Clock
  pathOf(path: string): string
  /** What the bundle in force covers of a program. */
  covered(file: string): string | undefined
}

export function siteHooks(options: SiteHooksOptions): Hook[] {
  return EVENTS.flatMap((event) =>
    options.settings[event].flatMap((group) => {
      const pattern = patternOf(group.matcher)
      return group.hooks.map((hook): Hook => ({ event, name: nameOf(hook), matches: (tool) => pattern.test(tool), call: callOf(hook, options) }))
    }),
  )
}

function callOf(hook: HookSetting, { cwd, clock, pathOf, covered }: SiteHooksOptions): HookCall {
  if (hook.type === 'http') {
    const { bearerTokenFile, url, timeoutMs } = hook
    return httpHook({ url, timeoutMs, clock, ...(bearerTokenFile === undefined ? {} : { bearerTokenFile: pathOf(bearerTokenFile) }) })
  }
  const command = pathOf(hook.command)
  return commandHook({ command, args: hook.args, timeoutMs: hook.timeoutMs, cwd, clock, digest: () => covered(command) })
}

function nameOf(hook: HookSetting): string {
  return hook.type === 'http' ? hook.url : (hook.command.split('/').at(-1) ?? hook.command)
}

export function hookPrograms(settings: Settings['hooks'], pathOf: (path: string) => string): string[] {
  const all = EVENTS.flatMap((event) => settings[event]).flatMap((group) => group.hooks)
  return [...new Set(all.flatMap((hook) => (hook.type === 'command' ? [pathOf(hook.command)] : [])))].sort()
}

/** By path; the settings themselves under the name `hooks`. Throws fault `invalid` when a program cannot be run. */
export function coveredHooks(settings: Settings['hooks'], pathOf: (path: string) => string): Record<string, string> {
  const programs = hookPrograms(settings, pathOf).map((file) => [file, digestOfProgram(file)])
  return { hooks: digestOfJson(settings), ...Object.fromEntries(programs) }
}

function digestOfProgram(file: string): string {
  try {
    accessSync(file, constants.X_OK)
    return digestOf(readFileSync(file))
  } catch (cause) {
    throw fault({ code: 'invalid', operation: 'load hooks', subject: file, message: 'it cannot be run', hint: 'Name an executable file in the section hooks of the settings; a hook that cannot run would block every change.', recovery: 'ask-human', cause })
  }
}
