// Users with their keys and tokens, projects with their members.
import { generateKeyPairSync } from 'node:crypto'
import { basic, same } from './client.mjs'

export function publicKey() {
  const raw = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)
  const field = bytes => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    return Buffer.concat([length, bytes])
  }
  return `ssh-ed25519 ${Buffer.concat([field(Buffer.from('ssh-ed25519')), field(raw)]).toString('base64')}`
}

export async function walkUsers(api, { user, password }) {
  const made = await api.call('UserService.CreateUser', { name: user, password: 'the first password', displayName: 'Node' })
  same([made.user.name, made.user.displayName, made.user.administrator], [user, 'Node', false], 'the new user')
  await api.refused('UserService.CreateUser', { name: user }, 'ALREADY_EXISTS')
  await api.call('UserService.SetPassword', { user, password })
  same((await api.call('UserService.GetMyself', {}, { authorization: basic(user, password) })).user.name, user, 'who logs in')
  await api.refused('UserService.GetMyself', {}, 'UNAUTHENTICATED', { authorization: basic(user, 'the first password') })
  same((await api.call('UserService.UpdateUser', { user, email: 'node@example.org' })).user.email, 'node@example.org', 'the mail address')
  same((await api.call('UserService.GetUser', { user })).user.displayName, 'Node', 'the name that was not changed')
  same((await api.call('UserService.ListUsers', { prefix: user })).users.map(u => u.name), [user], 'the users')

  const { key } = await api.call('UserService.AddKey', { user, publicKey: publicKey(), title: 'laptop' })
  same((await api.call('UserService.ListKeys', { user })).keys.map(k => [k.fingerprint, k.title]), [[key.fingerprint, 'laptop']], 'the keys')
  await api.call('UserService.RemoveKey', { user, fingerprint: key.fingerprint })
  same((await api.call('UserService.ListKeys', { user })).keys, [], 'the keys after that')

  const token = await api.call('UserService.CreateToken', { user, scope: 'read', description: 'of a test' })
  const login = { authorization: `Bearer ${token.token}` }
  same((await api.call('UserService.GetMyself', {}, login)).user.name, user, 'who has the token')
  same((await api.call('UserService.ListTokens', { user })).tokens.map(t => t.tokenId), [token.info.tokenId], 'the tokens')
  await api.call('UserService.RevokeToken', { user, tokenId: token.info.tokenId })
  await api.refused('UserService.GetMyself', {}, 'UNAUTHENTICATED', login)
}

export async function walkProjects(api, { project, user }) {
  same((await api.call('ProjectService.CreateProject', { key: project })).project.key, project, 'the new project')
  same((await api.call('ProjectService.UpdateProject', { project, displayName: 'Of Node' })).project.displayName, 'Of Node', 'its name')
  same((await api.call('ProjectService.GetProject', { project })).project.public, false, 'whether it is public')
  same((await api.call('ProjectService.ListProjects', { prefix: project })).projects.map(p => p.key), [project], 'the projects')
  await api.call('ProjectService.SetMember', { project, user, role: 'viewer' })
  same((await api.call('ProjectService.ListMembers', { project })).members.map(m => [m.user, m.role]), [[user, 'viewer']], 'the members')
  await api.call('ProjectService.RemoveMember', { project, user })
  same((await api.call('ProjectService.ListMembers', { project })).members, [], 'the members after that')
  await api.call('ProjectService.SetMember', { project, user, role: 'member' })
}

export async function leave(api, { project, user }) {
  await api.refused('ProjectService.DeleteProject', { project }, 'FAILED_PRECONDITION')
  for (const { name } of (await api.call('RepositoryService.ListRepositories', { project })).repositories)
    await api.call('RepositoryService.DeleteRepository', { project, repository: name })
  await api.call('ProjectService.DeleteProject', { project })
  await api.refused('ProjectService.GetProject', { project }, 'NOT_FOUND')
  await api.call('UserService.DeleteUser', { user })
  await api.refused('UserService.GetUser', { user }, 'NOT_FOUND')
}
