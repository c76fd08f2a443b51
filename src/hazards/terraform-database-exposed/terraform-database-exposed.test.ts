import { expect, test } from 'vitest'
import { inTerraform } from '../testing/files.ts'
import { terraformDatabaseExposed } from './terraform-database-exposed.ts'

const group = (rule: string) => `resource "aws_security_group" "g" {\n ingress {\n  ${rule}\n }\n}`
const postgres = 'from_port = 5432\n to_port = 5432\n protocol = "tcp"\n'

test.each([
  { name: 'the world', text: group(`${postgres} cidr_blocks = ["0.0.0.0/0"]`), want: ['aws_security_group.g ingress.0.cidr_blocks'] },
  { name: 'a range', text: group(`${postgres} cidr_blocks = [var.vpc_cidr]`), want: ['aws_security_group.g ingress.0.cidr_blocks'] },
  { name: 'a rule of its own', text: 'resource "aws_vpc_security_group_ingress_rule" "r" {\n from_port = 3306\n to_port = 3306\n cidr_ipv4 = "10.0.0.0/8"\n}', want: ['aws_vpc_security_group_ingress_rule.r cidr_ipv4'] },
  { name: 'a public address', text: 'resource "aws_db_instance" "d" {\n publicly_accessible = true\n}', want: ['aws_db_instance.d publicly_accessible'] },
  { name: 'a machine in a public subnet', text: 'resource "aws_instance" "m" {\n subnet_id = module.vpc.public_subnets[0]\n user_data = "apt-get install postgresql"\n}', want: ['aws_instance.m subnet_id'] },
  { name: 'good: by group', text: group(`${postgres} security_groups = [aws_security_group.app.id]`), want: [] },
  { name: 'look-alike: a web port', text: group('from_port = 443\n to_port = 443\n cidr_blocks = ["0.0.0.0/0"]'), want: [] },
  { name: 'look-alike: outward', text: 'resource "aws_security_group_rule" "r" {\n type = "egress"\n from_port = 5432\n to_port = 5432\n cidr_blocks = ["10.0.0.0/8"]\n}', want: [] },
])('$name', async ({ text, want }) => expect(await inTerraform(terraformDatabaseExposed, text)).toEqual(want))
