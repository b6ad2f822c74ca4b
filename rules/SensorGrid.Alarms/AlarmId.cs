using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SensorGrid.Alarms;

/// <summary>Names alarms by what they are, so that live, replay and back-test name the same alarm the same.</summary>
public static class AlarmId
{
    private const int Length = 20;
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>The first 100 bits of SHA-256 over <c>rule\nscope\nonset ticks</c>, in lower-case base32 (RFC 4648).</summary>
    public static string Of(string rule, string scope, long onsetTicks)
    {
        string named = string.Create(CultureInfo.InvariantCulture, $"{rule}\n{scope}\n{onsetTicks}");
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(named));
        return string.Create(Length, hash, static (id, hash) =>
        {
            for (int i = 0; i < id.Length; i++)
            {
                int bit = i * 5;
                int pair = (hash[bit / 8] << 8) | hash[bit / 8 + 1];
                id[i] = Alphabet[(pair >> (11 - bit % 8)) & 31];
            }
        });
    }
}
