import { expect, test } from 'vitest'
import { inTerraform } from '../testing/files.ts'
import { terraformDatabaseFragile } from './terraform-database-fragile.ts'

const database = (body: string) => `resource "aws_db_instance" "d" {\n ${body}\n}`
const production = 'tags = { Environment = "production" }'

test.each([
  { name: 'one zone, and silent about backups', text: database(production), want: ['aws_db_instance.d multi_az', 'aws_db_instance.d backup_retention_period'] },
  { name: 'no backups, production or not', text: database('backup_retention_period = 0'), want: ['aws_db_instance.d backup_retention_period'] },
  { name: 'good', text: database(`${production}\n multi_az = true\n backup_retention_period = 14`), want: [] },
  { name: 'look-alike: a development database', text: database('tags = { Environment = "dev" }'), want: [] },
  { name: 'look-alike: a replica', text: database(`${production}\n replicate_source_db = "x"`), want: [] },
  { name: 'look-alike: variables', text: database(`${production}\n multi_az = var.multi\n backup_retention_period = var.days`), want: [] },
])('$name', async ({ text, want }) => expect(await inTerraform(terraformDatabaseFragile, text)).toEqual(want))
