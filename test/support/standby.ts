/**
 * `boyd` that loads its code, waits for a word, and then runs as ever. A supervisor that starts fifty lives after one
 * another keeps the next one ready, so that a life costs its start and not its loading.
 */

import '../../src/app/start-app.ts'
import '../../src/http/server.ts'

process.once('message', () => {
  process.disconnect()
  void import('../../src/cli/main.ts')
})
