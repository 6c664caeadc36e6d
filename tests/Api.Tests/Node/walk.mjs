// Walks every call of granary.v1 and prints those that were answered. Fails when an answer is not what it must be.
import { leave, walkProjects, walkUsers } from './accounts.mjs'
import { basic, Client } from './client.mjs'
import { walkEvents, walkFiles, walkReading, walkRefs } from './contents.mjs'
import { walkDeadLetters, walkServer, walkWebhooks } from './operations.mjs'
import { walkDeployKeys, walkImports, walkPolicy, walkRepositories } from './repositories.mjs'

const [address, url, protos, admin, adminPassword, bundle] = process.argv.slice(2)
const names = { user: 'nora', password: 'a password of the test', project: 'NODE', url, admin, adminPassword, bundle }
const at = { project: names.project, repository: 'repo' }
const api = new Client(address, protos, basic(admin, adminPassword))

await walkUsers(api, names)
await walkProjects(api, names)
await walkRepositories(api, names)
await walkPolicy(api, at)
await walkDeployKeys(api, at)
await walkImports(api, names)
const commits = await walkFiles(api, at)
await walkWebhooks(api, at)
await walkRefs(api, at, commits)
await walkReading(api, at, commits)
await walkEvents(api, at, { ...names, user: admin })
await walkServer(api, at)
await walkDeadLetters(api)
await leave(api, names)
api.close()
console.log(JSON.stringify({ answered: [...api.answered].sort(), known: api.known.sort() }))
