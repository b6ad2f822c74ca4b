using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SensorGrid.Ingest.Service.Warnings;

/// <summary>Names messages by what CAP makes them unique by, so that a reference names a message that has not come yet.</summary>
internal static class WarningId
{
    private const int Bytes = 12;

    /// <summary>The first 96 bits of SHA-256 over sender, identifier and the instant of sent, in hexadecimal digits.</summary>
    public static string Of(string sender, string identifier, DateTimeOffset sent)
    {
        // Neither name can have a space or a comma.
        string named = string.Create(CultureInfo.InvariantCulture, $"{sender},{identifier},{sent.UtcTicks}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(named)).AsSpan(0, Bytes));
    }
}
