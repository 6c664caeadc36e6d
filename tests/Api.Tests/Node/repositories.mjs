// Repositories with their policy, deploy keys and imports.
import fs from 'node:fs'
import { publicKey } from './accounts.mjs'
import { same } from './client.mjs'

export async function walkRepositories(api, { project }) {
  const made = (await api.call('RepositoryService.CreateRepository', { project, name: 'first' })).repository
  same([made.name, made.defaultBranch], ['first', 'main'], 'the new repository')
  const at = { project, repository: 'first' }
  same((await api.call('RepositoryService.UpdateRepository', { ...at, description: 'of Node' })).repository.description, 'of Node', 'its description')
  same((await api.call('RepositoryService.RenameRepository', { ...at, newName: 'second' })).repository.name, 'second', 'its new name')
  same((await api.call('RepositoryService.GetRepository', at)).repository.repositoryId, made.repositoryId, 'what the old name leads to')
  same((await api.call('RepositoryService.ListRepositories', { project })).repositories.map(r => r.name), ['second'], 'the repositories')
  await api.call('RepositoryService.DeleteRepository', { project, repository: 'second' })
  const deleted = (await api.call('RepositoryService.ListDeletedRepositories', { project })).repositories
  same(deleted.map(r => r.repositoryId), [made.repositoryId], 'the deleted repositories')
  const restored = await api.call('RepositoryService.RestoreRepository', { project, repositoryId: made.repositoryId, newName: 'repo' })
  same(restored.repository.name, 'repo', 'the name of the restored one')
}

export async function walkPolicy(api, at) {
  same((await api.call('PolicyService.UpdatePolicy', { ...at, maxFileSize: 1_000_000 })).policy.maxFileSize, 1_000_000, 'the changed policy')
  same((await api.call('PolicyService.GetPolicy', at)).policy.maxFileSize, 1_000_000, 'the policy')
  const pattern = 'refs/heads/release/*'
  same((await api.call('PolicyService.SetProtectionRule', { ...at, rule: { pattern, noForce: true } })).rule.noForce, true, 'the rule')
  same((await api.call('PolicyService.ListProtectionRules', at)).rules.map(r => r.pattern), [pattern], 'the rules')
  await api.call('PolicyService.DeleteProtectionRule', { ...at, pattern })
  same((await api.call('PolicyService.ListProtectionRules', at)).rules, [], 'the rules after that')
}

export async function walkDeployKeys(api, at) {
  const { key } = await api.call('DeployKeyService.AddDeployKey', { ...at, publicKey: publicKey(), title: 'robot', canWrite: true })
  same((await api.call('DeployKeyService.ListDeployKeys', at)).keys.map(k => [k.fingerprint, k.canWrite]), [[key.fingerprint, true]], 'the deploy keys')
  await api.call('DeployKeyService.RemoveDeployKey', { ...at, fingerprint: key.fingerprint })
  same((await api.call('DeployKeyService.ListDeployKeys', at)).keys, [], 'the deploy keys after that')
}

export async function walkImports(api, { project, bundle, url, admin, adminPassword }) {
  const progress = await api.call('ImportService.ImportRepository', [
    { project, repository: 'bundled', head: 'refs/heads/main' },
    { chunk: fs.readFileSync(bundle) },
  ])
  same([progress.at(-1).import.repository.name, progress.at(-1).import.refs], ['bundled', 1], 'the imported bundle')
  const cloned = await api.call('ImportService.ImportRepositoryFromUrl', {
    project, repository: 'cloned', url: `${url}/${project}/bundled.git`, user: admin, password: adminPassword,
  })
  same([cloned.import.repository.name, cloned.import.refs], ['cloned', 1], 'the clone of a URL')
}
