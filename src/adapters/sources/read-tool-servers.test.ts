import { expect, test } from 'vitest'
import { readText } from './read-file.ts'

const stdio = { command: 'npx', args: ['-y', 'server-files'], env: { API_KEY: 'x' } }
const started = 'files: npx -y server-files [API_KEY]'

/** The usual clients, each in its own words. */
test.each([
  { name: 'Claude Desktop', file: 'claude_desktop_config.json', text: JSON.stringify({ mcpServers: { files: stdio } }), want: [started] },
  { name: 'Claude Code, in a project', file: '.mcp.json', text: JSON.stringify({ mcpServers: { files: stdio, far: { type: 'http', url: 'https://a.example/mcp' } } }), want: [started, 'far: https://a.example/mcp http'] },
  { name: 'Claude Code, for a user', file: '.claude.json', text: JSON.stringify({ projects: { '/work': { mcpServers: { files: stdio } } } }), want: [started] },
  { name: 'Cursor', file: '.cursor/mcp.json', text: JSON.stringify({ mcpServers: { far: { url: 'https://a.example/sse' } } }), want: ['far: https://a.example/sse'] },
  { name: 'VS Code, with comments', file: '.vscode/mcp.json', text: `{ // ours\n "inputs": [], "servers": ${JSON.stringify({ files: stdio })},\n}`, want: [started] },
  { name: 'VS Code settings', file: '.vscode/settings.json', text: JSON.stringify({ mcp: { servers: { files: stdio } } }), want: [started] },
  { name: 'a dev container', file: '.devcontainer/devcontainer.json', text: JSON.stringify({ customizations: { vscode: { mcp: { servers: { files: stdio } } } } }), want: [started] },
  { name: 'Windsurf', file: 'mcp_config.json', text: JSON.stringify({ mcpServers: { far: { serverUrl: 'https://a.example/mcp' } } }), want: ['far: https://a.example/mcp'] },
  { name: 'Gemini CLI', file: '.gemini/settings.json', text: JSON.stringify({ mcpServers: { far: { httpUrl: 'https://a.example/mcp', trust: true } } }), want: ['far: https://a.example/mcp auto *'] },
  { name: 'Cline and Roo', file: 'cline_mcp_settings.json', text: JSON.stringify({ mcpServers: { files: { ...stdio, autoApprove: ['read'], alwaysAllow: ['write'] } } }), want: [`${started} auto read,write`] },
  { name: 'Zed', file: '.zed/settings.json', text: JSON.stringify({ context_servers: { files: { command: { path: 'npx', args: ['-y', 'server-files'], env: { API_KEY: 'x' } } } } }), want: [started] },
  { name: 'opencode', file: 'opencode.json', text: JSON.stringify({ mcp: { files: { type: 'local', command: ['npx', '-y', 'server-files'], environment: { API_KEY: 'x' } } } }), want: [`${started.replace(' [', ' local [')}`] },
  { name: 'Codex', file: '.codex/config.toml', text: '[mcp_servers.files]\ncommand = "npx"\nargs = ["-y", "server-files"]\n[mcp_servers.files.env]\nAPI_KEY = "x"\n', want: [started] },
  { name: 'Continue', file: '.continue/config.yaml', text: 'name: a\nmcpServers:\n  - name: files\n    command: npx\n    args: [-y, server-files]\n    env: {API_KEY: x}\n', want: [started] },
  { name: 'Goose', file: 'goose/config.yaml', text: 'extensions:\n  files:\n    type: stdio\n    cmd: npx\n    args: [-y, server-files]\n    envs: {API_KEY: x}\n', want: [started.replace(' [', ' stdio [')] },
  { name: 'LibreChat', file: 'librechat.yaml', text: 'version: 1\nmcpServers:\n  far: {type: sse, url: "https://a.example/sse"}\n', want: ['far: https://a.example/sse sse'] },
  { name: 'a whole line as the command', file: 'mcp.json', text: JSON.stringify({ mcpServers: { files: { command: 'npx -y server-files', env: { API_KEY: 'x' } } } }), want: [started] },
  { name: 'look-alike: a path with a blank', file: 'mcp.json', text: JSON.stringify({ mcpServers: { files: { command: 'C:\\Program Files\\x.exe' } } }), want: ['files: C:\\Program Files\\x.exe'] },
  { name: 'look-alike: servers of something else', file: 'hosts.json', text: JSON.stringify({ servers: { a: { host: 'b' } }, extensions: { x: true } }), want: [] },
  { name: 'look-alike: extensions of an editor', file: 'extensions.json', text: JSON.stringify({ extensions: ['a.b'] }), want: [] },
])('$name', async ({ file, text, want }) => {
  const { others } = await readText({ path: file, source: file, named: false }, text)
  const servers = others.map(({ value }) => value).filter((value) => value.type === 'tool-server')
  const lines = servers.map(({ name, command, args, url, transport, env, autoApproved }) => [`${name}:`, command ?? url, ...args, transport, Object.keys(env).length > 0 ? `[${Object.keys(env).join()}]` : undefined, autoApproved.length > 0 ? `auto ${autoApproved.join()}` : undefined].filter((part) => part !== undefined).join(' '))
  expect(lines).toEqual(want)
})
