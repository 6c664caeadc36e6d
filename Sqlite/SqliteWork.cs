namespace Granary.Sqlite;

/// <summary>Something to do on a connection's thread, and who waits for it.</summary>
internal abstract class SqliteWork<TSession>
{
    public abstract void Run(TSession session);

    /// <summary>Tells the caller; a write only after its transaction is durable.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception fault);
}

internal sealed class SqliteWork<TSession, T>(Func<TSession, T> body) : SqliteWork<TSession>
{
    // A caller's continuation never runs on the thread that others wait for.
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Task => _completion.Task;

    public override void Run(TSession session) => _result = body(session);

    public override void Complete() => _completion.TrySetResult(_result!);

    public override void Fail(Exception fault) => _completion.TrySetException(fault);
}
