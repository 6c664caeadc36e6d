using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Granary.Accounts;
using Granary.Grains.Posix;

namespace Granary.Grains.Accounts;

/// <summary>The file that keeps a generated password: never readable by others, never half written.</summary>
internal static class AdminPasswordFile
{
    public static string ReadOrCreate(string path)
    {
        if (File.Exists(path))
        {
            var kept = File.ReadAllText(path).Trim();
            if (kept.Length is >= IPasswordHasher.MinPasswordLength and <= IPasswordHasher.MaxPasswordLength) return kept;
        }

        var password = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(18));
        Write(path, password);
        return password;
    }

    public static void Write(string path, string password)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(temporary, options))
        {
            file.Write(Encoding.UTF8.GetBytes(password + "\n"));
            file.Flush();
            DurableFiles.Sync(file.SafeFileHandle);
        }

        File.Move(temporary, path, overwrite: true);
        DurableFiles.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
