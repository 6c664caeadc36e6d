namespace Granary.Faults.Tests.Durability;

/// <summary>
/// Reads a trace of one push and tells what an acknowledgement was not allowed to rest on: content that was not fsynced
/// before its file was renamed or the answer sent, and names whose directory was not.
/// </summary>
/// <param name="repository">The repository's folder.</param>
/// <param name="pending">The folder of the markers.</param>
internal sealed class DurabilityTrace(string repository, string pending)
{
    private const string Answer = "unpack ok";

    /// <summary>Names of one file share what is known of it.</summary>
    private readonly Dictionary<string, TracedFile> _files = [];

    /// <summary>Per directory the names that it does not have durably.</summary>
    private readonly Dictionary<string, HashSet<string>> _names = [];

    private readonly List<string> _violations = [];
    private bool _refsMoved;

    public bool WasAnswered { get; private set; }

    public bool RefsMoved => _refsMoved;

    public static DurabilityTrace Read(IReadOnlyList<string> lines, string repository, string pending)
    {
        var trace = new DurabilityTrace(repository, pending);
        foreach (var call in SystemCall.Parse(lines))
        {
            trace.Take(call);
            if (trace.WasAnswered) break;
        }

        return trace;
    }

    public IReadOnlyList<string> Violations =>
        WasAnswered && RefsMoved ? _violations : [.. _violations, "the trace shows no answer, or no refs that moved"];

    private void Take(SystemCall call)
    {
        switch (call.Name)
        {
            case "write" or "pwrite64" or "writev" or "pwritev" or "sendmsg" or "sendto" when call.Arguments.Contains(Answer, StringComparison.Ordinal):
                WasAnswered = true;
                JudgeAll();
                break;
            case "write" or "pwrite64" or "writev" or "pwritev" or "ftruncate" when call.File is { } file && IsOurs(file):
                FileAt(file).Change(afterRefs: _refsMoved);
                break;
            case "fsync" or "fdatasync" when call.File is { } synced:
                if (_files.TryGetValue(synced, out var content)) content.Sync();
                _names.Remove(synced);
                break;
            case "open" or "openat" when call.Arguments.Contains("O_CREAT", StringComparison.Ordinal) && IsOurs(call.Paths[0]) && !IsLock(call.Paths[0]):
                if (!_files.ContainsKey(call.Paths[0])) AddName(call.Paths[0]);
                _ = FileAt(call.Paths[0]);
                break;
            case "mkdir" or "mkdirat" when IsOurs(call.Paths[0]):
                AddName(call.Paths[0]);
                break;
            case "rename" or "renameat" or "renameat2" when IsOurs(call.Paths[^1]):
                Move(call.Paths[0], call.Paths[^1], keep: false);
                break;
            case "link" or "linkat" when IsOurs(call.Paths[^1]):
                Move(call.Paths[0], call.Paths[^1], keep: true);
                break;
            case "unlink" or "unlinkat" or "rmdir" when call.Paths.Count > 0:
                Forget(call.Paths[0]);
                break;
        }
    }

    private void Move(string from, string to, bool keep)
    {
        var file = FileAt(from);
        if (file.IsDirty) _violations.Add($"{to} got its name before its content was synced");
        _files[to] = file;
        if (!keep) Forget(from);
        AddName(to);
        if (to == Path.Combine(repository, "packed-refs"))
        {
            _refsMoved = true;
            JudgeObjects();
        }
    }

    /// <summary>When the refs move, the objects must be there for good, and so must the journal's intent.</summary>
    private void JudgeObjects() => Judge("the refs moved", static name =>
        name.Contains("/objects/", StringComparison.Ordinal) || name.Contains("/granary/journal", StringComparison.Ordinal) || name.Contains("/pending", StringComparison.Ordinal));

    private void JudgeAll() => Judge("the answer was sent", static _ => true);

    private void Judge(string when, Func<string, bool> isMeant)
    {
        foreach (var (path, file) in _files)
        {
            if (file.IsDirty && !IsPassing(path) && isMeant(path)) _violations.Add($"{when} before the content of {path} was synced");
        }

        foreach (var (directory, names) in _names)
        {
            if (names.Count > 0 && !IsPassing(directory) && isMeant(directory)) _violations.Add($"{when} before {directory} was synced with {string.Join(", ", names)} in it");
        }
    }

    private void Forget(string path)
    {
        _files.Remove(path);
        if (Path.GetDirectoryName(path) is { } directory && _names.TryGetValue(directory, out var names)) names.Remove(Path.GetFileName(path));
    }

    private void AddName(string path)
    {
        var directory = Path.GetDirectoryName(path)!;
        if (!_names.TryGetValue(directory, out var names)) _names[directory] = names = [];
        names.Add(Path.GetFileName(path));
    }

    private TracedFile FileAt(string path)
    {
        if (!_files.TryGetValue(path, out var file)) _files[path] = file = new TracedFile();
        return file;
    }

    /// <summary>A quarantine is no part of what is acknowledged; what is moved out of it is.</summary>
    private bool IsPassing(string path) => path.StartsWith(repository + "/granary/incoming", StringComparison.Ordinal);

    /// <summary>Opened by every push, made once when the repository was.</summary>
    private bool IsLock(string path) => path == repository + "/granary/lock";

    private bool IsOurs(string path) =>
        path.StartsWith(repository + "/", StringComparison.Ordinal) || path.StartsWith(pending + "/", StringComparison.Ordinal);

    private sealed class TracedFile
    {
        public bool IsDirty { get; private set; }

        /// <summary>What is written once the refs have moved is the journal's close, which the next start would find by itself.</summary>
        public void Change(bool afterRefs) => IsDirty |= !afterRefs;

        public void Sync() => IsDirty = false;
    }
}
