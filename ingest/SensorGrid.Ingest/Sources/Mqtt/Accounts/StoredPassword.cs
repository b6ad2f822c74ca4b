using System.Security.Cryptography;

namespace SensorGrid.Ingest.Sources.Mqtt.Accounts;

/// <summary>A hash, and what recognises the password that was right for it before: under a key that never leaves this process, and without the hash's rounds, so
/// that everybody may come back at once after a restart of the network. Thread-safe.</summary>
internal sealed class StoredPassword(PasswordHash hash)
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    private volatile byte[]? recognised;

    /// <summary>The hash.</summary>
    public PasswordHash Hash { get; } = hash;

    /// <summary>Whether it is the password that was right before; false when none was.</summary>
    public bool IsRecognised(ReadOnlySpan<byte> password) =>
        recognised is { } known && CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(Key, password), known);

    /// <summary>Whether it is the right one, by the hash's rounds.</summary>
    public bool Matches(ReadOnlySpan<byte> password)
    {
        if (!Hash.Matches(password))
            return false;
        recognised = HMACSHA256.HashData(Key, password);
        return true;
    }
}
