using Granary.Grains.Git.Reading.Diffs;

namespace Granary.Diffs.Tests.Engine;

public sealed class DiffLimitsValidatorTests
{
    private static readonly DiffLimitsValidator Validator = new();

    [Fact]
    public void Defaults_AreValid() => Assert.True(Validator.Validate(null, new DiffLimits()).Succeeded);

    [Fact]
    public void Limits_AtTheirEnds_AreValid()
    {
        Assert.True(Validator.Validate(null, Least()).Succeeded);
        Assert.True(Validator.Validate(null, Most()).Succeeded);
    }

    [Fact]
    public void EachLimit_BelowItsLeast_IsReportedWithItsKey()
    {
        var limits = Least();
        limits.MaxChangedFiles--;
        limits.MaxFiles--;
        limits.MaxLines--;
        limits.MaxLinesPerFile--;
        limits.MaxBytesPerFile--;
        limits.MaxFileSize--;
        limits.MaxComparedBytes--;
        limits.MaxRenames--;
        limits.MaxRenameBytes--;
        Assert.Equal(
            ["MaxChangedFiles", "MaxFiles", "MaxLines", "MaxLinesPerFile", "MaxBytesPerFile", "MaxFileSize", "MaxComparedBytes", "MaxRenames", "MaxRenameBytes"],
            Keys(limits));
    }

    [Fact]
    public void EachLimit_AboveItsMost_IsReportedWithItsKey()
    {
        var limits = Most();
        limits.MaxLinesPerFile++;
        limits.MaxBytesPerFile++;
        limits.MaxFileSize++;
        limits.MaxRenames++;
        Assert.Equal(["MaxLinesPerFile", "MaxBytesPerFile", "MaxFileSize", "MaxRenames"], Keys(limits));
    }

    private static IEnumerable<string> Keys(DiffLimits limits) => Validator.Validate(null, limits).Failures!.Select(static fault =>
    {
        Assert.StartsWith($"{DiffLimits.Section}:", fault, StringComparison.Ordinal);
        return fault.Split(':')[3];
    });

    private static DiffLimits Least() => new()
    {
        MaxChangedFiles = 1,
        MaxFiles = 1,
        MaxLines = 1,
        MaxLinesPerFile = 1,
        MaxBytesPerFile = 1,
        MaxFileSize = 1,
        MaxComparedBytes = 1,
        MaxRenames = 0,
        MaxRenameBytes = 0,
    };

    private static DiffLimits Most() => new()
    {
        MaxLinesPerFile = 50_000,
        MaxBytesPerFile = 3 << 20,
        MaxFileSize = 256 << 20,
        MaxRenames = 10_000,
    };
}
