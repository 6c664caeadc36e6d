using Granary.Reading.Tests.Sample;

namespace Granary.Reading.Tests.Archives;

/// <summary><c>READ/attributed</c>: what attributes, modes and bytes of paths make of an archive, and refs with names that files cannot have.</summary>
public sealed class AttributedRepository(ReadingServer server) : IAsyncLifetime
{
    public const string Name = "attributed";

    public static readonly byte[] OddFolder = [.. "caf"u8, 0xe9, .. "/\xc3\xa9"u8, 0xff];

    internal RealGit Git { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var import = new FastImport();
        import.Commit("refs/tags/base", "What is described");
        import.File("first", "first\n");
        import.Commit("refs/heads/main", "With attributes", 1);
        import.File(".gitattributes", "secret export-ignore\nversion.txt export-subst\nfolder/*.log export-ignore\n");
        import.File("version.txt", "$Format:%H %an %ad %G? %(describe:tags)$\n").File("secret/key", "no\n").File("folder/a.log", "no\n").File("folder/a.txt", "yes\n");
        import.File("folder/run", "#!/bin/sh\n", "100755").File("folder/link", "../version.txt", "120000").Submodule("folder/module", SampleRepository.MissingSubmodule);
        import.File(":(glob)*/x", "a name and no pattern\n").File("-v/--output=x", "a name and no option\n");
        import.File([.. OddFolder, .. "/in"u8], "odd\n"u8).File($"{new string('l', 120)}/{new string('m', 200)}", "long\n");
        import.Commit("refs/heads/機能/\"a\"|b", "Elsewhere");
        import.File("other", "other\n");
        Git = await server.ImportAsync(Name, import);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

[CollectionDefinition]
public sealed class ArchiveCollection : ICollectionFixture<AttributedRepository>;
