using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SensorGrid.Ingest.Service.Hosting.Tls;

/// <summary>Our certificate with its key, and the certificates of its file that lead to its authority.</summary>
internal sealed class ServerCertificate : IDisposable
{
    private readonly X509Certificate2 certificate;
    private readonly X509Certificate2Collection chain;

    private ServerCertificate(X509Certificate2 certificate, X509Certificate2Collection chain)
    {
        (this.certificate, this.chain) = (certificate, chain);
        // Offline: nothing is fetched at a start.
        Context = SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    /// <summary>As handshakes need it.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <exception cref="StartException">It cannot be used.</exception>
    public static ServerCertificate Load(MqttTlsOptions options)
    {
        string file = options.Certificate!;
        try
        {
            bool isPkcs12 = Path.GetExtension(file).ToUpperInvariant() is ".PFX" or ".P12";
            var certificate = isPkcs12 ? X509CertificateLoader.LoadPkcs12FromFile(file, options.Password) : LoadPem(file, options);
            if (!certificate.HasPrivateKey)
                throw Unusable(file, "it has no private key; name the file of the key with Mqtt:Tls:Key");
            var chain = isPkcs12 ? X509CertificateLoader.LoadPkcs12CollectionFromFile(file, options.Password) : [];
            if (!isPkcs12)
                chain.ImportFromPemFile(file);
            return new(certificate, chain);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw Unusable(file, e.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        certificate.Dispose();
        foreach (var one in chain)
            one.Dispose();
    }

    private static X509Certificate2 LoadPem(string file, MqttTlsOptions options) => options.Password is { } password
        ? X509Certificate2.CreateFromEncryptedPemFile(file, password, options.Key)
        : X509Certificate2.CreateFromPemFile(file, options.Key);

    private static StartException Unusable(string file, string why) => new($"Mqtt:Tls:Certificate: {file} cannot be used: {why}");
}
