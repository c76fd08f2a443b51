import { expect, test } from 'vitest'
import { inTerraform } from '../testing/files.ts'
import { terraformDatabaseBurstable } from './terraform-database-burstable.ts'

const machine = (type: string, data: string) => `resource "aws_instance" "m" {\n instance_type = "${type}"\n user_data = <<-EOF\n  ${data}\n EOF\n}`

test.each([
  { name: 'told by what it installs', text: machine('t3.large', 'apt-get install -y timescaledb-2-postgresql-16'), want: ['aws_instance.m instance_type'] },
  { name: 'told by the port it is opened for', text: 'resource "aws_security_group" "g" {\n ingress {\n  from_port = 5432\n  to_port = 5432\n }\n}\nresource "aws_instance" "m" {\n instance_type = "t4g.small"\n vpc_security_group_ids = [aws_security_group.g.id]\n}', want: ['aws_instance.m instance_type'] },
  { name: 'managed', text: 'resource "aws_db_instance" "d" {\n instance_class = "db.t3.medium"\n}', want: ['aws_db_instance.d instance_class'] },
  { name: 'good', text: machine('r6i.2xlarge', 'apt-get install -y postgresql-16'), want: [] },
  { name: 'look-alike: no database', text: machine('t3.large', 'apt-get install -y nginx'), want: [] },
  { name: 'look-alike: a client of one', text: 'resource "aws_instance" "database" {\n instance_type = "t3.large"\n}', want: [] },
])('$name', async ({ text, want }) => expect(await inTerraform(terraformDatabaseBurstable, text)).toEqual(want))
