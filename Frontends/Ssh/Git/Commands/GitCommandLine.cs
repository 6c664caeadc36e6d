namespace Granary.Frontends.Ssh.Git.Commands;

/// <summary>What a client may run.</summary>
internal enum GitService
{
    UploadPack,
    ReceivePack,
    UploadArchive,
}

/// <summary>The command of an <c>exec</c> request, understood.</summary>
/// <param name="Service">What to run.</param>
/// <param name="Path">The repository as the client named it.</param>
/// <param name="Repository">Null when no repository can be named so.</param>
internal sealed record GitCommandLine(GitService Service, string Path, RepositoryPath? Repository)
{
    /// <summary>Understands a command line, or says in <paramref name="refusal"/> why it is not run.</summary>
    public static GitCommandLine? Parse(ReadOnlySpan<byte> line, out CommandRefusal refusal)
    {
        refusal = Unknown;
        if (!ShellWords.TryParse(line, out var words)) return null;

        // Old clients and some scripts write "git upload-pack".
        var isApart = words[0] == "git" && words.Count > 1;
        var name = isApart ? "git-" + words[1] : words[0];
        if (name.StartsWith("git-lfs-", StringComparison.Ordinal)) refusal = Lfs;
        if (ServiceOf(name) is not { } service) return null;
        refusal = NoPath;
        var arguments = words.Skip(isApart ? 2 : 1).ToList();
        return arguments is [{ Length: > 0 } path] ? new GitCommandLine(service, path, RepositoryPath.Parse(path)) : null;
    }

    /// <summary>The command's name, as the client spells it.</summary>
    public static string NameOf(GitService service) => service switch
    {
        GitService.UploadPack => "git-upload-pack",
        GitService.ReceivePack => "git-receive-pack",
        _ => "git-upload-archive",
    };

    private static GitService? ServiceOf(string name) => name switch
    {
        "git-upload-pack" => GitService.UploadPack,
        "git-receive-pack" => GitService.ReceivePack,
        "git-upload-archive" => GitService.UploadArchive,
        _ => null,
    };

    private static CommandRefusal Unknown { get; } = new(
        ExitStatus.NotFound, "This server runs git-upload-pack, git-receive-pack and git-upload-archive for git, and nothing else.");

    private static CommandRefusal Lfs { get; } = new(ExitStatus.NotFound, "Git LFS is not supported yet.");

    private static CommandRefusal NoPath { get; } = new(ExitStatus.Fatal, "Name one repository, as in: git clone ssh://git@HOST/PROJECT/REPOSITORY.git");
}

/// <summary>Why a command is not run.</summary>
internal readonly record struct CommandRefusal(int Status, string Message);
