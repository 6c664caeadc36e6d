using System.Collections.Frozen;
using Google.Protobuf.Reflection;
using Granary.V1;

namespace Granary.Frontends.Rpc.Login;

/// <summary>What the protos say of each call, by its gRPC path.</summary>
internal static class CallCatalog
{
    public static IReadOnlyList<FileDescriptor> Files { get; } =
    [
        UsersReflection.Descriptor,
        ProjectsReflection.Descriptor,
        RepositoriesReflection.Descriptor,
        PolicyReflection.Descriptor,
        DeployKeysReflection.Descriptor,
        ServerReflection.Descriptor,
        DeadLettersReflection.Descriptor,
        MaintenanceReflection.Descriptor,
        ImportsReflection.Descriptor,
        WebhooksReflection.Descriptor,
        JobsReflection.Descriptor,
        RegisteredCommitsReflection.Descriptor,
        WatchReflection.Descriptor,
        FilesReflection.Descriptor,
        CommitsReflection.Descriptor,
        BlobsReflection.Descriptor,
        ObjectsReflection.Descriptor,
        TreesReflection.Descriptor,
        DiffsReflection.Descriptor,
        SearchReflection.Descriptor,
        BranchesReflection.Descriptor,
        TagsReflection.Descriptor,
        ArchivesReflection.Descriptor,
    ];

    private static readonly FrozenDictionary<string, Operation?> Operations = Files
        .SelectMany(file => file.Services)
        .SelectMany(service => service.Methods)
        .ToFrozenDictionary(method => $"/{method.Service.FullName}/{method.Name}", OperationOf);

    public static Operation? OperationOf(MethodDescriptor method) => method.GetOptions()?.GetExtension(OperationExtensions.Operation);

    /// <summary>Whether the call may be made without a login; calls that are not Granary's own (reflection, health) may.</summary>
    public static bool AllowsAnonymous(string path) => !Operations.TryGetValue(path, out var operation) || operation is { Anonymous: true };
}
