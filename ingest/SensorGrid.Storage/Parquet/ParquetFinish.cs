using System.Globalization;
using System.Security.Cryptography;
using DuckDB.NET.Data;
using SensorGrid.Readings.IO;

namespace SensorGrid.Storage.Parquet;

/// <summary>From a file that DuckDB wrote under a temporary name to one that is safely on disk under its own. Knows nothing of the
/// manifest: until a state transaction lists it, the file does not count.</summary>
internal static class ParquetFinish
{
    /// <summary>The rows leave memory or other files because of this one: it must at least open and tell the right number.</summary>
    public static void CheckRows(DuckDBConnection connection, string path, long expected)
    {
        string sql = $"SELECT coalesce(sum(num_rows), 0)::BIGINT FROM parquet_file_metadata({DuckDatabase.Quote(path)})";
        long found = DuckDatabase.ReadAll(connection, sql, static row => row.GetInt64(0))[0];
        if (found != expected)
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"it holds {found} rows instead of {expected}."));
    }

    /// <summary>Reads the file once for its checksum and puts it on the disk.</summary>
    public static (long Bytes, string Sha256) Sync(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(file));
        DurableFile.Fsync(file.SafeFileHandle);
        return (file.Length, sha256);
    }

    /// <summary>Whether a file still has the bytes that the manifest says.</summary>
    public static bool IsAsListed(SealedFile file, string path)
    {
        using var bytes = File.OpenRead(path);
        return bytes.Length == file.Bytes && Convert.ToHexStringLower(SHA256.HashData(bytes)) == file.Sha256;
    }
}
