using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests;

/// <summary>TLS of the server itself, with a certificate that nobody signed, and real git.</summary>
public sealed class TlsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private GranaryServer _server = null!;
    private TestRepository _repository = null!;

    public async ValueTask InitializeAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=granary", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(_folder["certificate.pem"], certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(_folder["key.pem"], key.ExportPkcs8PrivateKeyPem());
        _server = await GranaryServer.StartAsync(new Dictionary<string, string>
        {
            ["Granary__Http__Tls__CertificatePath"] = _folder["certificate.pem"],
            ["Granary__Http__Tls__KeyPath"] = _folder["key.pem"],
        });
        _repository = await TestRepository.CreateAsync(_server);
    }

    public async ValueTask DisposeAsync()
    {
        _repository?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("HTTP/2", "HTTP/2 200")]
    [InlineData("HTTP/1.1", "HTTP/1.1 200")]
    public async Task PushAndClone_OverTls_UseTheVersionAskedFor(string version, string status)
    {
        if (version == "HTTP/2") await RequireHttp2Async();
        var git = _repository.Git.With("GIT_TRACE_CURL", "1").With("GIT_TRACE_CURL_NO_DATA", "1");
        string[] options = ["-c", "http.sslVerify=false", "-c", "http.version=" + version];
        var clone = await git.TryAsync([.. options, "clone", "-q", _repository.Url, "copy"]);
        Assert.True(clone.ExitCode == 0, clone.Error);
        Assert.Contains(status, clone.Error, StringComparison.Ordinal);

        var copy = git.In("copy");
        await _repository.Git.In("copy").RunAsync("commit", "-q", "--allow-empty", "-m", "second");
        var push = await copy.TryAsync([.. options, "push", "-q", "origin", "HEAD:refs/heads/second"]);
        Assert.True(push.ExitCode == 0, push.Error);
        Assert.Contains(status, push.Error, StringComparison.Ordinal);
        Assert.Equal(await _repository.Git.In("copy").RunAsync("rev-parse", "HEAD"), await RefAsync(options, "refs/heads/second"));
    }

    [Fact]
    public async Task Clone_WithVerificationOn_IsRefusedByGit()
    {
        var result = await _repository.Git.TryAsync("clone", "-q", _repository.Url, "copy");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("certificate", result.Error, StringComparison.OrdinalIgnoreCase);
    }

    private async Task<string> RefAsync(string[] options, string name) =>
        (await _repository.Git.RunAsync([.. options, "ls-remote", _repository.Url, name])).Split('\t')[0];

    /// <summary>curl offers it by ALPN if it can at all.</summary>
    private async Task RequireHttp2Async()
    {
        var result = await _repository.Git.With("GIT_TRACE_CURL", "1").TryAsync(
            "-c", "http.sslVerify=false", "-c", "http.version=HTTP/2", "ls-remote", _repository.Url);
        if (result.Error.Contains("offers h2", StringComparison.Ordinal) || result.Error.Contains("offering h2", StringComparison.Ordinal)) return;
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "git's curl has no HTTP/2.");
        Assert.Skip("git's curl has no HTTP/2.");
    }
}
