// Commits made without git, refs, and all ways to read what there is.
import { same, until } from './client.mjs'

const Text = 'a\nb\nc\n'

export async function walkFiles(api, at) {
  const first = (await api.call('FileService.CreateCommit', {
    ...at, branch: 'main', message: 'First', changes: [{ action: 'CREATE', path: 'README.md', content: Buffer.from('# Node\n') }],
  })).commit
  const second = (await api.call('FileService.CommitFiles', [
    { header: { ...at, branch: 'main', message: 'Second, for NODE-1', expectedHead: first.commitId } },
    { change: { action: 'CREATE', path: 'folder/ファイル.txt' } },
    { content: Buffer.from(Text.slice(0, 3)) },
    { content: Buffer.from(Text.slice(3)) },
    { change: { action: 'UPDATE', path: 'README.md', content: Buffer.from('# Node\n\nchanged\n') } },
  ])).commit
  same(second.previousCommitId, first.commitId, 'what the second commit is made on')
  await api.refused('FileService.CreateCommit', {
    ...at, branch: 'main', message: 'Late', expectedHead: first.commitId, changes: [{ action: 'DELETE', path: 'README.md' }],
  }, 'FAILED_PRECONDITION')
  return [first.commitId, second.commitId]
}

export async function walkRefs(api, at, [first, second]) {
  const branch = (await api.call('BranchService.CreateBranch', { ...at, branch: 'topic', start: first })).branch
  same([branch.name, branch.commit.commitId], ['topic', first], 'the new branch')
  const renamed = await api.call('BranchService.RenameBranch', { ...at, branch: 'topic', newName: 'topic/1', expectedHead: first })
  same(renamed.branch.name, 'topic/1', 'its new name')
  same((await api.call('BranchService.GetBranch', { ...at, branch: 'topic/1' })).branch.commit.subject, 'First', 'the commit at its tip')
  const page = await api.call('BranchService.ListBranches', { ...at, pageSize: 1 })
  const rest = await api.call('BranchService.ListBranches', { ...at, pageToken: page.nextPageToken })
  same([...page.branches, ...rest.branches].map(b => [b.name, b.default]), [['main', true], ['topic/1', false]], 'the branches, in two pages')
  await api.refused('BranchService.DeleteBranch', { ...at, branch: 'topic/1', expectedHead: second }, 'FAILED_PRECONDITION')
  await api.call('BranchService.DeleteBranch', { ...at, branch: 'topic/1', expectedHead: first })

  const tag = (await api.call('TagService.CreateTag', { ...at, tag: 'v1', target: 'main', message: 'Version 1' })).tag
  same([tag.targetId, tag.targetKind, tag.annotation.message.trim()], [second, 'commit', 'Version 1'], 'the new tag')
  same((await api.call('TagService.RenameTag', { ...at, tag: 'v1', newName: 'v1.0' })).tag.objectId, tag.objectId, 'the renamed tag')
  same((await api.call('TagService.GetTag', { ...at, tag: 'v1.0' })).tag.commit.commitId, second, 'the commit of the tag')
  same((await api.call('TagService.ListTags', { ...at, order: 'LATEST' })).tags.map(t => t.name), ['v1.0'], 'the tags')
  await api.call('TagService.DeleteTag', { ...at, tag: 'v1.0', expectedObject: tag.objectId })
}

export async function walkReading(api, at, [first, second]) {
  same((await api.call('CommitService.GetCommit', { ...at, revision: 'main' })).commit.parentIds, [first], 'the parents')
  const log = await api.call('CommitService.ListCommits', { ...at, revision: 'main' })
  same(log.flatMap(m => m.commits).map(c => c.commitId), [second, first], 'the log')
  same((await api.call('CommitService.GetMergeBase', { ...at, first, second: 'main' })).commitId, first, 'the merge base')

  const listed = await api.call('TreeService.ListTree', { ...at, revision: 'main', recursive: true, sizes: true })
  const file = listed.flatMap(m => m.entries?.entries ?? []).find(e => e.path === 'folder/ファイル.txt')
  same([file.kind, file.size], ['FILE', 6], 'the file in the tree')
  const root = await api.call('TreeService.ListTree', { ...at, revision: 'main', lastCommits: true })
  same(root.flatMap(m => m.lastCommits?.commits ?? []).map(l => [l.commit.commitId, l.entries.length]), [[second, 2]], 'the last commits')
  same((await api.call('TreeService.GetReadme', { ...at })).readme.text, '# Node\n\nchanged\n', 'the readme')
  const blob = await api.call('BlobService.GetBlob', { ...at, revision: 'main', path: file.path })
  same([blob[0].info.blobId, blob[0].info.size], [file.objectId, 6], 'what is said of the file')
  same(Buffer.concat(blob.slice(1).map(m => m.data)).toString(), 'a\nb\nc\n', 'the file')
  await api.refused('BlobService.GetBlob', { ...at, revision: 'main', path: '../README.md' }, 'INVALID_ARGUMENT')

  const objects = await api.call('ObjectService.ReadObjects', [
    { header: { ...at, noContent: true } }, { query: { name: 'main:README.md' } }, { query: { name: 'nowhere' } },
  ])
  same(objects.map(m => m.info?.type ?? m.missing.reason), ['BLOB', 'NOT_FOUND'], 'the objects')

  const diff = (await api.call('DiffService.GetCommitDiff', { ...at, revision: second })).flatMap(m => m.file ?? [])
  same(diff.map(f => [f.status, f.new.path, f.additions, f.deletions]), [['MODIFIED', 'README.md', 2, 0], ['ADDED', 'folder/ファイル.txt', 3, 0]], 'the diff')
  const compared = await api.call('DiffService.Compare', { ...at, base: first, head: 'main' })
  same([compared[0].summary.divergence.ahead, compared[0].summary.fileCount], [1, 2], 'the comparison')

  const archive = await api.call('ArchiveService.GetArchive', { ...at, revision: 'main', format: 'TAR', prefix: 'sources' })
  same([archive[0].info.commitId, archive[0].info.prefix], [second, 'sources/'], 'what is said of the archive')
  const tar = Buffer.concat(archive.slice(1).map(m => m.data)).toString()
  same([tar.includes('sources/README.md'), tar.includes('# Node\n\nchanged\n')], [true, true], 'the archive')
  const search = { ...at, revision: 'main', pattern: '^ch.n', syntax: 'REGULAR_EXPRESSION', globs: ['*.md'], contextLines: 1 }
  const found = await api.call('SearchService.SearchFiles', search)
  same(found.map(m => m.place?.commitId ?? m.file?.path ?? m.summary?.matchingLineCount), [second, 'README.md', 1], 'the search')
  same(found[1].file.lines.map(l => [l.number, l.text, l.context, l.matches.length]), [[2, '', true, 0], [3, 'changed', false, 1]], 'its lines')
  await api.refused('SearchService.SearchFiles', { ...search, pattern: '(' }, 'INVALID_ARGUMENT')
}

export async function walkEvents(api, at, { project, user }) {
  const past = await api.call('WatchService.WatchRepository', { ...at, afterSequence: 0, noFollow: true })
  same(past.filter(m => m.push).at(0).push.changes[0].ref, 'refs/heads/main', 'the first event')
  const watch = api.open('WatchService.WatchRepository', at)
  const seen = new Promise((resolve, reject) => watch.on('error', reject).on('data', message => {
    if (message.push) resolve(message.push)
    else if (message.sequence) api.call('BranchService.CreateBranch', { ...at, branch: 'seen', start: 'main' }).catch(reject)
  }))
  const push = await seen
  watch.on('error', () => {}).cancel()
  same([push.changes[0].ref, push.user], ['refs/heads/seen', user], 'the event that was waited for')
  await until('the feed has it', async () =>
    (await api.call('RepositoryService.ListActivity', at)).activity.some(a => a.changes.some(c => c.ref === 'refs/heads/seen')))
  await api.call('RegisteredCommitService.ListRegisteredCommits', at)
  same((await api.call('RegisteredCommitService.ListIssueCommits', { project, issue: 'NODE-2' })).commits, [], 'the commits of an issue that none names')
}
