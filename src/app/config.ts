/**
 * Configuration: environment variables and flags, checked once at the start. Every setting has a default that works
 * on a laptop; a wrong one is one clear line and a non-zero exit.
 */

import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { fault } from '../kernel/fault.ts'

/** Where the package lies: policies and stories are looked up from here. */
export const PACKAGE_ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

export const STORIES_FOLDER = join(PACKAGE_ROOT, 'test', 'scenarios')

const schema = z.object({
  /** State: embedded database, token, ledger file. */
  home: z.string().min(1),
  databaseUrl: z.url({ protocol: /^postgres(ql)?$/ }).exactOptional(),
  /** The settings file (settings/settings.ts); absent: `boyd.yaml` of the home folder where there is one. */
  settingsFile: z.string().min(1).exactOptional(),
  policiesFolder: z.string().min(1),
  host: z.string().min(1),
  port: z.coerce.number().int().min(0).max(65_535),
  kubeconfigFile: z.string().min(1).exactOptional(),
  context: z.string().min(1).exactOptional(),
  /** Bearer token that Alertmanager sends; absent: the webhook takes the operator's token. */
  webhookToken: z.string().min(16).exactOptional(),
  /** Secret of an HMAC-SHA256 over the body, as a gateway in front may add. */
  webhookHmacSecret: z.string().min(16).exactOptional(),
  /** What policies know this cluster as; they compare it in lower case. */
  environment: z.string().toLowerCase().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'is no word of letters, digits and hyphens').default('production'),
  /** Kubernetes watch as a source of signals. */
  watch: z.boolean().default(true),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('warn'),
  /** Unique and stable for this process among all that share the database. */
  executorId: z.string().min(1),
})

export type Config = z.infer<typeof schema>

export type ConfigFlags = Partial<Record<keyof Config, string | boolean | undefined>>

const ENVIRONMENT: Readonly<Record<string, keyof Config>> = {
  BOYD_HOME: 'home',
  DATABASE_URL: 'databaseUrl',
  BOYD_CONFIG: 'settingsFile',
  BOYD_POLICIES: 'policiesFolder',
  BOYD_HOST: 'host',
  BOYD_PORT: 'port',
  KUBECONFIG: 'kubeconfigFile',
  BOYD_CONTEXT: 'context',
  BOYD_WEBHOOK_TOKEN: 'webhookToken',
  BOYD_WEBHOOK_HMAC_SECRET: 'webhookHmacSecret',
  BOYD_ENVIRONMENT: 'environment',
  BOYD_LOG_LEVEL: 'logLevel',
  BOYD_EXECUTOR_ID: 'executorId',
}

/** Flags win over the environment, the environment over defaults. Fault `invalid` names the setting. */
export function readConfig(flags: ConfigFlags, environment: Readonly<Record<string, string | undefined>>): Config {
  const fromEnvironment = Object.entries(ENVIRONMENT).flatMap(([variable, key]) => {
    const value = environment[variable]
    return value === undefined || value === '' ? [] : [[key, value] as const]
  })
  const given = Object.entries(flags).filter(([, value]) => value !== undefined)
  const parsed = schema.safeParse({ ...defaults(environment), ...Object.fromEntries(fromEnvironment), ...Object.fromEntries(given) })
  if (parsed.success) return withSettingsFile({ ...parsed.data, home: resolve(parsed.data.home) })
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw fault({ code: 'invalid', operation: 'configuration', message: problems.join('; '), hint: 'Check the flags and the BOYD_* variables (see docs/configuration.md).' })
}

function withSettingsFile(config: Config): Config {
  const usual = join(config.home, 'boyd.yaml')
  return config.settingsFile === undefined && existsSync(usual) ? { ...config, settingsFile: usual } : config
}

function defaults(environment: Readonly<Record<string, string | undefined>>): Partial<Config> {
  const stateHome = environment['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state')
  return {
    home: join(stateHome, 'boyd'),
    policiesFolder: join(PACKAGE_ROOT, 'policies'),
    host: '127.0.0.1',
    port: 8484,
    executorId: 'boyd-0',
  }
}
