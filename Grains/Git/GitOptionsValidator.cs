using Microsoft.Extensions.Options;

namespace Granary.Grains.Git;

/// <summary>Reports every fault of <see cref="GitOptions"/> with its key.</summary>
internal sealed class GitOptionsValidator : IValidateOptions<GitOptions>
{
    public ValidateOptionsResult Validate(string? name, GitOptions options)
    {
        var faults = new List<string>();
        if (!Path.IsPathFullyQualified(options.Executable) || !File.Exists(options.Executable))
            Add("Executable", $"git was not found (\"{options.Executable}\"); install git or name the program's absolute path");
        if (options.MaxProcesses < 1) Add("MaxProcesses", "must be at least 1");
        if (options.MaxProcessesPerRepository < 1) Add("MaxProcessesPerRepository", "must be at least 1");
        if (options.MaxProcessesPerUser < 1) Add("MaxProcessesPerUser", "must be at least 1");
        if (options.MaxPausedProcesses < 1) Add("MaxPausedProcesses", "must be at least 1");
        if (options.MaxPausedProcessesPerUser < 1) Add("MaxPausedProcessesPerUser", "must be at least 1");
        if (options.MaxPushes < 1) Add("MaxPushes", "must be at least 1");
        if (options.MaxDialogues < 1) Add("MaxDialogues", "must be at least 1");
        if (options.MaxWaiting < 0) Add("MaxWaiting", "may not be negative");
        if (options.AllocationLimit < 1 << 20) Add("AllocationLimit", "must be at least 1 MiB");
        if (options.MaxPackSize < 1) Add("MaxPackSize", "must be positive");
        if (options.SmallPushObjects < 0) Add("SmallPushObjects", "may not be negative");
        if (options.FileThreads < 1) Add("FileThreads", "must be at least 1");
        if (options.BackgroundFileThreads < 1) Add("BackgroundFileThreads", "must be at least 1");
        Positive("MaxWait", options.MaxWait);
        Positive("IndexTimeout", options.IndexTimeout);
        Positive("UploadStallTimeout", options.UploadStallTimeout);
        Positive("ShortWalkTimeout", options.ShortWalkTimeout);
        Positive("LockPatience", options.LockPatience);
        Positive("ForeignLockAge", options.ForeignLockAge);
        Positive("LooseRefsLookInterval", options.LooseRefsLookInterval);
        if (options.MemoryLimit < 64 << 20) Add("MemoryLimit", "must be at least 64 MiB");
        if (options.ProcessorTimeLimit < TimeSpan.FromSeconds(1)) Add("ProcessorTimeLimit", "must be at least 1 s");
        foreach (var id in options.FsckIgnore)
        {
            if (id.Length == 0 || !id.All(char.IsAsciiLetterOrDigit)) Add("FsckIgnore", $"\"{id}\" is not a message id of git fsck");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Add(string key, string fault) => faults.Add($"{GitOptions.Section}:{key}: {fault}.");

        void Positive(string key, TimeSpan value)
        {
            if (value <= TimeSpan.Zero) Add(key, "must be positive");
        }
    }
}
