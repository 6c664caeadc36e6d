// Clones, commits, pushes a branch, and fetches it again; prints the ids that the test compares.
import fs from 'node:fs'
import git from 'isomorphic-git'
import http from 'isomorphic-git/http/node/index.cjs'

const [url, username, password, dir] = process.argv.slice(2)
const onAuth = () => ({ username, password })
const onAuthFailure = () => ({ cancel: true })
const common = { fs, http, dir, url, onAuth, onAuthFailure }

await git.clone({ ...common, singleBranch: false })
const cloned = await git.resolveRef({ fs, dir, ref: 'HEAD' })
const history = await git.log({ fs, dir })

fs.writeFileSync(`${dir}/from-node.txt`, 'written by another client\n')
await git.add({ fs, dir, filepath: 'from-node.txt' })
const author = { name: 'Node', email: 'node@example.org', timestamp: 1700000000, timezoneOffset: -540 }
const pushed = await git.commit({ fs, dir, message: 'From another client', author })
const result = await git.push({ ...common, ref: 'main', remoteRef: 'main' })
if (!result.ok) throw new Error(JSON.stringify(result))
await git.branch({ fs, dir, ref: 'topic' })
await git.push({ ...common, ref: 'topic', remoteRef: 'topic' })
const refs = await git.listServerRefs({ http, url, onAuth, prefix: 'refs/heads/', protocolVersion: 2 })

console.log(JSON.stringify({ cloned, commits: history.length, pushed, refs: refs.map(r => `${r.oid} ${r.ref}`) }))
