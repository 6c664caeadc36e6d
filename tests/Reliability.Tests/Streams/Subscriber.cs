using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests.Streams;

/// <summary>A program in another language that reads the events from the exchange, without Orleans.</summary>
internal sealed class Subscriber : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(120);

    private readonly Process _process;

    private Subscriber(Process process) => _process = process;

    /// <summary>Returns when its queue is bound; it reads so many events.</summary>
    public static async Task<Subscriber> StartAsync(RabbitMqBroker broker, string folder, int count)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Streams", "subscriber")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        try
        {
            using var install = Run("npm", folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
            await install.WaitForExitAsync().WaitAsync(Bound);
            if (install.ExitCode != 0) throw new InvalidOperationException(await install.StandardError.ReadToEndAsync());
        }
        catch (Exception fault) when (fault is Win32Exception or InvalidOperationException && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip($"amqplib cannot be installed: {fault.Message}");
        }

        var process = Run("node", folder, "subscriber.mjs", $"amqp://{broker.Address}", count.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("listening", await process.StandardOutput.ReadLineAsync().WaitAsync(Bound));
        return new Subscriber(process);
    }

    /// <summary>All of them.</summary>
    public async Task<List<JsonElement>> ReadAsync()
    {
        var text = await _process.StandardOutput.ReadToEndAsync().WaitAsync(Bound);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonDocument.Parse(line).RootElement)];
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private static Process Run(string program, string folder, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = folder,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
