/** Which machines of a Terraform configuration are databases: told by what they install and by the ports they are opened for, not by their names. */

import type { AuditView, TerraformBlock } from '../../model/audit.ts'
import { anyText, mentions, nested, resourcesOf } from './terraform.ts'

const INSTALLS = /\b(postgresql(-server|-\d+)?|timescaledb[\w-]*|mysql-server|mariadb-server|mongod(b-org)?|redis-server|cassandra|clickhouse-server|elasticsearch|opensearch|influxdb2?|cockroach)\b/i
const PORTS = new Set([5432, 3306, 1433, 1521, 27017, 6379, 9042, 9200])

/** Instances that run a database of their own. */
export function databaseInstances(view: AuditView): TerraformBlock[] {
  const groups = resourcesOf(view, 'aws_security_group').filter(opensDatabasePort)
  return resourcesOf(view, 'aws_instance', 'aws_launch_template').filter(({ body }) => INSTALLS.test(bootstrapOf(body)) || groups.some((group) => mentions(body, group)))
}

/** What a machine runs when it starts. */
export function bootstrapOf(body: TerraformBlock['body']): string {
  return ['user_data', 'user_data_base64'].map((name) => anyText(body[name])).join('\n')
}

function opensDatabasePort({ body }: TerraformBlock): boolean {
  return nested(body, 'ingress').some(({ body: rule }) => isDatabasePort(rule['from_port'], rule['to_port']))
}

export function isDatabasePort(from: unknown, to: unknown): boolean {
  return typeof from === 'number' && typeof to === 'number' && to - from < 100 && [...PORTS].some((port) => from <= port && port <= to)
}
