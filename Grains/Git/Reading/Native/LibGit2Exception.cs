namespace Granary.Grains.Git.Reading.Native;

/// <summary>libgit2 could not do what it was asked; <see cref="Exception.Message"/> is its own, not for clients.</summary>
internal sealed class LibGit2Exception(int code, string? message) : Exception(message ?? $"libgit2 failed with {code}.")
{
    public int Code { get; } = code;
}
