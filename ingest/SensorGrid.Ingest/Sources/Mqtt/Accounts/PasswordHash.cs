using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace SensorGrid.Ingest.Sources.Mqtt.Accounts;

/// <summary>A password as it is kept: PBKDF2 with HMAC-SHA-512 (RFC 8018, 5.2).
/// <code>
/// pbkdf2-sha512.{iterations}.{salt, base64url}.{hash, base64url}
/// </code>
/// No sign of it means anything to a shell, to JSON or in an environment variable.</summary>
public sealed class PasswordHash
{
    /// <summary>What a new hash takes: 210,000, as OWASP's password storage cheat sheet advises for HMAC-SHA-512.</summary>
    public const int DefaultIterations = 210_000;

    /// <summary>Fewer are no protection.</summary>
    public const int LeastIterations = 10_000;

    /// <summary>More would let one attempt to sign in hold up all others for seconds.</summary>
    public const int MostIterations = 2_000_000;

    /// <summary>Fewest bytes of a new password.</summary>
    public const int LeastPasswordBytes = 12;

    private const string Scheme = "pbkdf2-sha512";
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    private readonly byte[] salt;
    private readonly byte[] hash;

    private PasswordHash(int iterations, byte[] salt, byte[] hash) => (Iterations, this.salt, this.hash) = (iterations, salt, hash);

    /// <summary>Rounds one check takes.</summary>
    public int Iterations { get; }

    /// <summary>Hashes a password under a new salt.</summary>
    public static PasswordHash Create(ReadOnlySpan<byte> password, int iterations = DefaultIterations)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return new(iterations, salt, Derive(password, salt, iterations));
    }

    /// <summary>Reads one back.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out PasswordHash? parsed)
    {
        parsed = null;
        if (text?.Split('.') is not [Scheme, var rounds, var saltText, var hashText]
            || !int.TryParse(rounds, NumberStyles.None, CultureInfo.InvariantCulture, out int iterations) || iterations is < LeastIterations or > MostIterations
            || !TryDecode(saltText, out byte[]? salt) || salt.Length < SaltBytes || !TryDecode(hashText, out byte[]? hash) || hash.Length != HashBytes)
        {
            return false;
        }
        parsed = new(iterations, salt, hash);
        return true;
    }

    /// <summary>Spends rounds without a result, so that a refusal takes as long whatever it is for.</summary>
    public static void Spend(ReadOnlySpan<byte> password, int iterations)
    {
        if (iterations > 0)
            Derive(password, new byte[SaltBytes], iterations);
    }

    /// <summary>Whether it is the hash of this password; in constant time.</summary>
    public bool Matches(ReadOnlySpan<byte> password) => CryptographicOperations.FixedTimeEquals(Derive(password, salt, Iterations), hash);

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Scheme}.{Iterations}.{Base64Url.EncodeToString(salt)}.{Base64Url.EncodeToString(hash)}");

    private static byte[] Derive(ReadOnlySpan<byte> password, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA512, HashBytes);

    private static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = text.Length is > 0 and <= 128 && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;
        return bytes is not null;
    }
}
