using System.Security.Cryptography.X509Certificates;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>The gateways a client certificate speaks for: its DNS names (subject alternative names), or the common name of its subject when it has none. Whether
/// the certificate is good was decided in the handshake.</summary>
internal static class CertificateNames
{
    private const string CommonName = "2.5.4.3";

    /// <summary>Whether a certificate is that of a gateway; as written, because ids know upper and lower case.</summary>
    public static bool Name(X509Certificate2 certificate, string gateway)
    {
        var dnsNames = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames()).ToList();
        return dnsNames.Count > 0 ? dnsNames.Contains(gateway, StringComparer.Ordinal) : CommonNameOf(certificate) == gateway;
    }

    // More than one is none: which would it be?
    private static string? CommonNameOf(X509Certificate2 certificate)
    {
        string?[] names = [.. certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == CommonName).Select(part => part.GetSingleElementValue())];
        return names.Length == 1 ? names[0] : null;
    }
}
