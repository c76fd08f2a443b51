import { expect, test } from 'vitest'
import { inTerraform } from '../testing/files.ts'
import { terraformMcpOnLambda } from './terraform-mcp-on-lambda.ts'

const served = (image: string, url: string) => `resource "aws_lambda_function" "f" {\n image_uri = "${image}"\n}\nresource "aws_lambda_function_url" "u" {\n function_name = aws_lambda_function.f.function_name\n ${url}\n}`

test.each([
  { name: 'open and buffered', text: served('acme/mcp-server:1', 'authorization_type = "NONE"'), want: ['aws_lambda_function_url.u authorization_type', 'aws_lambda_function_url.u invoke_mode'] },
  { name: 'good', text: served('acme/mcp-server:1', 'authorization_type = "AWS_IAM"\n invoke_mode = "RESPONSE_STREAM"'), want: [] },
  { name: 'look-alike: something else', text: served('acme/web:1', 'authorization_type = "NONE"'), want: [] },
])('$name', async ({ text, want }) => expect(await inTerraform(terraformMcpOnLambda, text)).toEqual(want))
