import { expect, test } from 'vitest'
import { inTerraform } from '../testing/files.ts'
import { terraformStaticCredentials } from './terraform-static-credentials.ts'

test.each([
  { name: 'a key in a provider', text: 'provider "aws" {\n access_key = "AKIAIOSFODNN7ABCDEFG"\n secret_key = "wJalrXUtnFEMIK7MDENGbPxRfiCY"\n}', want: ['aws access_key', 'aws secret_key'] },
  { name: 'a password in a resource', text: 'resource "aws_db_instance" "d" {\n password = "hunter2hunter2"\n}', want: ['aws_db_instance.d password'] },
  { name: 'the default of a variable', text: 'variable "db_password" {\n default = "hunter2hunter2"\n}', want: ['db_password default'] },
  { name: 'a user with a key', text: 'resource "aws_iam_access_key" "ci" {\n user = "ci"\n}', want: ['aws_iam_access_key.ci'] },
  { name: 'good: a role', text: 'provider "aws" {\n assume_role {\n  role_arn = "arn:aws:iam::1:role/ci"\n }\n}', want: [] },
  { name: 'look-alike: no default', text: 'variable "db_password" {\n sensitive = true\n}', want: [] },
  { name: 'look-alike: from a store', text: 'resource "aws_db_instance" "d" {\n password = data.aws_secretsmanager_secret_version.d.secret_string\n}', want: [] },
])('$name', async ({ text, want }) => expect(await inTerraform(terraformStaticCredentials, text)).toEqual(want))
