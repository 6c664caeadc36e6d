using System.Text;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Fsck;

/// <summary>Commits that no git of today would make, but old ones and other programs did.</summary>
internal static class CraftedObjects
{
    private const string Good = "Tester <tester@example.org> 1700000000 +0000";

    /// <summary>A branch <c>crafted</c> with one commit that has <paramref name="fault"/>, named as fsck does.</summary>
    public static async Task CraftAsync(Git work, string fault)
    {
        var blob = await work.FeedAsync("text\n", "hash-object", "-w", "--stdin");
        var subtree = await TreeAsync(work, Entry("100644", "file", blob));
        var tree = fault switch
        {
            "zeroPaddedFilemode" => await TreeAsync(work, Entry("040000", "folder", subtree)),
            "hasDotgit" => await TreeAsync(work, Entry("100644", ".git", blob)),
            "hasDotdot" => await TreeAsync(work, Entry("100644", "..", blob)),
            "duplicateEntries" => await TreeAsync(work, [.. Entry("100644", "file", blob), .. Entry("100644", "file", blob)]),
            "treeNotSorted" => await TreeAsync(work, [.. Entry("100644", "z", blob), .. Entry("100644", "a", blob)]),
            "fullPathname" => await TreeAsync(work, Entry("100644", "a/b", blob)),
            _ => await TreeAsync(work, Entry("40000", "folder", subtree)),
        };
        var author = fault switch
        {
            "badTimezone" => "Tester <tester@example.org> 1700000000 +1",
            "missingSpaceBeforeDate" => "Tester <tester@example.org>1700000000 +0000",
            "missingEmail" => "Tester 1700000000 +0000",
            "badDateOverflow" => "Tester <tester@example.org> 99999999999999999999 +0000",
            _ => Good,
        };
        var commit = await work.FeedAsync(
            $"tree {tree}\nauthor {author}\ncommitter {Good}\n\nCrafted\n", "hash-object", "--literally", "-w", "-t", "commit", "--stdin");
        await work.RunAsync("update-ref", "refs/heads/crafted", commit);
    }

    private static Task<string> TreeAsync(Git work, byte[] content) => work.FeedAsync(content, "hash-object", "--literally", "-w", "-t", "tree", "--stdin");

    private static byte[] Entry(string mode, string name, string id) => [.. Encoding.UTF8.GetBytes($"{mode} {name}\0"), .. Convert.FromHexString(id)];
}
