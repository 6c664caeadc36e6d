using System.Globalization;
using System.Text;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Clients;

/// <summary>A repository of more than 100,000 objects, the same in every run.</summary>
public sealed class LargeRepositoryTests(SharedServer shared)
{
    private const int Commits = 27_000;

    [Fact]
    public async Task HundredThousandObjects_PushedAndCloned_AreAllThere()
    {
        using var repository = await shared.NewRepositoryAsync();
        await repository.Git.RunAsync("init", "-q", "--bare", "made.git");
        var made = repository.Git.In("made.git");
        await made.StreamAsync(WriteHistoryAsync, "fast-import", "--quiet");
        var objects = int.Parse(await made.RunAsync("rev-list", "--all", "--objects", "--count"), CultureInfo.InvariantCulture);
        Assert.True(objects >= 100_000, $"Only {objects} objects.");

        await made.RunAsync("push", "-q", "--mirror", repository.Url);
        await repository.Git.RunAsync("clone", "-q", "--mirror", repository.Url, "copy.git");
        var copy = repository.Git.In("copy.git");
        Assert.Equal(objects.ToString(CultureInfo.InvariantCulture), await copy.RunAsync("rev-list", "--all", "--objects", "--count"));
        Assert.Equal(await made.RunAsync("for-each-ref"), await copy.RunAsync("for-each-ref"));
        await repository.Git.In(await repository.FolderAsync()).RunAsync("fsck", "--connectivity-only");
        Assert.DoesNotContain("error", (await copy.TryAsync("fsck", "--strict")).Error, StringComparison.Ordinal);
    }

    /// <summary>Each commit changes one file in one of 30 folders: a blob, two trees and a commit. Every thousandth is tagged.</summary>
    private static async Task WriteHistoryAsync(Stream stream, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        for (var i = 1; i <= Commits; i++)
        {
            var content = string.Create(CultureInfo.InvariantCulture, $"revision {i} of a file\n");
            var tester = string.Create(CultureInfo.InvariantCulture, $"Tester <tester@example.org> {1_600_000_000 + (i * 60)} +0900");
            text.Append(CultureInfo.InvariantCulture, $"commit refs/heads/main\nmark :{i}\ncommitter {tester}\n").Append("data 6\nchange\n")
                .Append(CultureInfo.InvariantCulture, $"M 100644 inline folder{i % 30}/file{i % 600}\ndata {content.Length}\n{content}");
            if (i % 1000 == 0)
                text.Append(CultureInfo.InvariantCulture, $"tag v{i / 1000}\nfrom :{i}\ntagger {tester}\ndata 3\ntag\n");
            if (text.Length < 1 << 20 && i < Commits) continue;
            await stream.WriteAsync(Encoding.ASCII.GetBytes(text.ToString()), cancellationToken);
            text.Clear();
        }
    }
}
